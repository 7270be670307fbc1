"""`riptide serve` as a process: its start, its log, its end."""

import json
import os
import subprocess
import threading
import time

from client import Client

KEY, OTHER_KEY = "the-key-of-the-soak-0123", "another-key-of-the-soak-45"
START_S = 300


class Failed(Exception):
    pass


class Service:
    def __init__(self, riptide, folder, name, settings, options=(), prefix=(), prepare=None):
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self.config = os.path.join(self.folder, "riptide.toml")
        self.keys = os.path.join(self.folder, "keys")
        self.write(self.config, 'RIPTIDE_LOG = "info,json"\n')
        self.write(self.keys, KEY + "\n")
        self.levels, self.warnings = {}, []
        self.listening, self.address = threading.Event(), None
        command = [*prefix, riptide, "serve", "--listen", "127.0.0.1:0", "--config", self.config,
                   "--api-keys-file", self.keys, *options]
        for setting in settings.items():
            command += ["--set", "%s=%s" % setting]
        env = {name: value for name, value in os.environ.items() if not name.startswith("RIPTIDE_")}
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, env=env, preexec_fn=prepare)
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    @staticmethod
    def write(path, text):
        """Whole or not at all: it may be read at any time."""
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".new", path)

    def read_log(self):
        self.strange = []  # lines that are no log: what a crash or a sanitizer writes
        for line in self.process.stderr:
            try:
                entry = json.loads(line)
            except ValueError:
                self.strange.append(line.decode("utf-8", "replace").rstrip())
                continue
            self.levels[entry["level"]] = self.levels.get(entry["level"], 0) + 1
            if entry["level"] in ("warn", "error") and entry["msg"] != "request":
                self.warnings.append(entry["msg"])
            if entry["msg"] == "listening":
                self.address = entry["address"]
                self.pid = entry["pid"]
                self.listening.set()
        self.listening.set()

    def wait_until_listening(self):
        self.listening.wait(START_S)
        if not self.address:
            self.process.kill()
            raise Failed("the service does not listen: " + "; ".join(self.strange + self.warnings)[-1000:])
        return self

    def client(self):
        return Client(self.address, KEY)

    def get(self, path):
        client = self.client()
        try:
            return client.ask("GET", path).body
        finally:
            client.close()

    def codes(self):
        return {problem["code"] for problem in json.loads(self.get("/problems"))}

    def metrics(self):
        """{series: value}"""
        text = self.get("/metrics").decode()
        return {name: float(value) for name, _, value in
                (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))}

    def alive(self):
        return self.process.poll() is None

    def end(self, signal):
        """The exit code; the log is read to its end."""
        self.process.send_signal(signal)
        code = self.process.wait(START_S)
        self.reader.join()
        self.process.stderr.close()
        return code


def wait_for(what, condition, patience=START_S):
    """The condition's value once it holds; Failed after far longer than that takes."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed("waited in vain for " + what)
        time.sleep(0.05)
