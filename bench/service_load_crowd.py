"""Connections that are in the way: service_load_crowd.py HOST:PORT IDLE SLOW

Opens IDLE connections that say nothing, and SLOW ones, of which a third sends its headers a byte a
second, a third its body, and a third reads its answer so.  Says {"open": N} when all are there, and
when standard input ends {"open": N, "hung_up": N}.  The service may hang up on those whose time is over."""

import json
import resource
import select
import socket
import struct
import sys

SLICES = 50  # of a second: the slow ones take turns, so that they do not come all at once
HEAD = b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/html\r\nContent-Length: 50000\r\n"
LONG = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"  # 67 kB: more than the buffers between take


def connect(address, small=False):
    at = socket.socket()
    at.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves no port behind
    if small:
        at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    at.connect(address)
    at.setblocking(False)
    return at


def slow_one(address, kind):
    """A connection and what it does when it is its turn."""
    at = connect(address, small=kind == 2)
    if kind == 0:
        head = iter(HEAD)
        return at, lambda: at.send(bytes([next(head, 0x61)]))
    at.send(HEAD + b"\r\n<p>" if kind == 1 else LONG)
    return at, (lambda: at.send(b"a")) if kind == 1 else lambda: at.recv(1)


def is_there(at):
    try:
        return at.recv(65536, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def crowd(address, idle, slow):
    quiet = [connect(address) for _ in range(idle)]
    busy = [slow_one(address, i % 3) for i in range(slow)]
    print(json.dumps({"open": len(quiet) + len(busy)}), flush=True)
    turn = 0
    while not select.select([sys.stdin], [], [], 1 / SLICES)[0]:
        for i in range(turn % SLICES, len(busy), SLICES):
            try:
                busy[i][1]()
            except OSError:
                pass  # nothing has come, or it was hung up on, which is counted at the end
        turn += 1
    left = sum(map(is_there, quiet + [at for at, _ in busy]))
    print(json.dumps({"open": left, "hung_up": len(quiet) + len(busy) - left}), flush=True)


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    idle, slow = int(sys.argv[2]), int(sys.argv[3])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < idle + slow + 64:
        sys.exit(f"service_load_crowd: {idle + slow} connections need as many descriptors, and the limit is {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    crowd((host, int(port)), idle, slow)


if __name__ == "__main__":
    main()
