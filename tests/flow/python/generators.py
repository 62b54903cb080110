def numbers(limit):
    n = 0
    while n < limit:
#         ^^^^^^^^^ cfg: true: n | false: end
        yield n
#       ^^^^^^^ cfg: n
        n += 1
#       ^^^^^^ cfg: n


async def fetch(url):
    answer = await get(url)
#                  ^^^^^^^^ cfg: await get(url)
    return answer


def short(xs):
    return [x for x in xs if x]
