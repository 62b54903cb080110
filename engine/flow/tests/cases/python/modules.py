import lib

pool = lib.connect()
connection = pool.take()


def variables():
    value = input()
    connection.query(value)  # flow: sql
    connection.query("fixed")
    pool.query(value)


class Store:
    def __init__(self):
        self.db = lib.connect().take()
        self.log = lib.connect()

    def find(self):
        self.db.query(input())  # flow: sql
        self.log.query(input())
