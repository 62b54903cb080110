# Which writes reach which reads.


def straight(a):
    b = a
#       ^ from: @4 § parameter's value
    b = b + 1
#       ^ from: @5 § value of a local
    return b
#          ^ from: @7 § overwritten value


def branches(c):
    if c:
        x = 1
    else:
        x = 2
    return x
#          ^ from: @15 | @17 § values that meet


def sometimes(c):
    x = 1
    if c:
        x = 2
    return x
#          ^ from: @23 | @25 § conditional write


def rounds(n):
    s = 0
    while s < n:
#         ^ from: @31 | @34 § value around a loop
        s = s + 1
    return s
#          ^ from: @31 | @34


def elements(items):
    last = 0
    for item in items:
        last = item
#              ^^^^ from: @41 § element of a loop
    else:
        last = -last
#               ^^^^ from: @40 | @42
    return last
#          ^^^^ from: @45


def compound(n):
    x = n
    x += n
#   ^ from: @52
    return x
#          ^ from: @53 § compound assignment


def parts(pair):
    left, (right, *others) = pair
    return left, right, others
#          ^^^^ from: @60 § destructuring
#                ^^^^^ from: @60
#                       ^^^^^^ from: @60


def fields(p, n):
    p.x = 0
    p.x = n
    p.y = n
    return p.x
#          ^^^ from: @69 § field


def deep(p, n):
    p.next.x = n
    p.x = 0
    return p.next.x
#          ^^^^^^^^ from: @76 § field of a field


def keys(d, n):
    d["k"] = n
    d["j"] = 2
    return d["k"]
#          ^^^^^^ from: @83 § element by constant key


def any_key(d, i):
    d["k"] = 1
    d[i] = 2
    return d["k"]
#          ^^^^^^ from: @90 | @91 § element by any key


def aliases(p, n):
    q = p
    q.x = n
    return p.x
#          ^^^ from: @98 § alias


def captures(n):
    return lambda: n
#                  ^ from: @103 § capture


def writes(n):
    x = n

    def change():
        nonlocal x
        x = 1

    change()
    return x
#          ^ from: @109 | @113 § write in a closure


def finishes(n):
    x = n
    try:
        x = 1
        risky()
        x = 2
    finally:
        kept = x
#              ^ from: @123 | @125 § write before finally
    return kept


def handled():
    x = 0
    try:
        x = 1
        risky()
        x = 2
    except ValueError as e:
        y = x
#           ^ from: @135
        return y, e
#                 ^ from: @138 § variable of a handler
    return x
#          ^ from: @137


def chosen(n):
    x = 0
    match n:
        case 1:
            x = 1
        case [x, _]:
            pass
    return x
#          ^ from: @148 | @151 | @152 § value through switch


def jumps(c, d):
    x = 0
    while c:
        if d:
            x = 1
            break
        x = 2
    return x
#          ^ from: @159 | @162 | @164 § value through jumps


def changed(p, n):
    p.x = n
    fill(p)
    return p.x
#          ^^^ from: @170 | @171 § change by a call


def deletes(p, n):
    p.x = n
    del p.x
    return p.x
#          ^^^ from: none § deletion
