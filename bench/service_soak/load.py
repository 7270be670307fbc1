"""What the clients ask, and what must come of it."""

import json
import random
import re
import threading
import time
import urllib.parse

from client import Lost
from pages import FAULTS, fault_page
from site_pages import FAILURES

MARK = b',"extractor":"native"'  # of an answer by the fallback
COSTS = re.compile(rb'<dl class="costs">.*?</dl>', re.S)
MODES = ("article", "article", "full", "metadata", "custom&selector=p&selector=h1,h2")
HTML, JSON, FORM = "text/html; charset=utf-8", "application/json", "application/x-www-form-urlencoded"
NOTHING_THERE = "422 extractor_error"
HOSTILE = {"200", NOTHING_THERE, "422 resource_limit", "422 out_of_fuel", "422 invalid_html", "422 parse_error", "504 timeout"}
# The native core of the fallback knows nothing of these faults.
OF_FAULT = {"trap": {"500 trap", "200"}, "loop": {"422 out_of_fuel", "504 timeout", "200"}, "eat": {"422 resource_limit", "200"}}


def bad_requests():
    """(method, path, headers, body, outcome)"""
    plain, html = {"Content-Type": JSON}, {"Content-Type": HTML}
    yield "POST", "/extract", plain, b"{", "400 invalid_argument"
    yield "POST", "/extract", plain, b"[]", "400 invalid_argument"
    yield "POST", "/extract", plain, b'{"html":1}', "400 invalid_argument"
    yield "POST", "/extract", plain, b'{"url":"ftp://example.org/"}', "422 invalid_url"
    yield "POST", "/extract?mode=all", html, b"<p>x", "400 unsupported_mode"
    yield "POST", "/extract?colour=red", html, b"<p>x", "400 invalid_argument"
    yield "POST", "/extract", {"Content-Type": "image/png"}, b"x", "415 unsupported_media_type"
    yield "POST", "/extract", {**html, "Content-Encoding": "gzip"}, b"x", "415 unsupported_media_type"
    yield "POST", "/extract", {**html, "Accept": "image/png"}, b"<p>x", "406 not_acceptable"
    yield "POST", "/extract", {"Content-Type": FORM}, b"colour=red", "400 form"
    yield "POST", "/crawl", plain, b'{"urls":[]}', "400 invalid_argument"
    yield "POST", "/crawl", plain, json.dumps({"urls": ["http://a.example/"] * 101}).encode(), "400 invalid_argument"
    yield "POST", "/crawl", html, b"<p>x", "415 unsupported_media_type"
    yield "GET", "/extract", {}, None, "405 method_not_allowed"
    yield "DELETE", "/health", {}, None, "405 method_not_allowed"
    yield "GET", "/nothing/here", {}, None, "404 not_found"
    yield "GET", "/health", {"X-API-Key": "not-a-key-of-this-service"}, None, "401 unauthorized"


GARBAGE = (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST /extract HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
           b"GET / HTTP/1.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/9.9\r\nHost: a\r\n\r\n")
PROBES = ("/health", "/metrics", "/livez", "/readyz", "/openapi.json", "/problems", "/")


