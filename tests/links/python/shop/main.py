import json
#      ^^^^ imports: external json § external module
import shop.goods
#      ^^^^^^^^^^ imports: shop | shop.goods § import of a module
from shop import weigh as of_shop
#                ^^^^^ imports: shop.goods.weigh
from shop.goods import Fruit, Item
#                      ^^^^^ imports: shop.goods.Fruit § import of a name
from shop.goods import Runner as Racer
#                                ^^^^^ imports: shop.goods.Runner § import under another name
from shop.tools import *
#                      ^ imports: shop.tools § import of everything


def plain(items):
    first = Fruit(1)
#   ^^^^^ type: shop.goods.Fruit § type by construction
    first.label()
#         ^^^^^ calls: shop.goods.Item.label § inherited method, method
    Item.unit()
#        ^^^^ calls: shop.goods.Item.unit § static method
    of_shop(first)
#   ^^^^^^^ calls: shop.goods.weigh § re-exported function, through an alias
    shop.goods.weigh(first, scale=2)
#              ^^^^^ calls: shop.goods.weigh § imported function, keyword arguments
    shop.goods.weigh(first)
#              ^^^^^ calls: shop.goods.weigh § default arguments
    shop.goods.weigh(first, 1, 2, 3)
#              ^^^^^ calls: shop.goods.weigh § variadic arguments
    helped(first)
#   ^^^^^^ calls: shop.tools.helped
    return again(items)
#          ^^^^^ calls: shop.main.again § function


def again(items):
    if items:
        return again(items[1:])
#              ^^^^^ calls: shop.main.again § recursion
    return plain(items)


def typed(item: Item, racer: Racer):
#         ^^^^ type: shop.goods.Item § declared type of a variable
#                     ^^^^^ type: shop.goods.Runner § type of an imported name
    item.text()
#        ^^^^ calls: shop.goods.Item.text | shop.goods.Fruit.text § override
    racer.run()
#         ^^^ calls: shop.goods.Runner.run | shop.goods.Quick.run | shop.goods.Slow.run § imported type's method
    return item.unit().label()
#                      ^^^^^ calls: shop.goods.Item.label § chained calls


def apply(function, value):
    return function(value)
#          ^^^^^^^^ calls: shop.main.one | shop.main.values.<lambda>0 § callback


def one(value):
    return value


def maker():
    def made(value):
        return value

    return made


def values():
    chosen = one
    chosen(1)
#   ^^^^^^ calls: shop.main.one § function as a value
    apply(one, 1)
    apply(lambda v: v, 2)
#         ^^^^^^^^^^^ declares: METHOD shop.main.values.<lambda>0 § closure
    add = lambda v: v
    add(3)
#   ^^^ calls: shop.main.values.<lambda>1 § closure
    maker()(4)
#   ^^^^^^^^^^ calls: shop.main.maker.made § returned closure
    return Item(1) + Item(2)
