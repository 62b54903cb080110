def choose(value):
    match value:
#         ^^^^^ cfg: case: case 1 if ready: | case: case 2: | default: case _:
        case 1 if ready:
#                 ^^^^^ cfg: true: one() | false: case 2:
            one()
#           ^^^^^ cfg: after()
        case 2:
            two()
#           ^^^^^ cfg: after()
        case _:
            other()
#           ^^^^^^^ cfg: after()
    after()
