"""What the kernel tells of the service and its helpers."""

import os

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def stat(pid):
    """The fields behind the name: state, parent, ..."""
    return read("/proc/%d/stat" % pid).rpartition(b")")[2].split()


def children(pid):
    """{child: state}"""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = stat(int(name))
            if len(fields) > 1 and int(fields[1]) == pid:
                found[int(name)] = fields[0].decode()
    return found


def resident(pid):
    fields = read("/proc/%d/statm" % pid).split()
    return int(fields[1]) * PAGE if fields else 0


def cpu_seconds(pid):
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def sockets_to(port):
    """The inodes of connections to this port of 127.0.0.1."""
    to = ("0100007F:%04X" % port).encode()
    rows = (line.split() for line in read("/proc/net/tcp").splitlines()[1:])
    return {row[9].decode() for row in rows if row[2] == to}


def descriptors(pid):
    """{number: what it is}"""
    found = {}
    folder = "/proc/%d/fd" % pid
    for name in os.listdir(folder):
        try:
            found[int(name)] = os.readlink(os.path.join(folder, name))
        except OSError:
            pass
    return found


class Measure:
    """Of descriptors those that change with the load are left out: kept connections to the site, and the socket and
    the process of each helper."""

    def __init__(self, pid, site_port):
        helpers = children(pid)
        kept = {"socket:[%s]" % inode for inode in sockets_to(site_port)}
        self.server = resident(pid)
        self.helpers = sum(resident(child) for child in helpers)
        self.helper_count = sum(state != "Z" for state in helpers.values())
        self.zombies = sum(state == "Z" for state in helpers.values())
        opened = descriptors(pid).values()
        self.descriptors = sum(what not in kept for what in opened) - 2 * list(opened).count("anon_inode:[pidfd]")
        self.threads = len(os.listdir("/proc/%d/task" % pid))
        self.maps = read("/proc/%d/maps" % pid).count(b"\n")

    @property
    def memory(self):
        return self.server + self.helpers

    @property
    def helper(self):
        """Of one; it shares what it can with the service."""
        return self.helpers / self.helper_count if self.helper_count else 0
