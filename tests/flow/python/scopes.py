limit = 10

import os
#      ^^ def: os
from json import loads as parse
#                         ^^^^^ def: parse



def outer(count):
#         ^^^^^ def: parameter
    total = 0
#   ^^^^^ def: total

    def inner():
#   ^^^ captures: total, count
        nonlocal total
        total = total + count
#       ^^^^^ ref: total
#               ^^^^^ ref: total
#                       ^^^^^ ref: parameter
        return total

    inner()
    return parse(os.name)
#          ^^^^^ ref: none
#                ^^ ref: os


def uses_global():
    global limit
    limit = 11


def own(limit):
#       ^^^^^ def: own limit
    limit = limit + 1
#   ^^^^^ ref: own limit
#           ^^^^^ ref: own limit
    return limit


def comprehension(items):
#                 ^^^^^ def: items
    item = 1
#   ^^^^ def: item
    doubled = [item * 2 for item in items]
#              ^^^^ ref: inner item
#                           ^^^^ def: inner item
#                                   ^^^^^ ref: items
    return item
#          ^^^^ ref: item


class Box:
    size = 3
#   ^^^^ def: size
    twice = size * 2
#           ^^^^ ref: size

    def area(self):
#       ^^^^ def: area
        return self.size * size
#                   ^^^^ ref: size
#                          ^^^^ ref: none

    def both(self):
        return self.area() + area()


def helper():
#   ^^^^^^ def: helper
    return 1


def calls_helper():
    return helper()
#          ^^^^^^ ref: helper
