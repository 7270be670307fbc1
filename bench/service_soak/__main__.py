"""Mixed load with faults against `riptide serve`, for as long as one likes; then whether anything crashed, grew,
changed or stayed without an answer.  Prints a Markdown report; ends with 1 where something is not as it must be.

    python3 bench/service_soak --riptide PROGRAM --component FAULTY (--minutes N | --seconds N) [--data FOLDER]

FAULTY is tests/guests/faulty.wasm: the real component, which fails on demand.  FOLDER holds wcxb/; without it the
pages are those of the repository."""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

from client import Lost
from faults import Faults
from load import HTML, JSON, MODES, Load
from pages import data_pages, hostile_pages, repository_pages
from process import Measure, children, cpu_seconds, resident
from report import is_good, write
from service import Failed, Service, wait_for
from site_pages import Site
from tally import Tally

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PAGES = 300  # of WCXB
IN_FLIGHT = 8


class Soak:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.tally = Tally()
        pages = list(data_pages(arguments.data, PAGES) if arguments.data else repository_pages(ROOT))
        settings = {"RIPTIDE_COMPONENT": arguments.component, "RIPTIDE_FETCH_PORTS": "*", "RIPTIDE_FETCH_PER_HOST": 32,
                    "RIPTIDE_WASM_CACHE_DIR": os.path.join(folder, "cache"), **arguments.set}
        self.service = Service(arguments.riptide, folder, "service", settings, ["--allow-private"]).wait_until_listening()
        self.good = [page for page in pages if self.has_content(page)]
        self.site = Site(self.good)
        self.load = Load(self.service, self.site, self.good, list(hostile_pages(ROOT)), self.tally, arguments.rate)
        self.faults = Faults(self.service, self.load, self.tally, arguments.riptide, arguments.component, folder,
                             min(3.0, arguments.seconds / 25))
        self.can_mount, self.most_mib = self.faults.can_mount, arguments.memory
        self.began, self.rests, self.warm, self.peak = time.monotonic(), [], 0, 0
        self.lived, self.strange, self.exit_code = True, [], None
        self.in_flight = self.drained = self.left_behind = 0
        self.measured = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def has_content(self, page):
        """Some pages have none in one mode or other before their scripts run: these are always 422."""
        client, headers = self.service.client(), {"Content-Type": page.content_type}
        good = all(client.ask("POST", "/extract?mode=" + mode, headers, page.body).status == 200 for mode in sorted({*MODES}))
        client.close()
        return good

    # ---- memory

    def watch(self):
        while not self.measured.wait(1):
            now = resident(self.service.pid) + sum(resident(child) for child in children(self.service.pid))
            self.peak = max(self.peak, now)

    def rest(self):
        """What the service takes when it has nothing to do.  What ends on its own gets the time to."""
        self.load.rest()
        wait_for("the service to be at rest", self.is_at_rest)
        measure = self.settle()
        measure.minute, measure.peak = (time.monotonic() - self.began) / 60, max(self.peak, measure.memory)
        self.peak = 0
        self.rests.append(measure)
        self.load.go_on()

    def is_at_rest(self):
        """But for the question itself."""
        now = self.service.metrics()
        return now["riptide_http_requests_active"] <= 1 and now["riptide_http_connections"] <= 1 and \
            not now["riptide_http_requests_admitted"] and not now["riptide_fetches_active"]

    def settle(self):
        before = self.rests[self.warm] if len(self.rests) > self.warm else None
        for _ in range(100):
            measure = Measure(self.service.pid, self.site.server_port)
            grown = before and (measure.descriptors > before.descriptors or measure.threads > before.threads)
            if not grown and not measure.zombies:
                break
            time.sleep(0.1)
        return measure

    # ---- the course

    def run(self):
        """Two rounds of all faults at least: the first belongs to warm-up."""
        seconds, ways = self.arguments.seconds, self.faults.all()
        pause = min(20.0, seconds / 60)
        warm_up, next_rest, turn = seconds / 12, 0.0, 0
        while turn < 2 * len(ways) or time.monotonic() - self.began < seconds:
            self.sleep(pause)
            ways[turn % len(ways)]()
            turn += 1
            past = time.monotonic() - self.began
            if turn >= len(ways) and past >= max(next_rest, warm_up) or past < warm_up and past >= next_rest:
                self.rest()
                next_rest = past + min(60.0, seconds / 4)
                if turn < len(ways) or past < warm_up:
                    self.warm = len(self.rests)
                self.say("%d requests, %.1f MiB" % (sum(self.tally.counts.values()), self.rests[-1].memory / 2**20))
        self.rest()
        self.load.end()

    def sleep(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.service.alive():
                raise Failed("the service ended")
            time.sleep(min(0.2, seconds))

    def say(self, what):
        print("%5.1f min: %s" % ((time.monotonic() - self.began) / 60, what), file=sys.stderr, flush=True)

    # ---- the end

    def in_flight_one(self, n):
        """A request that is on its way when the signal comes."""
        address = self.site.base + "/held/%d" % (n % len(self.good))
        client, begin = self.service.client(), time.monotonic()
        crawl = n % 2
        path = "/crawl" if crawl else "/extract"
        body = {"urls": [address], "options": {}} if crawl else {"url": address}
        accept = "application/x-ndjson" if n % 4 == 1 else JSON
        kind = "in flight at SIGTERM: " + path
        try:
            answer = client.ask("POST", path, {"Content-Type": JSON, "Accept": accept}, json.dumps(body).encode())
            whole = answer.status == 200 and (not crawl or b'"document":' in answer.body)
            self.drained += self.tally.judge(kind, begin, answer.outcome(self.load.codes), {"200"}) and whole
        except Lost as lost:
            self.tally.judge(kind, begin, str(lost), {"200"})

    def drain(self):
        """Idle connections, requests in flight, SIGTERM; the pages come only after it."""
        idle = [self.service.client() for _ in range(4)]
        for client in idle:
            client.ask("POST", "/extract", {"Content-Type": HTML}, self.good[0].body)
        helpers = self.faults.helpers()
        threads = [threading.Thread(target=self.in_flight_one, args=(n,)) for n in range(IN_FLIGHT)]
        for thread in threads:
            thread.start()
        wait_for("the site to be asked", lambda: self.site.held == IN_FLIGHT)
        self.in_flight = IN_FLIGHT
        self.service_cpu = cpu_seconds(self.service.pid)
        os.kill(self.service.pid, signal.SIGTERM)
        wait_for("the end of listening", self.is_deaf)
        self.site.let_go.set()
        for thread in threads:
            thread.join()
        self.exit_code = self.service.end(0)
        self.left_behind = sum(os.path.exists("/proc/%d" % pid) for pid in helpers)

    def is_deaf(self):
        try:
            self.service.client().open().close()
            return False
        except OSError:
            return True

    def finish(self):
        self.measured.set()
        self.lived = self.service.alive()
        if self.lived and self.rests:
            self.drain()
        elif self.lived:
            self.service.end(signal.SIGKILL)
        self.strange = self.service.strange
        self.seconds = time.monotonic() - self.began
        self.driver_cpu = time.process_time()


def parse():
    parser = argparse.ArgumentParser(prog="service_soak")
    parser.add_argument("--riptide", required=True)
    parser.add_argument("--component", required=True)
    parser.add_argument("--data", default="")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--rate", type=float, default=40, help="requests a second")
    parser.add_argument("--memory", type=int, default=50, help="MiB that memory may grow")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the service")
    parser.add_argument("--command", default="make soak-service", help="what the report says it was made by")
    arguments = parser.parse_args()
    arguments.seconds += 60 * arguments.minutes
    arguments.set = dict(pair.split("=", 1) for pair in arguments.set)
    return arguments


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory(prefix="riptide-soak-") as folder:
        soak = Soak(arguments, folder)
        try:
            soak.run()
        except (Failed, Lost) as failure:
            soak.tally.wrong(str(failure))
        soak.finish()
        origin = "%d pages of WCXB," % len(soak.good) if arguments.data else \
            "the %d pages of tests/pages and examples, since RIPTIDE_DATA was not given," % len(soak.good)
        what = "%s sent in all forms by 6 clients, with pages\nmade to hurt, bad requests and clients that leave, %.0f requests a " \
            "second, and one fault after the other, in %.1f minutes" % (
                origin, sum(soak.tally.counts.values()) / soak.seconds, soak.seconds / 60)
        print("\n".join(write(soak, arguments.command, what)))
        return 0 if soak.rests and is_good(soak) else 1


if __name__ == "__main__":
    sys.exit(main())
