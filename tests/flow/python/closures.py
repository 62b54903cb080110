def makes_adders():
    adders = []
    for step in range(3):
        adders.append(lambda n: n + step)
#                     ^ captures: step
#                               ^ ref: n
#                            ^ def: n
    return adders


def defaults(a, b=1, *rest, **named):
#                     ^^^^ def: rest
#                             ^^^^^ def: named
    return rest, named
#          ^^^^ ref: rest
#                ^^^^^ ref: named


def handler():
    try:
        risky()
    except ValueError as error:
#                        ^^^^^ def: error
        report(error)
#              ^^^^^ ref: error


def context(path):
    with open(path) as stream:
#                      ^^^^^^ def: stream
        read(stream)
#            ^^^^^^ ref: stream


def unpack(pair):
    left, (right, *others) = pair
#   ^^^^ def: left
#          ^^^^^ def: right
#                  ^^^^^^ def: others
    return left, right, others
#          ^^^^ ref: left
#                ^^^^^ ref: right
#                       ^^^^^^ ref: others


def walrus(items):
    if (size := len(items)) > 3:
#       ^^^^ def: size
        return size
#              ^^^^ ref: size


def nested_finally():
    try:
        try:
            return one
#           ^^^^^^^^^^ cfg: inner()
        finally:
            inner()
#           ^^^^^^^ cfg: outer() | exception: outer()
    finally:
        outer()
#       ^^^^^^^ cfg: end


def loop_in_finally(items):
    for item in items:
        try:
            if item:
#              ^^^^ cfg: true: continue | false: work()
                continue
#               ^^^^^^^^ cfg: tidy()
            work()
#           ^^^^^^ cfg: tidy() | exception: tidy()
        finally:
            tidy()
