from .base import Base, Mixin


class Fast(Base, Mixin):
    def __init__(self, engine: "Engine"):
        self.engine = engine

    def step(self):
        self.log("fast")
        super().log("again")
        return 1


def go():
    Fast(None).run()
