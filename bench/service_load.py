"""The service under load: service_load.py RIPTIDE BASELINE LIST

Posts the pages near 50 KB of LIST (path[TAB]url[TAB]id, gzipped) to `riptide serve` over loopback with
wrk, in turn with BASELINE, riptide-service-load, which extracts the same pages in its own process.  Then
both at a constant rate, then the service with ten thousand idle and a thousand slow connections beside.
Prints a Markdown report with what is wanted beside what is found; ends with 1 where an answer was
missing."""

import contextlib
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FROM, TO = 40 << 10, 60 << 10
CONNECTIONS, PACED_CONNECTIONS = 32, 64
IDLE, SLOW = 10000, 1000
ROUNDS = int(os.environ.get("ROUNDS", "7"))
CROWD_ROUNDS = max(1, ROUNDS // 3)
SECONDS = 4
PACED_ROUNDS, PACED_SECONDS, AROUND_SECONDS = 2 * ROUNDS, 2, 1  # short: the machine's speed changes in seconds
QUIET = 4   # percent of the machine
STEADY = 6  # percent by which its own speed may change in a round
TICK = os.sysconf("SC_CLK_TCK")
HERE = os.path.dirname(os.path.abspath(__file__))


def cpu_of(pid):
    """Seconds that the process has computed, its kernel side included."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def busy():
    """Seconds that all cores were busy with anything."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def share_of_others(pid, work):
    """What work() returns, and the percentage of the machine that other programs took meanwhile."""
    before = busy(), cpu_of(pid), sum(os.times()[:4]), time.monotonic()
    result = work()
    after = busy(), cpu_of(pid), sum(os.times()[:4]), time.monotonic()
    passed = [b - a for a, b in zip(before, after)]
    return max(0, 100 * (passed[0] - passed[1] - passed[2]) / (passed[3] * os.cpu_count())), result


class Rounds:
    """The quietest of the rounds: while something disturbs up to three times as many are run as are wanted.
    Other programs do; and what shares the machine's hardware unseen, which drift(result) tells."""

    def __init__(self):
        self.shares, self.drifts = [], []

    def run(self, pid, count, work, drift=lambda result: 0):
        found = []
        while sum(share <= QUIET and drifted <= STEADY for share, drifted, _ in found) < count and len(found) < 3 * count:
            share, result = share_of_others(pid, work)
            found.append((share, drift(result), result))
        found = sorted(found, key=lambda one: max(one[0] / QUIET, one[1] / STEADY))[:count]
        self.shares += [share for share, _, _ in found]
        self.drifts += [drifted for _, drifted, _ in found]
        return zip(*(result for _, _, result in found))


def select_pages(listed, folder):
    """Unpacked into the folder; their list's path, how many, and their mean size."""
    sizes = []
    with open(listed) as lines, open(os.path.join(folder, "list"), "w") as out:
        for line in lines:
            path, url, number = line.rstrip("\n").split("\t")
            with gzip.open(path) as file:
                page = file.read()
            if FROM <= len(page) <= TO:
                unpacked = os.path.join(folder, number + ".html")
                with open(unpacked, "wb") as file:
                    file.write(page)
                out.write(f"{unpacked}\t{url}\t{number}\n")
                sizes.append(len(page))
    if not sizes:
        sys.exit("service_load: the list holds no page of 40 to 60 KiB")
    return out.name, len(sizes), statistics.mean(sizes)


@contextlib.contextmanager
def service(riptide, folder):
    log = os.path.join(folder, "log")
    with open(log, "wb") as out:
        process = subprocess.Popen([riptide, "serve", "--listen", "127.0.0.1:0"], stderr=out, stdin=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with open(log) as said:
                found = re.search(r'"msg":"listening","address":"([^"]*)"', said.read())
            if found or process.poll() is not None:
                break
            time.sleep(0.1)
        if not found:
            sys.exit("service_load: the service did not start: " + open(log).read())
        yield process.pid, found[1]
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def crowd(address):
    command = [sys.executable, os.path.join(HERE, "service_load_crowd.py"), address, str(IDLE), str(SLOW)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    said = process.stdout.readline()
    if not said:
        sys.exit("service_load: the connections could not be opened")
    counts = json.loads(said)
    yield counts
    process.stdin.close()
    counts["left"] = json.loads(process.stdout.readline())["open"]
    process.wait()


class Load:
    def __init__(self, baseline, listed):
        self.baseline, self.listed = baseline, listed
        self.missing, self.rounds = 0, Rounds()

    def direct(self, *what, seconds=SECONDS):
        command = [self.baseline, self.listed, str(seconds), str(os.cpu_count()), *what]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def wrk(self, pid, address, rate=None, seconds=SECONDS):
        count = PACED_CONNECTIONS if rate else CONNECTIONS
        command = ["wrk", "-t1", f"-c{count}", f"-d{seconds}", "--timeout", "30", "-s", os.path.join(HERE, "service_load.lua"),
                   f"http://{address}/", "--", self.listed] + ([str(rate)] if rate else [])
        server, client = cpu_of(pid), sum(os.times()[2:4])
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(said.splitlines()[-1])
        found["server_us"] = (cpu_of(pid) - server) * 1e6 / found["requests"]
        found["client_us"] = (sum(os.times()[2:4]) - client) * 1e6 / found["requests"]
        found["missing"] = found["refused"] + found["errors"]
        self.missing += found["missing"]
        return found


def middle(found, key):
    return statistics.median(f[key] for f in found)


def table(*rows):
    print("| what | wanted | found |\n| --- | --- | ---: |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def ms(us):
    return f"{us / 1000:.1f} ms"


def show_throughput(load, pid, address):
    """The rate that the service reaches."""
    load.direct()
    load.wrk(pid, address, seconds=1)
    plain, http, written = load.rounds.run(
        pid, ROUNDS, lambda: (load.direct(), load.wrk(pid, address), load.direct("json")))
    rates = [f["rate"] for f in http]
    ratio = statistics.median(h / p["rate"] for h, p in zip(rates, plain))
    ratio_json = statistics.median(h / w["rate"] for h, w in zip(rates, written))
    print(f"## Throughput: {CONNECTIONS} connections, kept alive\n")
    print(f"{ROUNDS} rounds of {SECONDS} s each in turn; medians. wrk has its share of the same cores.\n")
    table(("pages a second over HTTP, answers in JSON", ">= 800", f"{statistics.median(rates):.0f}"),
          ("least and most of the rounds", "", f"{min(rates):.0f} … {max(rates):.0f}"),
          (f"pages a second in one process, {os.cpu_count()} threads, nothing but extracted", "", f"{middle(plain, 'rate'):.0f}"),
          ("with HTTP, of without: median of the rounds' ratios", ">= 80 %", f"{100 * ratio:.0f} %"),
          ("the same where the process without HTTP writes the JSON, too", "", f"{100 * ratio_json:.0f} %"),
          ("CPU time for a page without HTTP", "", f"{middle(plain, 'cpu_us'):.0f} µs"),
          ("and with the JSON", "", f"{middle(written, 'cpu_us'):.0f} µs"),
          ("CPU time for a page of the service", "", f"{middle(http, 'server_us'):.0f} µs"),
          ("CPU time for a page of wrk", "", f"{middle(http, 'client_us'):.0f} µs"),
          ("answers other than 200, or none", "0", str(sum(f['missing'] for f in http))))


def spread(found):
    """The 99th percentile of a round, of its median."""
    return [f["p99_us"] / f["p50_us"] for f in found]


def show_pace(load, pid, address):
    def one_round():
        direct = load.direct("json", seconds=AROUND_SECONDS)
        alone = load.direct("json", str(0.8 * direct["rate"]), seconds=PACED_SECONDS)
        before = load.wrk(pid, address, seconds=AROUND_SECONDS)
        found = load.wrk(pid, address, 0.8 * before["rate"], PACED_SECONDS)
        return direct, alone, before, found, load.wrk(pid, address, seconds=AROUND_SECONDS)

    def drift(result):
        before, after = result[2]["rate"], result[4]["rate"]
        return 100 * abs(after / before - 1)

    direct, alone, before, found, after = load.rounds.run(pid, PACED_ROUNDS, one_round, drift)
    print(f"## Latency at 80 % of the throughput: {PACED_CONNECTIONS} connections\n")
    print("An open loop at a constant rate: each request goes out when it is due. Beside it the same without HTTP: as many\n"
          f"threads as cores, each page begun when it is due or one of them is free. {PACED_ROUNDS} rounds of {PACED_SECONDS} s "
          "in turn, each at 80 % of\nwhat was reached just before; medians.\n")
    print("| what | wanted | service | without HTTP |\n| --- | --- | ---: | ---: |")

    def row(what, key, unit=ms):
        print(f"| {what} | | {unit(middle(found, key))} | {unit(middle(alone, key))} |")

    print(f"| reached just before, a second | | {middle(before, 'rate'):.0f} | {middle(direct, 'rate'):.0f} |")
    print(f"| reached just after | | {middle(after, 'rate'):.0f} | |")
    row("sent", "rate", "{:.0f}".format)
    for name in ("p50", "p90", "p99"):
        row(name, name + "_us")
    ratios = spread(found), spread(alone)
    print("| p99 of p50: median of the rounds | < 4 | " + " | ".join(f"{statistics.median(r):.1f}" for r in ratios) + " |")
    print("| least and most of the rounds | | " + " | ".join(f"{min(r):.1f} … {max(r):.1f}" for r in ratios) + " |\n")
    late = 100 * sum(f["late"] for f in found) / sum(f["requests"] for f in found)
    table(("sent 2 ms late or more, since no connection was free", "", f"{late:.1f} %"),
          ("answers other than 200, or none", "0", str(sum(f["missing"] for f in found))))


def show_crowd(load, pid, address):
    memory = resident_of(pid)

    def one_round():
        reached = load.wrk(pid, address)
        rate = 0.8 * reached["rate"]
        alone = reached, load.wrk(pid, address, rate)
        with crowd(address) as count:
            beside = load.wrk(pid, address), load.wrk(pid, address, rate)
            count["resident"] = resident_of(pid)
        return *alone, *beside, count

    alone, paced_alone, beside, paced_beside, counts = load.rounds.run(pid, CROWD_ROUNDS, one_round)
    most = max(c["resident"] for c in counts)
    everything = alone + beside + paced_alone + paced_beside
    ratio = statistics.median(b["rate"] / a["rate"] for a, b in zip(alone, beside))
    print(f"## Beside {IDLE} idle and {SLOW} slow connections\n")
    print("A third of the slow ones sends its headers a byte a second, a third its body, a third reads its answer so. "
          f"{CROWD_ROUNDS} rounds without and with them, in turn; medians.\n")
    print("| what | without | with |\n| --- | ---: | ---: |")
    print(f"| pages a second | {middle(alone, 'rate'):.0f} | {middle(beside, 'rate'):.0f} |")
    for name, key in (("median", "p50_us"), ("p99", "p99_us")):
        print(f"| {name} at 80 % of that without | {ms(middle(paced_alone, key))} | {ms(middle(paced_beside, key))} |")
    print(f"| CPU time for a page of the service | {middle(alone, 'server_us'):.0f} µs | {middle(beside, 'server_us'):.0f} µs |")
    print(f"| resident memory of the service | {memory:.0f} MiB | {most:.0f} MiB |\n")
    table(("connections beside, opened", f"{IDLE + SLOW}", str(min(c["open"] for c in counts))),
          ("still there at the end of the round", "", str(min(c["left"] for c in counts))),
          ("pages a second with them, of without: median of the rounds' ratios", "about 100 %", f"{100 * ratio:.0f} %"),
          ("answers other than 200, or none", "0", str(sum(f["missing"] for f in everything))))


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: service_load.py RIPTIDE BASELINE LIST")
    if not shutil.which("wrk"):
        sys.exit("service_load: wrk is not installed (Debian's package wrk)")
    riptide, baseline, listed = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        pages, count, size = select_pages(listed, folder)
        load = Load(baseline, pages)
        version = subprocess.run([riptide, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        print("# The service under load\n")
        print(f"Made by `make load-service RIPTIDE_DATA=…` with {version}: `riptide serve` with its defaults, `POST /extract`,\n"
              f"{count} pages of WCXB of 40 to 60 KiB, {size / 1024:.1f} on average, in turn; client and service on the same cores.\n")
        with service(riptide, folder) as (pid, address):
            show_throughput(load, pid, address)
            show_pace(load, pid, address)
            show_crowd(load, pid, address)
        shares, drifts = load.rounds.shares, load.rounds.drifts
        print(f"Rounds that were disturbed were run again, at most twice: where other programs took more than {QUIET} % of the machine\n"
              f"({statistics.median(shares):.0f} % in the middle one of the rounds above, {max(shares):.0f} % in the worst), or where, "
              f"at 80 %, the machine's own speed\nchanged by more than {STEADY} % ({max(drifts):.0f} % in the worst).")
    sys.exit(1 if load.missing else 0)


if __name__ == "__main__":
    main()
