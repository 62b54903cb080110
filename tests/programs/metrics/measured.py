def sign(x):
    if x < 0:
        return -1
    elif x == 0:
        return 0
    return 1


def search(rows, wanted):
    for row in rows:
        if row and row[0] == wanted:
            break
    else:
        return None
    try:
        return row[1]
    except IndexError:
        return None
    finally:
        rows.close()


def squares(numbers, limit):
    assert limit > 0
    small = [n * n for n in numbers if 0 < n < limit]
    key = lambda n: -n if n % 2 else n
    return sorted(small, key=key)


def outer(flag):
    def inner(x):
        if x:
            return 1
        return 2
    with open(flag) as file:
        return inner(file) if flag else None


def plus(a, b):
    c = a + b
    return c + a
