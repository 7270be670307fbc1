"""Serves the page with its policy, and answers /extract with a canned document."""

import base64
import hashlib
import http.server
import json
import re
import threading
import urllib.parse

HOSTILE = """# Head *of* it

A [good link](https://example.org/good) and a [bad one](javascript:alert%281%29), <b>no</b> markup,
<img src=x onerror=alert(1)> ![a picture](https://pictures.example/a.png), H<sub>2</sub>O and `a<b>`.

- one
  - two
- [x] done

1. first
2. second

> quoted **strongly** and ~~struck~~

```js
let a = "<script>alert(1)</script>";
```

| a | b |
| --- | --: |
| c\\|d | e<br>f |

Term
: Meaning

[unsafe](data:text/html,x) [^1] end\\
of line

[^1]: The note.
"""

DOCUMENT = {
    "url": "https://example.org/clock", "title": "The <i>clock</i>", "byline": "Mara Lindqvist",
    "published_iso": "2024-03-18T07:30:00+01:00", "markdown": HOSTILE, "text": "Head of it",
    "links": ["https://example.org/good", "javascript:alert(1)"], "media": ["https://pictures.example/a.png"],
    "language": "en", "reading_time": 1, "quality_score": 61, "word_count": 234, "categories": ["Town", "Time"],
    "site_name": "The Quayside Post", "description": None,
    "stats": {"wait_ns": 0, "take_ns": 300, "instantiate_ns": 0, "lower_ns": 400, "call_ns": 1900000,
              "lift_ns": 2900, "drop_ns": 4500, "fuel_used": 1446850, "memory_peak": 8388608,
              "nodes": 105, "tier": "hot"},
}
PROBLEM = {"type": "/problems#dns_error", "title": "the host's name has no address", "status": 502,
           "detail": "nothing.example has no address", "instance": "id-1", "code": "dns_error", "retryable": True}
UNAUTHORIZED = {"type": "/problems#unauthorized", "title": "an API key is needed", "status": 401,
                "instance": "id-2", "code": "unauthorized", "retryable": False}


def policy_of(header):
    return re.search(r'RT_PAGE_POLICY "([^"]*)"', open(header).read())[1]


def hash_of(page, tag):
    inside = re.findall(b"<%s>(.*?)</%s>" % (tag, tag), page, re.S)
    assert len(inside) == 1, tag
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(inside[0]).digest()).decode()


class Stub(http.server.ThreadingHTTPServer):
    def __init__(self, page, policy):
        self.page, self.policy, self.requests = page, policy, []
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d/" % self.server_port
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, kind, body):
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))),
                            ("Content-Security-Policy", self.server.policy),
                            ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            self.answer(200, "text/html; charset=utf-8", self.server.page)
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_form = self.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        asked = dict(urllib.parse.parse_qsl(body.decode(), True)) if is_form else json.loads(body)
        self.server.requests.append((self.path, asked, self.headers))
        if is_form:
            self.answer(200, "text/html; charset=utf-8", b"<!doctype html><title>Form</title><pre>answer</pre>")
        elif "nothing" in asked.get("url", ""):
            self.answer(502, "application/problem+json", json.dumps(PROBLEM).encode())
        elif "locked" in asked.get("url", "") and not self.headers["X-API-Key"]:
            self.answer(401, "application/problem+json", json.dumps(UNAUTHORIZED).encode())
        else:
            self.answer(200, "application/json", json.dumps(DOCUMENT).encode())
