"""Orders and their totals."""
from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Iterator, Optional


def traced(label: str):
    def wrap(function):
        def inner(*args, **kwargs):
            print(f"{label}: {function.__name__}({args!r:>10})")
            return function(*args, **kwargs)
        return inner
    return wrap


@dataclass
class Order(Base, metaclass=Meta):
    items: list[int] = field(default_factory=list)
    limit: Optional[int] = None

    @property
    def total(self) -> int:
        return sum(item for item in self.items if item > 0)

    @traced("add")
    def add(self, *prices: int, at: int = -1, **rest) -> "Order":
        for index, price in enumerate(prices):
            if price is None or not price:
                continue
            elif price < 0:
                raise ValueError("negative") from None
            self.items[at:at] = [price]
        else:
            self.limit = (self.limit or 0) + len(prices)
        return self

    async def ship(self):
        async with self.lock as lock, open("log") as log:
            async for parcel in self.parcels():
                await lock.send(parcel)
                log.write("%s" % parcel)


def numbers(n: int) -> Iterator[int]:
    a, b = 0, 1
    while (count := n) > 0:
        yield a
        a, b, n = b, a + b, n - 1
        if a > 1_000:
            break
    yield from range(3)


def describe(shape):
    try:
        match shape:
            case {"kind": "circle", "r": r} if r > 0:
                return 3.14 * r ** 2
            case [x, y, *_] | (x, y):
                return x * y
            case Order(items=[first, *rest]):
                return first
            case _:
                pass
    except (KeyError, TypeError) as problem:
        global last
        last = problem
    finally:
        del shape
    return lambda x, *y: x if y else None


squares = {k: v ** 2 for k, v in zip("ab", [1, 2]) if v}
if __name__ == "__main__":
    asyncio.run(Order().add(1, 2, *[3], at=0).ship())
