"""One client of the service: a connection that it keeps, and ways to leave without a word."""

import http.client
import json
import re
import socket
import struct
import time

PATIENCE_S = 300  # a request that is not answered by then never will be
IDLE_S = 20  # below what the service allows


class Lost(Exception):
    """There is no answer: one of tally.LOST says how."""


def how_lost(error):
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, (http.client.IncompleteRead, http.client.BadStatusLine)) and not isinstance(error, ConnectionError):
        return "cut short"
    return "reset"


CODE = re.compile(rb'<th scope="row">Code</th><td>(\w+)</td>')


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def outcome(self, codes):
        """"200", or "422 out_of_fuel" where that is a problem as it should be, or the page of the form."""
        if self.status == 200:
            return "200"
        shown = CODE.search(self.body)
        if shown and shown[1].decode() in codes:
            return "%d %s" % (self.status, shown[1].decode())
        kind = (self.headers.get("Content-Type") or "").partition(";")[0]
        try:
            problem = json.loads(self.body)
            good = kind == "application/problem+json" and problem["status"] == self.status and problem["code"] in codes
        except (ValueError, TypeError, KeyError):
            good = False
        return "%d %s" % (self.status, problem["code"] if good else "without a type")


class Client:
    def __init__(self, address, key):
        self.host, _, port = address.rpartition(":")
        self.port, self.key = int(port), key
        self.connection = None
        self.used = 0.0

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def begin(self, method, path, headers=None, body=None):
        """The answer's head; Lost otherwise."""
        if self.connection and time.monotonic() - self.used > IDLE_S:
            self.close()
        if not self.connection:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        try:
            self.connection.request(method, path, body, {"X-API-Key": self.key, **(headers or {})})
            return self.connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(how_lost(error)) from error

    def ask(self, method, path, headers=None, body=None):
        response = self.begin(method, path, headers, body)
        try:
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(how_lost(error)) from error
        self.used = time.monotonic()
        return answer

    # ---- connections of one request each

    def open(self):
        return socket.create_connection((self.host, self.port), PATIENCE_S)

    def head(self, method, path, headers):
        lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + self.host, "X-API-Key: " + self.key]
        lines += ["%s: %s" % pair for pair in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def leave(self, sent, after, hard):
        """Sends that, waits for so many seconds or an answer's first bytes, and is gone."""
        with self.open() as s:
            s.sendall(sent)
            s.settimeout(after)
            try:
                s.recv(200)
            except TimeoutError:
                pass
            if hard:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def raw(self, sent):
        """The status of what comes back, "closed" for nothing."""
        with self.open() as s:
            s.sendall(sent)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while len(got) < 12:
                part = s.recv(4096)
                if not part:
                    break
                got += part
        return got[9:12].decode("latin-1") if got.startswith(b"HTTP/1.1 ") else "closed"
