"""A web server for the fetcher, on 127.0.0.1: good pages, and answers that are none."""

import gzip
import http.server
import threading
import time

BOMB = gzip.compress(b"\0" * (64 << 20), 9)
KEPT_S = 5  # a connection that nothing comes on


class Site(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, pages):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = pages
        self.lock = threading.Lock()
        self.held = 0  # answers of /held that wait
        self.let_go = threading.Event()
        self.base = "http://127.0.0.1:%d" % self.server_port
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # whoever asked is gone: the soak sees to that

    def hold(self, change):
        with self.lock:
            self.held += change


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = KEPT_S
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def do_GET(self):
        name, _, rest = self.path.strip("/").partition("/")
        answer = getattr(self, "get_" + name.replace(".", "_"), self.get_gone)
        answer(int(rest or 0))

    def say(self, status, body=b"", content_type="text/html; charset=utf-8", keep=False, **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if not keep:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def get_page(self, n):
        page = self.server.pages[n]
        if n % 2:
            self.say(200, gzip.compress(page.body, 1), page.content_type, True, Content_Encoding="gzip")
        else:
            self.say(200, page.body, page.content_type, True)

    def get_slow(self, n):
        time.sleep(0.3)
        self.get_page(n)

    def get_held(self, n):
        """Not before the soak says so."""
        self.server.hold(1)
        self.server.let_go.wait()
        self.get_page(n)
        self.server.hold(-1)

    def get_hang(self, _):
        self.close_connection = True
        try:
            self.connection.settimeout(None)
            self.rfile.read(1)  # until the other side leaves
        except OSError:
            pass

    def get_redirect(self, n):
        self.say(302, Location="/page/%d" % n)

    def get_circle(self, _):
        self.say(302, Location="/circle")

    def get_busy(self, _):
        self.say(503, Retry_After="0")

    def get_picture(self, _):
        self.say(200, b"\x89PNG", "image/png")

    def get_bomb(self, _):
        self.say(200, BOMB, Content_Encoding="gzip")

    def get_short(self, _):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>broken")

    def get_robots_txt(self, _):
        self.say(200, b"User-agent: *\nDisallow: /secret\n", "text/plain")

    def get_gone(self, _):
        self.say(404)


# What each path but those of good pages comes to, as tables/fetch_failures.def has it.
FAILURES = {
    "/gone": {"http_client_error"},
    "/circle": {"too_many_redirects"},
    "/busy": {"http_server_error"},
    "/picture": {"unsupported_content_type"},
    "/bomb": {"bad_content_encoding", "too_large"},
    "/short": {"protocol_error"},
    "/secret": {"disallowed_by_robots"},
    "/hang": {"fetch_timeout", "timeout"},
}
