"""What the soak found, as Markdown."""

MIB = 1 << 20


def table(heads, rows):
    right = ["---:" if head in RIGHT else "---" for head in heads]
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in (heads, right, *rows)]
    return "\n".join(lines) + "\n"


RIGHT = {"requests", "times", "found", "minute", "service, MiB", "helpers", "a helper, MiB", "most, MiB", "descriptors", "threads",
         "mappings"}


def growth_of(values):
    """To the most from the first; without a helper there is nothing to compare."""
    values = [value for value in values if value > 0]
    return max(values) - values[0] if values else 0


def checks(soak):
    """(what, wanted, found, good)"""
    first, last, tally = soak.rests[soak.warm], soak.rests[-1], soak.tally
    zombies = max(rest.zombies for rest in soak.rests)
    yield "requests that are not answered as they must be", "0", sum(tally.bad.values()), not tally.bad
    yield "answers that differ from the first of their page", "0", sum(
        n for what, n in tally.bad.items() if "not that of the first" in what), True
    yield "answers compared, of them marked as the fallback's", "", "%d, %d" % (tally.compared, tally.by_fallback), True
    yield "end of the service before it was told to", "none", "none" if soak.lived else "yes", soak.lived
    yield "lines on standard error that are no log", "0", len(soak.strange), not soak.strange
    for name, field in (("the service's memory", "server"), ("a helper's memory", "helper")):
        growth = growth_of([getattr(rest, field) for rest in soak.rests[soak.warm:]]) / MIB
        yield "growth of %s at rest after warm-up" % name, "< %d MiB" % soak.most_mib, "%.1f MiB" % growth, growth < soak.most_mib
    for name in ("descriptors", "threads", "maps"):
        before, after = getattr(first, name), getattr(last, name)
        slack = MAPS_SLACK if name == "maps" else 0
        yield "open descriptors, threads, mappings".split(", ")[("descriptors", "threads", "maps").index(name)] + \
            " at rest, after warm-up and at the end", "no growth", "%d, %d" % (before, after), after <= before + slack
    yield "zombies at rest", "0", zombies, zombies == 0
    yield "requests in flight at SIGTERM, of them answered in full", "all", "%d, %d" % (
        soak.in_flight, soak.drained), soak.in_flight == soak.drained
    yield "exit code after SIGTERM", "0", soak.exit_code, soak.exit_code == 0
    yield "processes left behind", "0", soak.left_behind, soak.left_behind == 0


# The C library maps what a thread needs when it needs it; a leak would show as more than this.
MAPS_SLACK = 24


def is_good(soak):
    return all(good for _, _, _, good in checks(soak))


def write(soak, command, what):
    tally = soak.tally
    yield "# Endurance of the service\n"
    yield "Made by `%s`: %s.\n" % (command, what)
    yield table(("what", "wanted", "found"), [row[:3] for row in checks(soak)])
    if tally.bad:
        yield "## What was not as it must be\n"
        yield table(("what", "times"), tally.bad.most_common(40))
    yield "## Faults\n"
    yield table(("what was done", "times"), sorted(tally.faults.items()))
    if not soak.can_mount:
        yield "No file system could be mounted here: the full disk was left out, its stand-in are files that may not grow.\n"
    yield "## Requests\n"
    yield "An outcome is a status and, where it is a problem, its code. A lost connection is allowed only while descriptors\n" \
          "were exhausted; `left` is the client's own doing.\n"
    yield table(("request", "outcome", "requests"), [(*key, n) for key, n in sorted(tally.counts.items())])
    if tally.excused:
        yield "Of these, because of a fault that was on at the time:\n"
        yield table(("fault", "outcome", "requests"), [(*key, n) for key, n in sorted(tally.excused.items())])
    yield "## Memory\n"
    yield "At rest: all clients have their answers, no connection is open; resident memory, of a helper with what it shares\n" \
          "with the service. Most: of all of them together since the line before, looked at each second. Warm-up ended with\n" \
          "line %d.\n" % (soak.warm + 1)
    yield table(("minute", "service, MiB", "helpers", "a helper, MiB", "most, MiB", "descriptors", "threads", "mappings"),
                [("%.1f" % rest.minute, "%.1f" % (rest.server / MIB), rest.helper_count, "%.1f" % (rest.helper / MIB), "%.1f" % (rest.peak / MIB),
                  rest.descriptors, rest.threads, rest.maps) for rest in soak.rests])
    yield "The service took %.0f s of processor time, clients and test site %.0f s, in %.0f s.\n" % (
        soak.service_cpu, soak.driver_cpu, soak.seconds)
