"""Where `riptide serve` listens: on the socket that a manager hands over, as sd_listen_fds(3) says; else on
what the settings and the variable PORT name.

RIPTIDE is the program.  The launcher is a shell: it knows its process id before it becomes the program."""

import json
import os
import signal
import socket
import subprocess
import unittest
import urllib.request

from serving import environment

BASH = os.environ["BASH_PROGRAM"]
RIPTIDE = os.environ["RIPTIDE"]
LAUNCH = 'exec 3<&"$1"; shift; [ "$1" = mine ] && export LISTEN_PID=$$; shift; exec "$@"'


class Service:
    """Runs until the block ends; where it does not come to listen, said has what it said."""

    def __init__(self, *args, fd=None, pid="mine", **variables):
        command = [RIPTIDE, "serve", "--config", "/dev/null", "--log", "info,json", *args]
        if fd is not None:
            command = [BASH, "-c", LAUNCH, "launch", str(fd), pid, *command]
        self.process = subprocess.Popen(
            command, env=environment(**variables), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            pass_fds=[] if fd is None else [fd])

    def __enter__(self):
        self.address, self.said = None, ""
        for line in self.process.stderr:
            self.said += line
            if '"msg":"listening"' in line:
                self.address = json.loads(line)["address"]
                break
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.said += self.process.stderr.read()
        self.code = self.process.wait(60)
        self.process.stderr.close()

    def is_alive(self):
        with urllib.request.urlopen("http://%s/livez" % self.address, timeout=60) as answer:
            return answer.read() == b"alive\n"


def listener(family=socket.AF_INET, host="127.0.0.1"):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.bind((host, 0))
    s.listen(16)
    return s


class Handed(unittest.TestCase):
    def refused(self, service, says):
        with service:
            self.assertIsNone(service.address, service.said)
        self.assertEqual(service.code, 2)
        self.assertRegex(service.said, says)

    def test_the_socket_is_served(self):
        with listener() as s:
            where = "127.0.0.1:%d" % s.getsockname()[1]
            with Service(fd=s.fileno(), LISTEN_FDS="1", LISTEN_FDNAMES="riptide.socket") as service:
                self.assertEqual(service.address, where, service.said)
                self.assertTrue(service.is_alive())
            self.assertEqual(service.code, 0)

    def test_only_this_machine_reaches_it_and_names_of_others_are_refused(self):
        for host, status in ("127.0.0.1", 421), ("0.0.0.0", 200):
            with listener(host=host) as s, Service(fd=s.fileno(), LISTEN_FDS="1") as service:
                self.assertTrue(service.is_alive())
                with socket.create_connection(("127.0.0.1", s.getsockname()[1]), timeout=60) as other:
                    other.sendall(b"GET /livez HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
                    self.assertEqual(other.makefile("rb").readline().split()[1], b"%d" % status)

    def test_it_counts_and_not_the_setting(self):
        with listener() as s:
            with Service("--listen", "127.0.0.1:1", fd=s.fileno(), LISTEN_FDS="1", RIPTIDE_LISTEN="nowhere") as service:
                self.assertTrue(service.is_alive())

    def test_who_comes_between_two_services_is_served(self):
        with listener() as s:
            with Service(fd=s.fileno(), LISTEN_FDS="1") as service:
                self.assertTrue(service.is_alive())
            with socket.create_connection(s.getsockname(), timeout=60) as early:
                early.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                with Service(fd=s.fileno(), LISTEN_FDS="1"):
                    self.assertTrue(early.makefile("rb").read().endswith(b"alive\n"))

    @unittest.skipUnless(socket.has_ipv6 and os.path.exists("/proc/net/if_inet6"), "no IPv6 here")
    def test_of_ipv6_too(self):
        with listener(socket.AF_INET6, "::1") as s:
            with Service(fd=s.fileno(), LISTEN_FDS="1") as service:
                self.assertEqual(service.address, "[::1]:%d" % s.getsockname()[1])
                self.assertTrue(service.is_alive())

    def test_what_is_meant_for_another_process_is_left(self):
        with listener() as s:
            for pid in ({"LISTEN_PID": "1"}, {}):
                with Service("--listen", "127.0.0.1:0", fd=s.fileno(), pid="other", LISTEN_FDS="1", **pid) as service:
                    self.assertNotEqual(service.address, "127.0.0.1:%d" % s.getsockname()[1])
                    self.assertTrue(service.is_alive())

    def test_none_handed_over(self):
        with listener() as s, Service("--listen", "127.0.0.1:0", fd=s.fileno(), LISTEN_FDS="0") as service:
            self.assertTrue(service.is_alive())

    def test_what_cannot_be_served_is_said(self):
        with listener() as s:
            self.refused(Service(fd=s.fileno(), LISTEN_FDS="2"), "LISTEN_FDS 2: expected one socket")
            self.refused(Service(fd=s.fileno(), LISTEN_FDS="x"), "LISTEN_FDS x: expected one socket")
            self.refused(Service(fd=s.fileno(), pid="other", LISTEN_FDS="1", LISTEN_PID="x"), "expected a process id")
        with socket.socket() as idle:
            self.refused(Service(fd=idle.fileno(), LISTEN_FDS="1"), "expected a TCP socket that listens")
        with open(os.devnull) as file:
            self.refused(Service(fd=file.fileno(), LISTEN_FDS="1"), "expected a TCP socket that listens")


class Named(unittest.TestCase):
    """A port that is free now is asked for; somebody else may have taken it since: then once more."""

    def listens(self, wanted, **variables):
        for _ in range(5):
            with listener() as s:
                port = s.getsockname()[1]
            given = {k: v % port if "%d" in v else v for k, v in variables.items()}
            with Service(**given) as service:
                if service.address:
                    self.assertEqual(service.address, wanted % port)
                    self.assertTrue(service.is_alive())
                    return
            self.assertIn("Address already in use", service.said)
        self.fail("no port stayed free")

    def test_the_port_of_the_platform(self):
        self.listens("127.0.0.1:%d", PORT="%d")
        self.listens("127.0.0.1:%d", PORT="%d", RIPTIDE_LISTEN="127.0.0.1")

    def test_a_port_that_is_named_counts_before_it(self):
        self.listens("127.0.0.1:%d", PORT="1", RIPTIDE_LISTEN="127.0.0.1:%d")

    def test_what_is_no_port_is_said(self):
        for port in ("http", "0", "65536", "80x", "-1"):
            with Service(PORT=port) as service:
                self.assertIsNone(service.address)
            self.assertEqual(service.code, 2)
            self.assertIn('PORT="%s": expected a port from 1 to 65535' % port, service.said)


if __name__ == "__main__":
    unittest.main()
