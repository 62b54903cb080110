class Base:
    def run(self):
        return self.step()

    def step(self):
        raise NotImplementedError


class Mixin:
    def log(self, text):
        print(text)
