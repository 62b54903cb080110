import configparser
import io
import os

import files
import reader
import tree
import urls
import web

app = web.App()
NAMES = {38: "amp"}


def escape(text):
    out = ""
    for letter in text:
        if letter.isalnum() or letter in [" ", "."]:
            out += letter
        elif ord(letter) in NAMES:
            out += f"&{NAMES[ord(letter)]};"
        else:
            out += f"&#x{hex(ord(letter))[2:]};"
    return out


@app.page("/a")
def pages():
    given = web.request.args["a"]
    if given == "1":
        return given + "!"
    if given == "2":
        return escape(given), 200
    if given.isalnum():
        return given
    if web.request.path:
        return web.request.path
    if given.startswith("x"):
        return "text", 200, {"X-Given": given}
    return given, 200  # flow: page


@app.page("/a/<part>")
def parts(part):
    return web.request.path  # flow: page


def setup(other):
    @other.page("/b")
    def page():
        return web.request.args["b"]  # flow: page


def paths():
    given = input()
    open(given)  # flow: path
    if ".." in given:
        return
    open("data/" + given)
    open(f"data/{given}")
    open("/" + given)  # flow: path
    open(given + "/data")  # flow: path
    folder = files.Path("data")
    (folder / given).read()  # flow: path


def quotes():
    given = input()
    node = tree.parse("a.xml")
    node.xpath("//a[@b='" + given + "']")  # flow: xpath
    node.xpath(f"//a[@b='{given.replace("'", "")}']")
    if "'" not in given:
        node.xpath(f"//a[@b='{given}']")
        node.xpath(f'//a[@b="{given}"]')  # flow: xpath
        node.xpath("//a[@b=" + given + "]")  # flow: xpath


def code():
    given = input()
    if not given.startswith("'") or not given.endswith("'") or "'" in given[1:-1]:
        eval(given)  # flow: code
        return
    eval(given)


def addresses():
    given = input()
    parsed = urls.parse(given)
    if parsed.scheme == "https":
        web.go(given)  # flow: redirect
    if parsed.host in ("here.example", "there.example"):
        web.go(given)
    if parsed.host not in ["here.example"] or parsed.scheme != "https":
        return
    web.go(given)
    given = input()
    web.go(given)  # flow: redirect


def kept():
    web.session["a"] = input()  # flow: kept
    web.session[input()] = "a"  # flow: kept
    web.session["a"] = "b"


def features():
    given = input()
    told = reader.make()
    told.feature(reader.outside, True)
    reader.read(given, told)  # flow: entities
    told.feature(reader.outside, False)
    reader.read(given, told)
    reader.read(given)


def sections():
    given = input()
    options = configparser.ConfigParser()
    options.add_section("s")
    options.set("s", "a", "safe")
    options.set("s", "b", given)
    os.system(options.get("s", "a"))
    os.system(options.get("s", "b"))  # flow: command
    os.system(options["s"]["b"])  # flow: command
    out = io.StringIO()
    out.write("ls ")
    out.write(given)
    os.system(out.getvalue())  # flow: command


@app.page("/c")
def responses():
    given = web.request.args["c"]
    if web.request.args["d"]:
        return web.response(given + "!")  # flow: page
    answer = web.response("text")
    answer.set_cookie("given", given)
    return answer
