def handled():
    try:
        risky()
#       ^^^^^^^ cfg: exception: mend() | calm()
    except ValueError:
        mend()
    calm()


def caught_all():
    try:
        risky()
#       ^^^^^^^ cfg: exception: recover() | end
    except:
        recover()
#       ^^^^^^^^^ cfg: end


def returns_through_finally():
    try:
        return one
#       ^^^^^^^^^^ cfg: close()
    finally:
        close()
#       ^^^^^^^ cfg: end
    never()
#   ^^^^^^^ dead


def with_else():
    try:
        risky()
#       ^^^^^^^ cfg: exception: bad() | good()
    except:
        bad()
#       ^^^^^ cfg: last() | exception: last()
    else:
        good()
#       ^^^^^^ cfg: last() | exception: last()
    finally:
        last()
#       ^^^^^^ cfg: after()
    after()


def leaves_a_loop(items):
    while items:
#         ^^^^^ cfg: true: take() | false: after()
        try:
            take()
            break
#           ^^^^^ cfg: tidy()
        finally:
            tidy()
#           ^^^^^^ cfg: after()
    after()


def raises(x):
    raise x
#   ^^^^^^^ cfg: exception: end
    never()
#   ^^^^^^^ dead
