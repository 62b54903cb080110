"""Calls that names alone do not tell."""


def plain(order):
    return order


def loud(order):
    return order


def logged(fn):
    def wrapper(order):
        return fn(order)

    return wrapper


@logged
def checked(order):
    return order


HANDLERS = {"plain": plain, "loud": loud}
STEPS = [plain, checked]


def handle(kind, order):
    return HANDLERS[kind](order)


def each(order):
    for step in STEPS:
        step(order)


def apply(fn, *rest, then=None):
    fn(*rest)
    then(1)


class Desk:
    def __init__(self, clerk):
        self.clerk = clerk

    def serve(self):
        return self.clerk.greet()

    @property
    def sign(self):
        return self.clerk


class Clerk:
    def greet(self):
        return 1

    def __iter__(self):
        return self

    def __next__(self):
        return plain


def orders():
    yield loud


def main():
    handle("loud", 1)
    apply(plain, 2, then=lambda n: n)
    desk = Desk(Clerk())
    desk.serve()
    desk.sign.greet()
    for task in Clerk():
        task(1)
    for task in orders():
        task(2)
    list(map(plain, [1, 2]))
    checked(3)
