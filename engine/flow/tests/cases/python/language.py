import os


def choice(kind):
    value = input()
    letters = "XYZ"
    match letters[1]:
        case "X":
            picked = value
        case "Y":
            picked = "safe"
        case "Z" | "W":
            picked = value
        case _:
            picked = value
    os.system(picked)
    match kind:
        case "X" | "Y":
            picked = value
        case _:
            picked = "safe"
    os.system(picked)  # flow: command
    if "cat" in "concatenate":
        os.system(value)  # flow: command
    if "dog" in "concatenate":
        os.system(value)


def lists():
    value = input()
    items = ["a", *["b", value]]
    os.system(items[2])  # flow: command
    os.system(items[1])
    first, *rest = items
    os.system(rest[1])  # flow: command
    os.system(rest[0])
    os.system(items[1:][1])  # flow: command
    os.system(items[:2][1])
    os.system(items[len(items) - 1])  # flow: command
    os.system(items[len(items) - 2])
    del items[2]
    os.system(items[1])
    os.system(str(items))


def maps():
    value = input()
    items = dict(a=value)
    items["b"] = "safe"
    os.system(items["a"])  # flow: command
    os.system(items["b"])
    more = {**items, "c": "safe"}
    os.system(more["a"])  # flow: command
    os.system(more["b"])
    items.update({"a": "safe"})
    os.system(items["a"])
    del more["a"]
    os.system(str(more))
    by = {}
    by[value] = "safe"
    os.system(list(by.keys())[0])  # flow: command


def loops():
    value = input()
    text = value
    for _ in range(2):
        text = "safe"
    os.system(text)
    for _ in range(0):
        text = value
    os.system(text)


def generator():
    value = input()

    def each():
        yield "safe"
        yield value

    for one in each():
        os.system(one)  # flow: command
    os.system(next(each()))  # flow: command


class Base:
    kind = "safe"

    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


class Child(Base):
    def __init__(self, value):
        super().__init__(value)


class Plain:
    first: str
    second: str


def objects():
    value = input()
    os.system(Child(value).get())  # flow: command
    os.system(Child("safe").get())
    plain = Plain(first=value, second="safe")
    os.system(plain.first)  # flow: command
    os.system(plain.second)
    setattr(plain, "second", value)
    os.system(getattr(plain, "second"))  # flow: command
    setattr(plain, "second", "safe")
    os.system(plain.second)
    os.system(Base("x").kind)
    Base.kind = value
    os.system(Base("x").kind)  # flow: command


def rest(*positions, **names):
    os.system(names["a"])  # flow: command
    os.system(names["b"])
    os.system(positions[0])
    os.system(positions[1])  # flow: command


def spread():
    value = input()
    rest("safe", value, a=value, b="safe")
