import json
from shop.models import Discounted, Item
from shop import prices as p

# How many items a cart takes.
LIMIT = 10


def fill(names):
    cart = []
    for name in names:
        if len(cart) >= LIMIT:
            break
        cart.append(Item(name, p.price_of(name)))
    return cart


@p.traced
def checkout(names):
    cart = fill(names)
    special = Discounted("box", 5)
    print(special.total(2))
    return json.dumps(len(cart))
