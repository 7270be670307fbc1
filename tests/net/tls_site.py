"""https servers for test_tls.py, each on a port of its own that answers one thing, and certificates made
with the program openssl when they are wanted."""

import os
import socket
import ssl
import struct
import subprocess
import threading
import warnings

# For openssl ca, which unlike openssl x509 takes any dates.
CONFIGURATION = """
[ca]
default_ca = test
[test]
database = %(folder)s/database
new_certs_dir = %(folder)s
rand_serial = yes
default_md = sha256
policy = policy
[policy]
commonName = supplied
"""
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Authority:
    """Makes certificates; .file is its own, which who trusts it is given."""

    def __init__(self, folder, name):
        self.folder, self.name = os.path.join(folder, name), name
        os.mkdir(self.folder)
        self.file, self.key = self.path("authority.pem"), self.path("authority.key")
        self.openssl("req", "-x509", *KEY, "-keyout", self.key, "-out", self.file, "-subj", "/CN=" + name, "-days", "2",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        for file, text in (("database", ""), ("configuration", CONFIGURATION % {"folder": self.folder})):
            with open(self.path(file), "w") as out:
                out.write(text)

    def path(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def openssl(*args):
        done = subprocess.run(["openssl", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, (args, done.stdout.decode())

    def sign(self, what, names="DNS:localhost", dates=None, by=None, extensions=""):
        """(certificate, key) for these names; by: a (certificate, key) that signs instead."""
        key, request, out, extra = (self.path(what + end) for end in (".key", ".csr", ".pem", ".ext"))
        certificate, signer = by or (self.file, self.key)
        with open(extra, "w") as file:
            file.write("subjectAltName=%s\n%s" % (names, extensions))
        self.openssl("req", "-new", *KEY, "-keyout", key, "-out", request, "-subj", "/CN=" + what)
        begin, end = dates or ("20200101000000Z", "20991231235959Z")
        self.openssl("ca", "-batch", "-notext", "-config", self.path("configuration"), "-cert", certificate, "-keyfile", signer,
                     "-in", request, "-out", out, "-extfile", extra, "-startdate", begin, "-enddate", end)
        return out, key

    def sign_itself(self, what):
        certificate, key = self.path(what + ".pem"), self.path(what + ".key")
        self.openssl("req", "-x509", *KEY, "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-days", "2",
                     "-addext", "subjectAltName=DNS:localhost")
        return certificate, key


# ---- what is said after the handshake ---------------------------------------------------------------


class Site:
    """Answers every request the same, a connection each; .requests has their heads, "HTTP/2" for one of HTTP/2."""

    def __init__(self, certificate, status=200, headers=(), body=b"", http2=False, oldest=None, newest=None):
        self.answer = status, [("content-type", "text/html; charset=utf-8"), *headers], body
        self.http2, self.requests, self.versions = http2, [], []
        self.context = self.context_of(certificate, oldest, newest) if certificate else None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = "%s://localhost:%d" % ("https" if certificate else "http", self.port)
        threading.Thread(target=self.accept, daemon=True).start()

    def context_of(self, certificate, oldest, newest):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        context.set_alpn_protocols(["h2"] if self.http2 else ["http/1.1"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the versions that are to be refused
            if newest and newest < ssl.TLSVersion.TLSv1_2:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else OpenSSL 3 speaks none of them
            context.minimum_version = oldest or ssl.TLSVersion.TLSv1_2
            context.maximum_version = newest or ssl.TLSVersion.TLSv1_3
        return context

    def accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[plain], daemon=True).start()

    def serve(self, plain):
        plain.settimeout(60)
        try:
            with plain if not self.context else self.context.wrap_socket(plain, server_side=True) as connection:
                if self.context:
                    self.versions.append(connection.version())
                with connection.makefile("rwb") as stream:
                    self.speak_2(stream) if self.http2 else self.speak_1(stream)
        except OSError:
            plain.close()  # the other side did not like what it saw

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def speak_1(self, stream):
        if stream.peek(1)[:1] == b"\x16":  # TLS, where none is spoken
            stream.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return
            head += line
        self.requests.append(head.decode())
        status, headers, body = self.answer
        lines = ["HTTP/1.1 %d Said" % status] + ["%s: %s" % h for h in headers] + ["Content-Length: %d" % len(body), "Connection: close"]
        stream.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        stream.flush()

    # RFC 9113: as much of it as an answer takes.
    DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
    END_STREAM, ACK, END_HEADERS = 1, 1, 4

    @staticmethod
    def frame(stream, kind, flags, number, payload=b""):
        stream.write(struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, number) + payload)
        stream.flush()

    def speak_2(self, stream):
        if stream.read(24) != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            return
        self.frame(stream, self.SETTINGS, 0, 0)
        while len(head := stream.read(9)) == 9:
            length, kind, flags, number = int.from_bytes(head[:3], "big"), head[3], head[4], int.from_bytes(head[5:], "big")
            payload = stream.read(length)
            if kind == self.SETTINGS and not flags & self.ACK:
                self.frame(stream, self.SETTINGS, self.ACK, 0)
            elif kind == self.PING and not flags & self.ACK:
                self.frame(stream, self.PING, self.ACK, 0, payload)
            elif kind == self.HEADERS:
                self.requests.append("HTTP/2")
                self.answer_2(stream, number)
            elif kind == self.GOAWAY:
                return

    def answer_2(self, stream, number):
        status, headers, body = self.answer
        fields = self.literal(":status", str(status)) + b"".join(self.literal(*h) for h in headers)
        self.frame(stream, self.HEADERS, self.END_HEADERS, number, fields)
        for at in range(0, len(body), 16384):
            self.frame(stream, self.DATA, 0, number, body[at:at + 16384])
        self.frame(stream, self.DATA, self.END_STREAM, number)

    @staticmethod
    def literal(name, value):
        """RFC 7541, 6.2.2: a literal field with a new name, neither indexed nor of Huffman's making."""
        assert len(name) < 127 and len(value) < 127
        return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
