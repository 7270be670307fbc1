"""A headless Chromium of our own, spoken to over its pipe."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def find():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    return None


class Browser:
    """One tab.  Events are kept in `events` until somebody takes them."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="riptide-browser-")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4.
        run = ["sh", "-c", 'exec "$@" 3<&%d 4>&%d' % (to_browser, from_browser), "sh", program,
               "--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + self.folder,
               "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
               "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
               "--disable-background-networking", "--disable-component-update", "about:blank"]
        self.process = subprocess.Popen(run, pass_fds=(to_browser, from_browser),
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.left, self.number, self.events, self.session = b"", 0, [], None
        tabs = self.ask("Target.getTargets")["targetInfos"]
        tab = next(t for t in tabs if t["type"] == "page")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.ask(part + ".enable")

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
            self.process.wait(10)
        except (EOFError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self, seconds):
        """The next message, or None when none comes."""
        until = time.monotonic() + seconds
        while b"\0" not in self.left:
            if not select.select([self.read_end], [], [], max(0, until - time.monotonic()))[0]:
                return None
            got = os.read(self.read_end, 1 << 20)
            if not got:
                raise EOFError("the browser ended")
            self.left += got
        message, self.left = self.left.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_end, data):]
        while True:
            answer = self.receive(60)
            if answer is None:
                raise EOFError(method + ": the browser does not answer")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.events.append(answer)

    def take_events(self, *methods):
        while (message := self.receive(0)) is not None:
            self.events.append(message)
        taken = [e for e in self.events if e.get("method") in methods]
        self.events = [e for e in self.events if e.get("method") not in methods]
        return taken

    def run(self, script):
        """The value of an expression of the page; promises are waited for."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(script + ": " + json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, script, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.run("Boolean(%s)" % script):
                    return
            except RuntimeError:
                pass  # between two documents
            time.sleep(0.05)
        raise AssertionError("did not come true: " + script)

    def open(self, url):
        self.ask("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href.startsWith(%s)" % json.dumps(url))

    def resize(self, width, height=800, dark=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def press(self, key, text=None, shift=False):
        codes = {"Tab": 9, "Enter": 13, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39,
                 "ArrowDown": 40, " ": 32}
        text = {"Enter": "\r", " ": " "}.get(key) if text is None else text
        what = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0), "modifiers": 8 if shift else 0}
        self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown",
                 **what, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **what)

    def type(self, text):
        self.ask("Input.insertText", text=text)
