def branch(x):
# ^^ entry: x
    if x > 0:
#      ^^^^^ cfg: true: low | false: high
        a = low
#       ^^^^^^^ cfg: a @10
    else:
        a = high
#       ^^^^^^^^ cfg: a @10
    return a
#   ^^^^^^^^ cfg: end


def chain(a, b, c):
    if a and b:
#      ^ cfg: true: b | false: a and b
#      ^^^^^^^ cfg: true: one | false: c @19
        return one
    elif c:
#        ^ cfg: true: two | false: three
        return two
    return three


def either(a, b):
    if a or b:
#      ^ cfg: true: a or b | false: b
        yes()
    no()


def ternary(c):
    v = left if c else right
#               ^ cfg: true: left | false: right
#       ^^^^ cfg: left if c else right
#       ^^^^^^^^^^^^^^^^^^^^ cfg: v
    return v


def early(x):
    if x:
        return one
#       ^^^^^^^^^^ cfg: end
    two()
    return three
    four()
#   ^^^^^^ dead
