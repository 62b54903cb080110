import os


class Box:
    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


def text():
    value = input()
    os.system("ls %s" % value)  # flow: command
    os.system(f"ls {value}")  # flow: command
    if value in ("a", "b"):
        os.system(value)
    items = {"a": value, "b": "safe"}
    os.system(items["a"])  # flow: command
    os.system(items["b"])
    os.system(Box(value).get())  # flow: command
    os.system(Box("safe").get())
