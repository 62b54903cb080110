def traced(function):
    return function


def price_of(name):
    return known(name) or 1


def known(name):
    return None
