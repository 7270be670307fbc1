"""Every fenced `sh` block of README.md and docs/*.md with curl or `riptide serve` in it is run as it stands there,
by bash with `set -e`, and what it prints is compared with the block that follows it.

What stands for what:
  riptide             the program RIPTIDE; `riptide serve` goes on in the background, on a port that is free
  127.0.0.1:8080      the service that the block starts; else one that runs already.  It has its defaults, but where
                      https://example.org is named (by the block, or the command) it may fetch from private addresses
  https://example.org the test site SITE, there and in what is compared
  page.html           examples/tides.html; pages.tsv: a list with that page
A block ends well where each command does, and curl's answers are 2xx, or of a status that the answer shows.

An answer shows what is there, shortened by the one character of three dots.  `json`: an object has the members that are
shown, and more only where they end with it; an array likewise; strings are the same, up to it; so are numbers,
but those that are measured.  `http`: the status line, headers and, as JSON or text, the body.  Anything else:
lines, where it stands for any number of them.

Blocks without both are not of this test; they are named in its output.  Nothing else is left out."""

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "service"))
from serving import Served, environment

SOURCE, RIPTIDE, SITE = (os.environ[name] for name in ("SOURCE", "RIPTIDE", "SITE"))
DOTS = "\u2026"
MEASURED = re.compile(r"_(ns|ms|mb|count|used|peak|fetched|size|instances)$")
PRELUDE = """
set -e -o pipefail
curl() {
    local args=("$@") service=$PLAIN
    [[ "$*" != *https://example.org* ]] || service=$OPEN
    [[ -z "$OWN" || "$*" != *127.0.0.1:8080* ]] || service=$(listening)
    args=("${args[@]//127.0.0.1:8080/$service}")
    args=("${args[@]//https:\\/\\/example.org/$EXAMPLE}")
    command curl -m 60 -w '%{stderr}%{http_code}\\n' "${args[@]}" 2>>statuses
}
listening() {
    local address=
    for _ in {1..3000}; do
        address=$(sed -n 's/.*"msg":"listening","address":"\\([^"]*\\)".*/\\1/p' own.log 2>/dev/null || true)
        [ -z "$address" ] || break
        [ ! -s own.pid ] || kill -0 "$(<own.pid)" 2>/dev/null || break
        sleep 0.1
    done
    echo "${address:-127.0.0.1:1}"
}
riptide() {
    local args=("$@")
    if [ "$1" = serve ]; then
        : >own.log
        [ -z "$FETCHES" ] || { export RIPTIDE_FETCH_PORTS='*'; args+=(--allow-private); }
        "$RIPTIDE" "${args[@]}" --listen 127.0.0.1:0 --log info,json 2>own.log >/dev/null </dev/null &
        echo $! >own.pid
    else
        "$RIPTIDE" "${args[@]}"
    fi
}
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Block:
    def __init__(self, path, line, text):
        self.path, self.line, self.text = path, line, text
        self.answer = self.kind = None

    def __str__(self):
        return "%s:%d" % (os.path.relpath(self.path, SOURCE), self.line)


def blocks_of(path):
    """The sh blocks of a document, each with the fenced block right after it, if there is one."""
    lines = read(path).split("\n")
    found, fence, last, last_end = [], None, None, None
    for number, line in enumerate(lines, 1):
        mark = re.match(r"\s*(`{3,})(\w*)\s*$", line)
        if fence is None and mark:
            fence, kind, start, text = mark[1], mark[2], number, []
        elif fence is not None and line.strip() == fence:
            if kind != "sh" and re.search(r"^\s*(\$ )?curl ", "\n".join(text), re.M):
                raise AssertionError("%s:%d: curl in a block of another kind than sh" % (path, start))
            if kind == "sh":
                last, last_end = Block(path, start + 1, "\n".join(text) + "\n"), number
                found.append(last)
            elif last and start == last_end + 1:
                last.kind, last.answer = kind, "\n".join(text) + "\n"
            fence = None
        elif fence is not None:
            text.append(line)
    return found


# ---- comparing ------------------------------------------------------------------------------------


def shown_json(text):
    """JSON with dots in it: as members and elements of their own they become those that end it."""
    mark = re.compile(r"([{,\[]\s*)%s(?=\s*[},\]])" % DOTS)
    while found := mark.search(text):
        text = text[:found.end(1)] + '"%s"' % DOTS + (": 0" if in_object(text, found.start()) else "") + text[found.end():]
    decoder, values = json.JSONDecoder(), []
    while text.strip():
        value, end = decoder.raw_decode(text.strip())
        values.append(value)
        text = text.strip()[end:]
    return values


def in_object(text, at):
    """Whether what begins at that bracket or comma stands in an object; strings are jumped over."""
    stack, i = [], 0
    while i <= at:
        if text[i] == '"':
            i = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, i).end()
            continue
        if text[i] in "{[":
            stack.append(text[i])
        elif text[i] in "}]":
            stack.pop()
        i += 1
    return bool(stack) and stack[-1] == "{"


def differs(shown, got, where):
    """What is not as shown, or None."""
    if isinstance(shown, str):
        if not isinstance(got, str):
            return "%s: %r is shown, %r came" % (where, shown, got)
        good = re.fullmatch(re.escape(shown).replace(DOTS, ".*"), got, re.S)
        return None if good else "%s: %r is shown, %r came" % (where, shown, got)
    if isinstance(shown, bool) or shown is None or not isinstance(shown, (int, float, dict, list)):
        return None if shown is got else "%s: %r is shown, %r came" % (where, shown, got)
    if isinstance(shown, (int, float)):
        if isinstance(got, bool) or not isinstance(got, (int, float)):
            return "%s: a number is shown, %r came" % (where, got)
        good = shown == got or MEASURED.search(where)
        return None if good else "%s: %r is shown, %r came" % (where, shown, got)
    if type(shown) is not type(got):
        return "%s: %r is shown, %r came" % (where, type(shown), type(got))
    if isinstance(shown, dict):
        missing = [name for name in shown if name != DOTS and name not in got]
        more = [name for name in got if name not in shown] if DOTS not in shown else []
        if missing or more:
            return "%s: lacks %s, has %s" % (where, missing, more)
        pairs = [(shown[name], got[name], "%s.%s" % (where, name)) for name in shown if name != DOTS]
    else:
        elements = [e for e in shown if e != DOTS]
        if len(got) < len(elements) or (len(got) > len(elements) and DOTS not in shown):
            return "%s: %d elements are shown, %d came" % (where, len(elements), len(got))
        pairs = [(e, g, "%s[%d]" % (where, i)) for i, (e, g) in enumerate(zip(elements, got))]
    return next((d for d in (differs(*pair) for pair in pairs) if d), None)


def json_differs(shown, got):
    try:
        values = [json.loads(line) for line in got.splitlines()]
    except ValueError as why:
        return "no JSON came, a line each: %s: %s" % (why, got[:200])
    return differs(shown_json(shown), values, "answer")


def text_differs(shown, got):
    lines = [re.escape(line).replace(DOTS, ".*") + "\n" if line != DOTS else "(?:.*\n)*?" for line in shown.rstrip("\n").split("\n")]
    return None if re.fullmatch("".join(lines), got.rstrip("\n") + "\n") else "shown is\n%scame\n%s" % (shown, got[:2000])


def http_differs(shown, got):
    shown_head, _, shown_body = shown.partition("\n\n")
    head, _, body = got.replace("\r\n", "\n").partition("\n\n")
    status, *headers = shown_head.split("\n")
    if head.split("\n")[0].strip() != status:
        return "%s is shown, %s came" % (status, head.split("\n")[0])
    for header in headers:
        if not any(re.fullmatch(re.escape(header).replace(DOTS, ".+"), line.strip()) for line in head.split("\n")):
            return "%s is shown, there came %s" % (header, head)
    return json_differs(shown_body, body) if shown_body.startswith("{") else text_differs(shown_body, body)


COMPARE = {"json": json_differs, "http": http_differs, "text": text_differs, "markdown": text_differs}


# ---- running --------------------------------------------------------------------------------------


class Examples(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.site = subprocess.Popen([SITE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.example = "http://127.0.0.1:" + cls.site.stdout.readline().strip()
        cls.plain = Served()
        cls.open = Served("--allow-private", RIPTIDE_FETCH_PORTS="*")

    @classmethod
    def tearDownClass(cls):
        cls.plain.stop()
        cls.open.stop()
        cls.site.communicate(timeout=60)

    def run_block(self, block, folder):
        shutil.copy(os.path.join(SOURCE, "examples/tides.html"), os.path.join(folder, "page.html"))
        with open(os.path.join(folder, "pages.tsv"), "w") as file:
            file.write("page.html\thttps://example.org/a\ta\n")
        given = {"RIPTIDE": RIPTIDE, "PLAIN": self.plain.address, "OPEN": self.open.address, "EXAMPLE": self.example, "HOME": folder,
                 "OWN": "yes" if re.search(r"\briptide serve\b", block.text) else "",
                 "FETCHES": "yes" if "https://example.org" in block.text else ""}
        done = subprocess.run(["bash", "-c", PRELUDE + block.text], cwd=folder, env=environment(LC_ALL="C.UTF-8", RIPTIDE_CONFIG="/dev/null", **given), timeout=600,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def end_own(self, folder):
        if not os.path.exists(os.path.join(folder, "own.pid")):
            return
        log, said, pid = os.path.join(folder, "own.log"), "", int(read(os.path.join(folder, "own.pid")))
        for begun in (r'"msg":"listening"', r'"msg":"ended with 0 requests'):
            for _ in range(3000):
                ended = not os.path.exists("/proc/%d" % pid)
                said = read(log)
                if ended or re.search(begun, said):
                    break
                time.sleep(0.1)
            self.assertRegex(said, begun)
            if "listening" in begun:
                os.kill(pid, signal.SIGTERM)

    def check(self, block):
        with tempfile.TemporaryDirectory(prefix="riptide-examples-") as folder:
            try:
                code, out, err = self.run_block(block, folder)
            finally:
                self.end_own(folder)
            self.assertEqual(code, 0, "%s: %s" % (out, err))
            path = os.path.join(folder, "statuses")
            statuses = read(path).split() if os.path.exists(path) else []
        self.assertEqual(len(statuses), len(re.findall(r"^curl |[|&;] *curl ", block.text, re.M)), "curl was run as often as it is written")
        for status in statuses:
            shown = block.answer and re.search(r'HTTP/1.1 %s |"status": %s\b' % (status, status), block.answer)
            self.assertTrue(status[0] == "2" or shown, "the answer has status " + status)
        if block.answer is not None:
            self.assertIn(block.kind, COMPARE, "a block after an example")
            self.assertIsNone(COMPARE[block.kind](block.answer, out.replace(self.example, "https://example.org")))

    def test_each_example(self):
        run = 0
        for path in [os.path.join(SOURCE, "README.md")] + sorted(glob.glob(os.path.join(SOURCE, "docs/*.md"))):
            for block in blocks_of(path):
                if not re.search(r"\bcurl\b|\briptide serve\b", block.text):
                    print("not of this test, it has neither curl nor riptide serve: %s" % block)
                    continue
                run += 1
                with self.subTest(example=str(block)):
                    self.check(block)
        print("%d examples" % run)
        self.assertGreater(run, 10, "the documents were read")


class Rules(unittest.TestCase):
    """The comparison itself: a change that it should notice."""

    def test_json(self):
        shown = '{"a": 1, "b": [{"x": "y%s", %s}, %s], "took_ms": 3, %s}' % (DOTS, DOTS, DOTS, DOTS)
        good = {"a": 1, "b": [{"x": "yes", "z": 1}, 2], "took_ms": 9, "more": None}
        self.assertIsNone(json_differs(shown, json.dumps(good)))
        for change in ({"a": 2}, {"a": True}, {"a": "1"}, {"b": []}, {"b": [{"x": "no"}]}, {"took_ms": "3"}, {"b": {}}):
            self.assertIsNotNone(json_differs(shown, json.dumps({**good, **change})), change)
        self.assertIsNotNone(json_differs('{"a": 1}', '{"a": 1, "b": 2}'))
        self.assertIsNotNone(json_differs('{"a": [1]}', '{"a": [1, 2]}'))
        self.assertIsNotNone(json_differs('{"a": 1}\n{"a": 2}', '{"a": 1}\n'))
        self.assertIsNotNone(json_differs('{"a": null}', '{"a": 0}'))

    def test_text(self):
        self.assertIsNone(text_differs("a\n%s\nc\n" % DOTS, "a\nb\nb\nc\n"))
        self.assertIsNone(text_differs("a%s\n" % DOTS, "abc"))
        self.assertIsNotNone(text_differs("a\nc\n", "a\nb\nc\n"))

    def test_http(self):
        got = 'HTTP/1.1 401 No\r\nA: b\r\nC: d\r\n\r\n{"x": 1}'
        self.assertIsNone(http_differs('HTTP/1.1 401 No\nA: %s\n\n{"x": 1}' % DOTS, got))
        for shown in ('HTTP/1.1 400 No\n\n{"x": 1}', 'HTTP/1.1 401 No\nA: c\n\n{"x": 1}', 'HTTP/1.1 401 No\n\n{"x": 2}'):
            self.assertIsNotNone(http_differs(shown, got))


if __name__ == "__main__":
    unittest.main()
