"""Real answers of `riptide serve` against what its own /openapi.json says of them, and the examples in
there against their schemas.

RIPTIDE is the program, SITE a web server to fetch from, PAGES a folder with article.html."""

import json
import os
import subprocess
import unittest
import urllib.error
import urllib.request

from schema import Schemas
from serving import Served

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PAGE = open(os.path.join(os.environ["PAGES"], "article.html"), "rb").read()


def requests(site):
    """(method, path, headers, body)"""
    html = {"Content-Type": "text/html"}
    plain = {"Content-Type": JSON}
    page, gone = site + "/page", site + "/nothing"
    yield "POST", "/extract", html, PAGE
    yield "POST", "/extract?stats=true&url=https://example.org/a", html, PAGE
    yield "POST", "/v1/extract", {**html, "Accept": "text/markdown"}, PAGE
    yield "POST", "/extract", {**html, "Accept": "text/plain"}, PAGE
    yield "POST", "/extract?mode=metadata", html, PAGE
    yield "POST", "/extract", plain, json.dumps({"html": "<h1>A</h1><p>b", "mode": "full", "stats": True}).encode()
    yield "POST", "/extract", plain, json.dumps({"url": page, "stats": True, "timeout_ms": 20000}).encode()
    yield "POST", "/extract", plain, json.dumps({"url": gone}).encode()
    yield "POST", "/extract", plain, json.dumps({"url": "ftp://example.org/"}).encode()
    yield "POST", "/extract", plain, b"{"
    yield "POST", "/extract", plain, b"{}"
    yield "POST", "/extract?mode=all", html, PAGE
    yield "POST", "/extract", html, b""
    yield "POST", "/extract", {"Content-Type": "image/png"}, b"x"
    yield "POST", "/extract", {**html, "Accept": "image/png"}, PAGE
    yield "POST", "/extract", {"Content-Type": FORM}, b"source=html&html=%3Ch1%3EA%3C/h1%3E%3Cp%3Eb&mode=full"
    yield "POST", "/crawl", plain, json.dumps({"urls": [page, gone, "x:y"], "options": {"stats": True}}).encode()
    yield "POST", "/crawl", {**plain, "Accept": "application/x-ndjson"}, json.dumps({"urls": [gone, page], "options": {"ordered": True}}).encode()
    yield "POST", "/crawl", plain, json.dumps({"urls": []}).encode()
    yield "POST", "/crawl", {"Content-Type": "text/html"}, b""
    for path in ("/", "/health", "/livez", "/healthz", "/readyz", "/metrics", "/problems", "/openapi.json"):
        yield "GET", path, {}, None
    yield "GET", "/metrics", {"Accept": "application/openmetrics-text"}, None
    yield "GET", "/metrics", {"Accept": "image/png"}, None
    for path in ("/", "/health", "/livez", "/healthz", "/readyz", "/metrics", "/problems", "/openapi.json"):
        yield "GET", path, {"Host": "a.example"}, None


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = subprocess.Popen([os.environ["SITE"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.pages = "http://127.0.0.1:" + cls.site.stdout.readline().strip()
        cls.service = Served("--allow-private")
        cls.base = cls.service.base
        cls.spec = json.loads(cls.ask("GET", "/openapi.json", {}, None)[2])
        cls.schemas = Schemas(cls.spec)

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        cls.site.communicate(timeout=60)

    @classmethod
    def ask(cls, method, path, headers, body):
        request = urllib.request.Request(cls.base + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read()

    def described(self, method, path, status):
        operation = self.spec["paths"][path.split("?")[0].removeprefix("/v1")][method.lower()]
        response = operation["responses"].get(str(status))
        self.assertIsNotNone(response, "%s %s: %d is not described" % (method, path, status))
        return self.schemas.find(response["$ref"]) if "$ref" in response else response

    def check(self, method, path, headers, body):
        status, got, answer = self.ask(method, path, headers, body)
        kind = got["Content-Type"].split(";")[0]
        if kind == "text/html" and status != 200:
            return  # a problem for people
        response = self.described(method, path, status)
        self.assertIn(kind, response["content"], (method, path, status))
        schema = response["content"][kind]["schema"]
        text = answer.decode()
        values = [json.loads(line) for line in text.splitlines()] if kind.endswith("ndjson") else \
            [json.loads(text) if kind.endswith("json") else text]
        for value in values:
            self.assertEqual(self.schemas.faults(schema, value), [], (method, path, status, text[:300]))
        for name in ("Retry-After", "Allow", "WWW-Authenticate"):
            self.assertTrue(name not in got or name in response["headers"], (path, status, name))
        self.assertIn("X-Request-Id", got)

    def test_answers_are_as_described(self):
        for request in requests(self.pages):
            with self.subTest(request=request[:3]):
                self.check(*request)

    def test_examples_are_as_described(self):
        count = 0
        for kind in self.contents(self.spec):
            examples = list(kind.get("examples", {}).values()) + ([{"value": kind["example"]}] if "example" in kind else [])
            for example in examples:
                example = self.schemas.find(example["$ref"]) if "$ref" in example else example
                self.assertEqual(self.schemas.faults(kind["schema"], example["value"]), [])
                count += 1
        self.assertGreater(count, 40)

    def contents(self, node):
        if isinstance(node, dict):
            if "schema" in node:
                yield node
            for value in node.values():
                yield from self.contents(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.contents(value)


if __name__ == "__main__":
    unittest.main()
