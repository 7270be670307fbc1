"""What is done to the service while it works, one fault after the other, each until it has recovered."""

import os
import resource
import signal
import subprocess
import threading
import time

from client import Client, Lost
from process import children, descriptors
from service import KEY, OTHER_KEY, Service, wait_for

STORM_THREADS = 3


class Faults:
    def __init__(self, service, load, tally, riptide, component, folder, exhausted_s):
        self.service, self.load, self.tally = service, load, tally
        self.riptide, self.component, self.folder = riptide, component, folder
        self.hard = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)[1]
        self.number, self.exhausted_s = 0, exhausted_s
        self.can_mount = self.try_mount()
        self.ways = [self.full_disk] if self.can_mount else []
        self.ways += [self.limited_files, self.unfit_folder]

    def all(self):
        return (self.storm, self.kill_helpers, self.reload, self.exhaust, self.exhaust_without_helpers, self.start_without_cache)

    # ---- the breaker

    def figure(self, name, label=""):
        return next(value for series, value in self.service.metrics().items() if series.startswith(name) and label in series)

    def trips(self):
        return self.figure("riptide_wasm_circuit_breaker_trips_total{")

    def is_closed(self):
        return self.figure("riptide_wasm_circuit_breaker_state{", 'state="closed"') == 1

    def trap_until(self, ended):
        client = self.service.client()
        while not ended.is_set():
            self.load.send_fault(client, "trap")
        client.close()

    def open_breaker(self):
        before, ended = self.trips(), threading.Event()
        threads = [threading.Thread(target=self.trap_until, args=(ended,)) for _ in range(STORM_THREADS)]
        for thread in threads:
            thread.start()
        try:
            wait_for("the breaker to open", lambda: self.trips() > before)
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        self.tally.did("component trapped until the breaker opened")

    def wait_until_closed(self):
        wait_for("the breaker to close", self.is_closed)
        self.tally.did("breaker closed again")

    def storm(self):
        self.open_breaker()
        self.wait_until_closed()

    # ---- the helpers

    def helpers(self):
        return [pid for pid, state in children(self.service.pid).items() if state != "Z"]

    def kill_all_helpers(self):
        window = self.tally.begin("helpers")
        killed = self.helpers()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_for("the helpers' end", lambda: not set(killed) & set(self.helpers()))
        self.tally.end(window)
        self.tally.did("helper process killed", len(killed))

    def kill_helpers(self):
        """At rest and at work; new ones have to come each time somebody wants them."""
        self.kill_all_helpers()
        self.open_breaker()
        for _ in range(2):
            wait_for("a helper", lambda: self.helpers() or self.is_closed())
            self.kill_all_helpers()
        self.wait_until_closed()

    # ---- descriptors

    def limit(self, soft):
        resource.prlimit(self.service.pid, resource.RLIMIT_NOFILE, (soft, self.hard))

    def exhaust(self, meanwhile=None):
        """No more numbers than are in use, and connections that take what is left below."""
        window = self.tally.begin("descriptors")
        used = descriptors(self.service.pid)
        held, client = [], self.service.client()
        try:
            self.limit(max(used) + 1)
            for _ in range(max(used) + 1 - len(used) + 8):
                held.append(client.open())
            if meanwhile:
                meanwhile()
            time.sleep(self.exhausted_s)
        finally:
            self.limit(self.hard)
            for s in held:
                s.close()
        self.must_accept()
        self.tally.end(window)
        self.tally.did("descriptors exhausted")

    def must_accept(self):
        """A connection that comes now is served, whatever the other ones do."""
        client = self.service.client()
        try:
            client.ask("GET", "/livez")
        except Lost as lost:
            self.tally.wrong("descriptors are back, and a connection is " + str(lost))
        client.close()

    def exhaust_without_helpers(self):
        self.open_breaker()
        self.exhaust(self.kill_all_helpers)
        self.wait_until_closed()

    # ---- reloading

    def has_key(self, key):
        client = Client(self.service.address, key)
        status = client.ask("GET", "/health").status
        client.close()
        return status == 200

    def reload(self):
        """New keys and another level of the log by SIGHUP; then what cannot be loaded; then the first ones."""
        service = self.service
        service.write(service.keys, KEY + "\n" + OTHER_KEY + "\n")
        service.write(service.config, 'RIPTIDE_LOG = "warn,json"\n')
        os.kill(service.pid, signal.SIGHUP)
        wait_for("the new key", lambda: self.has_key(OTHER_KEY))
        service.write(service.keys, "short\n")
        os.kill(service.pid, signal.SIGHUP)
        wait_for("the failed reload", lambda: any(said.startswith("reload failed") for said in service.warnings))
        service.warnings.clear()
        if not self.has_key(OTHER_KEY):
            self.tally.wrong("a reload that failed took the keys away")
        service.write(service.keys, KEY + "\n")
        service.write(service.config, 'RIPTIDE_LOG = "info,json"\n')
        os.kill(service.pid, signal.SIGHUP)
        wait_for("the end of the new key", lambda: not self.has_key(OTHER_KEY))
        self.tally.did("SIGHUP", 3)

    # ---- the cache

    def try_mount(self):
        mounted = subprocess.run([*NAMESPACE, "mount -t tmpfs -o size=64k,mode=700 soak \"$0\"", self.folder],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return mounted.returncode == 0

    def start_without_cache(self):
        """Another service beside the first, since only a start uses the cache."""
        way = self.ways[self.number % len(self.ways)]
        self.number += 1
        way("start%d" % self.number)

    def full_disk(self, name):
        cache = os.path.join(self.folder, "full")
        os.makedirs(cache, mode=0o700, exist_ok=True)
        self.start(name, cache, "start with the cache on a full disk (tmpfs of 64 KiB)",
                   prefix=[*NAMESPACE, "mount -t tmpfs -o size=64k,mode=700 soak \"$0\" && exec \"$@\"", cache])

    def limited_files(self, name):
        def prepare():
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        cache = os.path.join(self.folder, "limited")
        self.start(name, cache, "start with files of at most 64 KiB (RLIMIT_FSIZE)", prepare=prepare)

    def unfit_folder(self, name):
        cache = os.path.join(self.folder, "unfit")
        os.makedirs(cache, exist_ok=True)
        os.chmod(cache, 0o777)
        self.start(name, cache, "start with a cache folder that others may write to")

    def start(self, name, cache, what, **how):
        """It serves, says what is wrong with the cache, and ends as it should."""
        page = self.load.good[0]
        other = Service(self.riptide, self.folder, name, {"RIPTIDE_COMPONENT": self.component, "RIPTIDE_WASM_CACHE_DIR": cache,
                                                          "RIPTIDE_WASM_MAX_POOL_SIZE": 1}, **how).wait_until_listening()
        client = other.client()
        answer = client.ask("POST", "/extract?mode=full&url=https://example.org/x", {"Content-Type": page.content_type}, page.body)
        self.tally.judge(what, time.monotonic(), answer.outcome(()), {"200"})
        self.tally.same(what, ("start", page.name), answer.body, 0)
        client.close()
        code = other.end(signal.SIGTERM)
        if code != 0 or other.strange:
            self.tally.wrong("%s: it ended with %d: %s" % (what, code, "; ".join(other.strange)[-500:]))
        if not any("cache" in said for said in other.warnings):
            self.tally.wrong(what + ": the log does not say so")
        self.tally.did(what)


# As root, or as a user where the system lets users have a namespace of their own.
NAMESPACE = ("unshare", *(() if os.geteuid() == 0 else ("-U", "-r")), "-m", "sh", "-c")
