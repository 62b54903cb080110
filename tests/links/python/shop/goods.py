"""What the shop sells."""

LIMIT, MOST = 10, 20
#      ^^^^ declares: MEMBER shop.goods.MOST § variable of a module


def weigh(item, scale=1, *others, **named):
#   ^^^^^ declares: METHOD shop.goods.weigh § function
#         ^^^^ declares: METHOD_PARAMETER_IN item § parameter
#               ^^^^^ declares: METHOD_PARAMETER_IN scale § default parameter
#                         ^^^^^^ declares: METHOD_PARAMETER_IN others § variadic parameter
    return item.weight * scale
#          ^^^^ refers: item


def traced(function):
    def wrapper(*args):
#       ^^^^^^^ declares: METHOD shop.goods.traced.wrapper § nested function
        return function(*args)
#              ^^^^^^^^ calls: shop.goods.checked

    return wrapper


@traced
#^^^^^^ declares: ANNOTATION traced § annotation
def checked(count):
    total = count
#   ^^^^^ declares: LOCAL total § local variable
    return total


class Item:
#     ^^^^ declares: TYPE_DECL shop.goods.Item § class
    weight: int
#   ^^^^^^ declares: MEMBER shop.goods.Item.weight § field
    rate = 1
#   ^^^^ declares: MEMBER shop.goods.Item.rate § static field

    def __init__(self, weight):
#       ^^^^^^^^ declares: METHOD shop.goods.Item.__init__ § constructor
        self.weight = weight

    def label(self):
#       ^^^^^ declares: METHOD shop.goods.Item.label § method
        return self.text()
#                   ^^^^ calls: shop.goods.Item.text | shop.goods.Fruit.text § own method

    def text(self):
        return "item"

    @staticmethod
    def unit():
#       ^^^^ declares: METHOD shop.goods.Item.unit § static method
        return Item(1)
#              ^^^^ calls: shop.goods.Item.__init__ § constructor

    @property
    def size(self):
#       ^^^^ declares: METHOD shop.goods.Item.size § property with accessors
        return self.weight

    def __add__(self, other):
#       ^^^^^^^ declares: METHOD shop.goods.Item.__add__ § operator overloading
        return Item(self.weight + other.weight)

    class Tag:
#         ^^^ declares: TYPE_DECL shop.goods.Item.Tag § nested type
        pass


class Fruit(Item):
#     ^^^^^ inherits: shop.goods.Item § inheritance
    def __init__(self, weight):
        super().__init__(weight)
#               ^^^^^^^^ calls: shop.goods.Item.__init__ § constructor of the supertype

    def text(self):
#       ^^^^ overrides: shop.goods.Item.text § overriding
        return super().text()
#                      ^^^^ calls: shop.goods.Item.text § super


class Shelf:
    def __init__(self):
        self.first = Fruit(1)

    def show(self):
        return self.first.label()
#                         ^^^^^ calls: shop.goods.Item.label § method of a field


class Runner:
    def run(self):
        return 0


class Quick(Runner):
    def run(self):
        return 1


class Slow(Runner):
    def run(self):
        return 2
