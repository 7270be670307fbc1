"""The pages that are sent: good ones whose answers must not change, and those made to hurt."""

import csv
import gzip
import os
import re

GOOD_BYTES = 300000  # larger ones say nothing more and cost the machine too much
HOSTILE_BYTES = 200000
FAULTS = ("trap", "loop", "eat")  # see tests/guests/README.md


class Page:
    def __init__(self, name, url, content_type, body):
        self.name, self.url, self.content_type, self.body = name, url, content_type, body

    def text(self):
        charset = self.content_type.partition("charset=")[2] or "utf-8"
        return self.body.decode(charset, "replace")


def repository_pages(root):
    kinds = {"russian-windows-1251.html": "text/html; charset=windows-1251"}
    folders = (os.path.join(root, "tests", "pages"), os.path.join(root, "examples"))
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            if name.endswith(".html"):
                with open(os.path.join(folder, name), "rb") as file:
                    yield Page(name, "https://example.org/" + name, kinds.get(name, "text/html; charset=utf-8"), file.read())


def data_pages(data, count):
    """Of WCXB, evenly over the list; those that are not UTF-8 go as their own bytes, too."""
    with open(os.path.join(data, "wcxb", "pages.tsv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows[::max(1, len(rows) // count)]:
        with gzip.open(os.path.join(data, "wcxb", "html", row["id"] + ".html.gz")) as file:
            body = file.read()
        if len(body) <= GOOD_BYTES:
            yield Page(row["id"], row["url"], "text/html; charset=utf-8", body)


def c_string(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def hostile_pages(root):
    """tests/hostile/hostile_pages.def, each page cut down to what a soak can send often."""
    part = r'"((?:[^"\\]|\\.)*)"'
    row = re.compile(r"^HOSTILE\((\w+),\s*%s,\s*%s,\s*%s,\s*(\d+)\)" % (part, part, part), re.M)
    with open(os.path.join(root, "tests", "hostile", "hostile_pages.def"), encoding="utf-8") as file:
        table = file.read()
    for name, head, unit, tail, full in row.findall(table):
        unit = c_string(unit)
        count = min(int(full), HOSTILE_BYTES) // len(unit)
        middle = b"".join(unit.replace(b"#", b"%d" % n) for n in range(count)) if b"#" in unit else unit * count
        yield Page(name, "https://example.org/hostile", "text/html; charset=utf-8", c_string(head) + middle + c_string(tail))


def fault_page(fault):
    body = "<!--fault:%s--><title>A fault</title><article><h1>A fault</h1><p>%s</p></article>" % (
        fault, "The component fails on this page, and the text is long enough to be one. " * 5)
    return Page("fault:" + fault, "https://example.org/fault", "text/html; charset=utf-8", body.encode())
