def while_else(n):
    while n > 0:
#         ^^^^^ cfg: true: stop | false: finished()
        if stop:
#          ^^^^ cfg: true: break | false: again
            break
#           ^^^^^ cfg: after()
        if again:
            continue
#           ^^^^^^^^ cfg: n
        work()
#       ^^^^^^ cfg: n
    else:
        finished()
#       ^^^^^^^^^^ cfg: after()
    after()
#   ^^^^^^^ cfg: end


def nested(rows):
    for row in rows:
        for cell in row:
            if cell:
#              ^^^^ cfg: true: break | false: tail()
                break
#               ^^^^^ cfg: behind()
            tail()
        behind()


def endless():
    while True:
#         ^^^^ cfg: true: tick() | false: end
        tick()
#       ^^^^^^ cfg: True
