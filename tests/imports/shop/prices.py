"""Prices, with and without tax."""

TAX = 0.2


def with_tax(net):
    if net < 0:
        raise ValueError("a price is not negative: −1 €")
    return net * (1 + TAX)


class Price:
    def __init__(self, net):
        self.net = net

    def gross(self):
        return with_tax(self.net)
