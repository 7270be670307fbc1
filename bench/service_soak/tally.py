"""What came of the requests, which faults were on meanwhile, and what was not as it must be."""

import collections
import hashlib
import threading
import time

LOST = ("refused", "reset", "cut short", "timed out")
SHOWN = 40


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()  # (kind, outcome)
        self.excused = collections.Counter()  # (fault, outcome)
        self.faults = collections.Counter()  # what was done: how often
        self.bad = collections.Counter()
        self.first = {}  # of each answer: its digest
        self.compared = self.by_fallback = 0
        self.windows = []  # [fault, begin, end or None]

    # ---- faults

    def begin(self, fault):
        window = [fault, time.monotonic(), None]
        with self.lock:
            self.windows.append(window)
        return window

    def end(self, window):
        with self.lock:
            window[2] = time.monotonic()

    def on_since(self, begin):
        """The faults that were on at any time from then to now."""
        with self.lock:
            return {fault for fault, _, end in self.windows if end is None or end >= begin}

    def did(self, what, count=1):
        with self.lock:
            self.faults[what] += count

    # ---- requests

    def wrong(self, what):
        with self.lock:
            self.bad[what] += 1

    def judge(self, kind, begin, outcome, expected):
        with self.lock:
            self.counts[kind, outcome] += 1
        if outcome in expected:
            return True
        excuse = self.excuse(outcome, self.on_since(begin))
        if not excuse:
            self.wrong("%s: %s instead of %s" % (kind, outcome, " or ".join(sorted(expected))))
            return False
        with self.lock:
            self.excused[excuse, outcome] += 1
        return True

    @staticmethod
    def excuse(outcome, faults):
        """Without descriptors connections may be lost and whatever needs one may fail; a page may
        die with its helper.  Both with a status of the tables where there is an answer."""
        if outcome in ("500 fallback_failed", "fallback_failed") and "helpers" in faults:
            return "helpers"
        failed = outcome[:2] == "50" and " " in outcome or outcome in FETCHES_WITHOUT_DESCRIPTORS
        if "descriptors" in faults and (failed or outcome in LOST):
            return "descriptors"
        return None

    def same(self, kind, key, answer, by_fallback):
        """True where the answer is that of the first time."""
        digest = hashlib.blake2b(answer, digest_size=16).digest()
        with self.lock:
            self.compared += 1
            self.by_fallback += by_fallback
            good = self.first.setdefault(key, digest) == digest
        if not good:
            self.wrong("%s: the answer for %s is not that of the first time" % (kind, key[1]))
        return good


FETCHES_WITHOUT_DESCRIPTORS = ("connection_failed", "dns_error", "protocol_error", "no_memory", "fetch_timeout",
                               "io_error", "fallback_failed", "pool_exhausted", "instantiation")
