"""A `riptide serve` for a test, RIPTIDE, on a free port and with none of the caller's own settings."""

import os
import re
import signal
import subprocess
import tempfile
import time

SETTINGS = re.compile("RIPTIDE_|OTEL_|LISTEN_|PORT$|NOTIFY_|(OPEN)?SSL_|CURL_|.*_proxy$")


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if k == "RIPTIDE_WASM_CACHE_DIR" or not SETTINGS.match(k)}
    return {**kept, **more}


def command(*options):
    return [os.environ["RIPTIDE"], "serve", "--config", "/dev/null", "--listen", "127.0.0.1:0", "--log", "info,json", *options]


class Served:
    def __init__(self, *options, **variables):
        self.log = tempfile.NamedTemporaryFile("wb")
        self.process = subprocess.Popen(command(*options), env=environment(**variables), stdin=subprocess.DEVNULL, stderr=self.log)
        end, ended = time.monotonic() + 300, False  # compiling takes long under a sanitizer
        while time.monotonic() < end and not ended:
            ended = self.process.poll() is not None
            with open(self.log.name) as text:
                said = text.read()
            found = re.search(r'"listening","address":"([^"]*)"', said)
            if found:
                self.address = found[1]
                self.base = "http://" + self.address
                return
            time.sleep(0.1)
        self.process.kill()
        self.process.wait()
        raise AssertionError("the service did not say where it listens: " + said)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()
