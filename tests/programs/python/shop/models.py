"""Things that a shop sells."""


class Item:
    def __init__(self, name, price):
        self.name = name
        self.price = price

    def total(self, count):
        return self.price * count


class Discounted(Item):
    rate = 0.1

    def total(self, count):
        return super().total(count) * (1 - self.rate)


class Gift(Item):
    pass