class Load:
    """Threads that ask, so many times a second together; they can be made to rest."""

    def __init__(self, service, site, good, hostile, tally, rate, threads=6):
        self.service, self.site, self.good, self.hostile, self.tally = service, site, good, hostile, tally
        self.codes = service.codes()
        self.bad = list(bad_requests())
        self.gap = threads / rate
        self.go, self.ended = threading.Event(), threading.Event()
        self.resting = threading.Semaphore(0)
        self.turns = 0
        self.threads = [threading.Thread(target=self.run, args=(n,), daemon=True) for n in range(threads)]
        self.go.set()
        for thread in self.threads:
            thread.start()

    # ---- the threads

    def run(self, seed):
        rng, client = random.Random(seed), self.service.client()
        kinds, weights = zip(*KINDS)
        while not self.ended.is_set():
            if not self.go.is_set():
                client.close()
                self.resting.release()
                self.go.wait()
                continue
            begin = time.monotonic()
            rng.choices(kinds, weights)[0](self, client, rng)
            self.ended.wait(max(0.0, self.gap - (time.monotonic() - begin)))
        client.close()

    def rest(self):
        """Returns when all of them have their answers and have closed their connections."""
        self.go.clear()
        for _ in self.threads:
            self.resting.acquire()

    def go_on(self):
        self.go.set()

    def end(self):
        self.ended.set()
        self.go.set()
        for thread in self.threads:
            thread.join()

    # ---- asking and judging

    def ask(self, kind, client, method, path, headers, body, expected):
        """The answer where it is 200.  A connection that is kept may have been closed at any time since its last."""
        begin = client.used if client.connection else time.monotonic()
        try:
            answer = client.ask(method, path, headers, body)
        except Lost as lost:
            self.tally.judge(kind, begin, str(lost), expected)
            return None
        outcome = answer.outcome(self.codes)
        if kind == "bad request" and answer.body.startswith(b"<!doctype html>") and answer.status == 400:
            outcome = "400 form"
        if answer.status == 200 and MARK in answer.body[-40:]:
            outcome = "200 by the fallback"
            expected = expected | {outcome} if "200" in expected else expected
        self.tally.judge(kind, begin, outcome, expected)
        return answer.body if answer.status == 200 else None

    def compare(self, kind, key, body):
        marked = body.count(MARK, -len(MARK) - 1)
        self.tally.same(kind, key, body.replace(MARK + b"}", b"}") if marked else body, marked)

    # ---- pages in the body

    def html(self, client, rng):
        page, mode = rng.choice(self.good), rng.choice(MODES)
        accept = rng.choice((JSON, JSON, "text/markdown", "text/plain"))
        path = "/extract?mode=%s&url=%s" % (mode, urllib.parse.quote(page.url, ""))
        body = self.ask("extract: HTML", client, "POST", path, {"Content-Type": page.content_type, "Accept": accept},
                        page.body, {"200"})
        if body is not None:
            self.compare("extract: HTML", (accept + mode, page.name), body)

    def json(self, client, rng):
        page = rng.choice(self.good)
        asked = json.dumps({"html": page.text(), "url": page.url, "mode": "full"}).encode()
        body = self.ask("extract: JSON", client, "POST", "/v1/extract", {"Content-Type": JSON}, asked, {"200"})
        if body is not None:
            self.compare("extract: JSON", ("json", page.name), body)

    def form(self, client, rng):
        page = rng.choice(self.good)
        asked = urllib.parse.urlencode({"source": "html", "html": page.text(), "url": page.url, "mode": "article"}).encode()
        body = self.ask("extract: form", client, "POST", "/extract", {"Content-Type": FORM}, asked, {"200"})
        if body is not None:
            self.compare("extract: form", ("form", page.name), COSTS.sub(b"", body))

    def url(self, client, rng):
        n = rng.randrange(len(self.good))
        path = rng.choice(("/page/%d", "/page/%d", "/redirect/%d", "/slow/%d")) % n
        asked = json.dumps({"url": self.site.base + path, "mode": "full"}).encode()
        body = self.ask("extract: address", client, "POST", "/extract", {"Content-Type": JSON}, asked, {"200"})
        if body is not None:
            self.compare("extract: address", ("full", path.replace("redirect", "page")), body)

    # ---- crawls

    def crawl(self, client, rng):
        stream, ordered = rng.random() < 0.5, rng.random() < 0.5
        kind = "crawl: NDJSON" if stream else "crawl: JSON"
        paths = ["/%s/%d" % (rng.choice(("page", "page", "redirect", "slow")), rng.randrange(len(self.good)))
                 for _ in range(rng.randrange(2, 8))]
        paths.insert(rng.randrange(len(paths)), rng.choice([*FAILURES]))
        options = {"timeout_ms": 600} if "/hang" in paths else {}
        if "/hang" in paths:  # pages that come late on a busy machine are not what this one is for
            paths = ["/hang", "/hang"]
        asked = json.dumps({"urls": [self.site.base + p for p in paths], "options": {**options, "ordered": ordered}}).encode()
        accept = "application/x-ndjson" if stream else JSON
        begin = time.monotonic()
        body = self.ask(kind, client, "POST", "/crawl", {"Content-Type": JSON, "Accept": accept}, asked, {"200"})
        if body is None:
            return
        results = [json.loads(line) for line in body.splitlines()] if stream else json.loads(body)["results"]
        places = [result.pop("index") for result in results] if stream else list(range(len(results)))
        if sorted(places) != list(range(len(paths))) or (ordered and places != sorted(places)):
            self.tally.wrong(kind + ": results are missing, or not in order")
            return
        for place, result in zip(places, results):
            self.crawled(kind, begin, paths[place], result)

    def crawled(self, kind, begin, path, result):
        document = result.get("document")
        outcome = "document" if document else result["error"]["code"]
        marked = bool(document) and document.pop("extractor", None) == "native"
        if marked:
            outcome = "document by the fallback"
        good = {"document", "document by the fallback"}
        self.tally.judge("page of a crawl", begin, outcome, FAILURES.get(path, good))
        if document:
            self.tally.same(kind, ("crawl", path.replace("redirect", "page")), json.dumps(document).encode(), marked)

    # ---- pages made to hurt

    def hurt(self, client, rng):
        page = rng.choice(self.hostile)
        self.ask("hostile page", client, "POST", "/extract?mode=" + rng.choice(MODES), {"Content-Type": HTML}, page.body, HOSTILE)

    def fault(self, client, rng):
        self.send_fault(client, rng.choice(FAULTS))

    def send_fault(self, client, fault):
        self.ask("page that makes the component " + fault, client, "POST", "/extract", {"Content-Type": HTML},
                 fault_page(fault).body, OF_FAULT[fault])

    # ---- the rest

    def probe(self, client, rng):
        path = rng.choice(PROBES)
        body = self.ask(path, client, "GET", path, {}, None, {"200"})
        if path == "/health" and body and json.loads(body)["status"] not in ("healthy", "degraded"):
            self.tally.wrong("/health says " + json.loads(body)["status"])

    def refused(self, client, rng):
        method, path, headers, body, outcome = rng.choice(self.bad)
        self.ask("bad request", client, method, path, headers, body, {outcome})

    def too_large(self, client, rng):
        """Answered before the body is read."""
        begin = time.monotonic()
        head = client.head("POST", "/extract", {"Content-Type": HTML, "Content-Length": str(1 << 30)})
        self.raw("body of 1 GiB", client, begin, head, {"413"})

    def garbage(self, client, rng):
        self.raw("no HTTP", client, time.monotonic(), rng.choice(GARBAGE), {"400", "413", "414", "431", "505", "closed", "reset"})

    def raw(self, kind, client, begin, sent, expected):
        try:
            outcome = client.raw(sent)
        except ConnectionRefusedError:
            outcome = "refused"
        except TimeoutError:
            outcome = "timed out"
        except OSError:
            outcome = "reset"
        self.tally.judge(kind, begin, outcome, expected)

    def leave(self, client, rng):
        page = max(self.good, key=lambda p: len(p.body))
        post = {"Content-Type": HTML, "Content-Length": str(len(page.body))}
        hang = json.dumps({"urls": [self.site.base + "/hang"] * 3 + [self.site.base + "/slow/0"] * 3}).encode()
        crawl = {"Content-Type": JSON, "Accept": "application/x-ndjson", "Content-Length": str(len(hang))}
        sent, after = rng.choice((
            (client.head("POST", "/extract", post) + page.body[:len(page.body) // 2], 0.05),
            (client.head("POST", "/extract", post) + page.body, 0.001),
            (client.head("POST", "/crawl", {**crawl, "Accept": JSON}) + hang, 0.1),
            (client.head("POST", "/crawl", crawl) + hang, 1.0),
            (b"", 0.01),
            (b"POST /extr", 0.05)))
        begin = time.monotonic()
        try:
            client.leave(sent, after, rng.random() < 0.5)
            outcome = "left"
        except ConnectionRefusedError:
            outcome = "refused"
        except OSError:
            outcome = "left"
        self.tally.judge("client that leaves half way", begin, outcome, {"left"})


KINDS = ((Load.html, 40), (Load.json, 10), (Load.form, 8), (Load.url, 8), (Load.crawl, 8), (Load.hurt, 4), (Load.fault, 1),
         (Load.probe, 10), (Load.refused, 8), (Load.too_large, 1), (Load.garbage, 2), (Load.leave, 6))
