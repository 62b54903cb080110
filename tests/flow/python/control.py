# Where control goes, construct by construct.


def once(c):
    if c:
#      ^ cfg: true: yes() | false: after() § if
        yes()
    after()


def either(c):
    if c:
#      ^ cfg: true: yes() | false: no() § else
        yes()
#       ^^^^^ cfg: after()
    else:
        no()
    after()


def ladder(a, b):
    if a:
#      ^ cfg: true: one() | false: b § else if
        one()
    elif b:
#        ^ cfg: true: two() | false: three()
        two()
    else:
        three()
    after()


def conditional(c):
    x = left if c else right
#               ^ cfg: true: left | false: right § conditional expression
    after(x)


def short_circuit(a, b, d):
    if a and b or d:
#      ^ cfg: true: b | false: a and b § short circuit
#      ^^^^^^^ cfg: true: a and b or d | false: d
        yes()
    after()


def loops(c):
    while c:
#         ^ cfg: true: body() | false: after() § while
        body()
#       ^^^^^^ cfg: c
    after()


def elements(xs):
    for x in xs:
#   ^^^^^^^^^^^^ cfg: true: <tmp> | false: after() § for each
        body()
#       ^^^^^^ cfg: <tmp>
    after()


def endless():
    while True:
        body()
#       ^^^^^^ cfg: True § endless loop


def leaves(c, d):
    while c:
#         ^ cfg: true: d | false: otherwise() § loop else
        if d:
            break
#           ^^^^^ cfg: after() § break
        if e:
            continue
#           ^^^^^^^^ cfg: c § continue
        body()
    else:
        otherwise()
    after()


def early(c):
    if c:
        return one
#       ^^^^^^^^^^ cfg: end § early return
    after()


def dead():
    return one
    never()
#   ^^^^^^^ dead § dead code


def chooses(x):
    match x:
#         ^ cfg: case: case 1: | case: case [a, b] if ready: | default: case _: § match
        case 1:
            one()
#           ^^^^^ cfg: after()
        case [a, b] if ready:
#                      ^^^^^ cfg: true: two() | false: case _: § guard
            two()
        case _:
            other()
    after()


def throws(c):
    if c:
        raise problem
#       ^^^^^^^^^^^^^ cfg: exception: end § throw
    after()


def catches():
    try:
        risky()
#       ^^^^^^^ cfg: after() | exception: rescue() § try and catch
    except:
        rescue()
#       ^^^^^^^^ cfg: after()
    after()


def handlers():
    try:
        risky()
#       ^^^^^^^ cfg: after() | exception: first() | exception: second() § typed handlers
    except ValueError:
        first()
    except KeyError:
        second()
    after()


def finishes():
    try:
        risky()
#       ^^^^^^^ cfg: tidy() | exception: tidy() § finally
    finally:
        tidy()
#       ^^^^^^ cfg: after()
    after()


def returns(c):
    try:
        if c:
            return
#           ^^^^^^ cfg: tidy() § return through finally
        risky()
    finally:
        tidy()
#       ^^^^^^ cfg: after() | end
    after()


def resources():
    with opened() as s:
        body()
#       ^^^^^^ cfg: <tmp> | exception: <tmp> § resource
    after()


async def waits():
    x = await load()
#             ^^^^^^ cfg: await load() § await
    after(x)


def counts():
    yield one
#   ^^^^^^^^^ cfg: after() § yield
    after()


def comprehends(xs):
    return [use(x) for x in xs if wanted(x)]
#                                 ^^^^^^^^^ cfg: true: <tmp> | false: <tmp> § comprehension


def closure(c):
    return lambda: inside() if c else outside()
#                              ^ cfg: true: inside() | false: outside() § closure's body
