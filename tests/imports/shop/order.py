from prices import Price


class Order:
    def __init__(self):
        self.prices = []

    def add(self, net):
        self.prices.append(Price(net))

    def total(self):
        total = 0
        for price in self.prices:
            total += price.gross()
        return total
