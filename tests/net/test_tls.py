"""Fetching over TLS: whose certificates are taken and whose are not, redirects into it and out of it, HTTP/2, and
compressed pages over it.  Asked of `riptide serve`, RIPTIDE; the servers are tls_site.py."""

import gzip
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "service"))
from serving import Served, command, environment
from tls_site import Authority, Site

PAGE = b"<!doctype html><title>Tides</title><article><h1>Tides</h1><p>The tide comes in twice a day.</article>"
# "<html><p>small" and "<p>small", each as one block that is stored
SMALL_BR = b"\x8b\x06\x80<html><p>small\x03"
SMALL_ZSTD = b"\x28\xb5\x2f\xfd\x20\x08\x41\x00\x00<p>small"
LONG = b"<!doctype html><title>Long</title><p>" + b"The tide comes in, and the tide goes out. " * 5000


OPTIONS = ("--allow-private", "--no-robots")
RULES = {"RIPTIDE_FETCH_PORTS": "*", "RIPTIDE_FETCH_RETRIES": "0"}


# An OpenSSL that speaks versions of old where it is not told otherwise.
OLD = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = old
[old]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""


class Service(Served):
    def __init__(self, **variables):
        super().__init__(*OPTIONS, **RULES, **variables)

    def extract(self, url):
        body = json.dumps({"url": url, "mode": "full", "stats": True, "timeout_ms": 60000}).encode()
        request = urllib.request.Request(self.base + "/extract", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="riptide-tls-")
        cls.ours = Authority(cls.folder.name, "ours")
        cls.good = cls.ours.sign("good")
        cls.service = Service(RIPTIDE_FETCH_CA_FILE=cls.ours.file)

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        cls.folder.cleanup()

    def site(self, certificate, **more):
        site = Site(certificate, **{"body": PAGE, **more})
        self.addCleanup(site.close)
        return site

    def comes(self, url, title="Tides", service=None):
        status, answer = (service or self.service).extract(url)
        self.assertEqual((status, answer.get("title")), (200, title), answer)
        return answer

    def refused(self, site, url=None, service=None):
        """tls_error, and no request: it would have told what is fetched to who knows whom."""
        status, answer = (service or self.service).extract(url or site.url)
        self.assertEqual((status, answer.get("code"), answer.get("retryable")), (502, "tls_error", False), answer)
        self.assertTrue(answer["detail"])
        self.assertEqual(site.requests, [])

    # ---- certificates

    def test_a_good_certificate(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version=version):
                site = self.site(self.good, oldest=version, newest=version)
                answer = self.comes(site.url + "/a")
                self.assertEqual(answer["stats"]["fetch"]["final_url"], site.url + "/a")
                self.assertEqual(site.versions, [version.name.replace("_", ".")])
                self.assertEqual(len(site.requests), 1)

    def test_of_an_address(self):
        site = self.site(self.ours.sign("address", names="IP:127.0.0.1"))
        self.comes(site.url.replace("localhost", "127.0.0.1"))

    def test_any_host_below_a_name(self):
        self.refused(self.site(self.ours.sign("wild", names="DNS:*.localhost")))

    def test_of_another_host(self):
        self.refused(self.site(self.ours.sign("other", names="DNS:tides.example")))
        site = self.site(self.good)
        self.refused(site, url=site.url.replace("localhost", "127.0.0.1"))

    def test_over_or_not_begun(self):
        self.refused(self.site(self.ours.sign("over", dates=("20200101000000Z", "20210101000000Z"))))
        self.refused(self.site(self.ours.sign("early", dates=("20980101000000Z", "20990101000000Z"))))

    def test_signed_by_itself(self):
        self.refused(self.site(self.ours.sign_itself("itself")))

    def test_signed_by_who_may_not(self):
        self.refused(self.site(self.ours.sign("below", by=self.good)))

    def test_not_for_servers(self):
        self.refused(self.site(self.ours.sign("client", extensions="extendedKeyUsage=clientAuth\n")))

    def test_signed_by_who_is_not_trusted(self):
        self.refused(self.site(Authority(self.folder.name, "theirs").sign("stranger")))

    def test_the_system_does_not_trust_us(self):
        service = Service()
        self.addCleanup(service.stop)
        self.refused(self.site(self.good), service=service)
        self.comes(self.site(None).url, service=service)

    def test_who_vouches_has_to_be_there(self):
        """Else each page would fail, one by one."""
        with open(self.ours.file) as file:
            pem = file.read()
        for name, text, code, why in (("absent", None, 9, "No such file"),
                                      ("", None, 2, "expected a regular file"),
                                      ("empty", "", 2, "expected PEM"),
                                      ("binary", "".join(chr(c) for c in range(128)), 2, "expected PEM"),
                                      ("mentioned", "a -----BEGIN CERTIFICATE-----\nb -----END CERTIFICATE-----\n", 2, "expected PEM"),
                                      ("key", pem.replace("CERTIFICATE", "PRIVATE KEY"), 2, "expected PEM"),
                                      ("torn", pem[:len(pem) // 2], 2, "expected PEM")):
            with self.subTest(what=name):
                path = os.path.join(self.folder.name, "who", name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if text is not None:
                    with open(path, "w") as file:
                        file.write(text)
                done = subprocess.run(command(*OPTIONS), env=environment(**RULES, RIPTIDE_FETCH_CA_FILE=path), stdin=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, timeout=300)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn("certificates in %s: %s" % (path, why), done.stderr.decode())

    def test_who_vouches_may_be_one_of_many(self):
        path = os.path.join(self.folder.name, "many.pem")
        with open(self.ours.file) as file, open(Authority(self.folder.name, "others").file) as others, open(path, "w") as out:
            out.write("# %s\r\n" % ("who vouches " * 100) + others.read() + file.read())
        service = Service(RIPTIDE_FETCH_CA_FILE=path)
        self.addCleanup(service.stop)
        self.comes(self.site(self.good).url, service=service)

    def test_versions_of_old(self):
        """Even where OpenSSL's configuration allows them, and the site has nothing else."""
        with open(os.path.join(self.folder.name, "old"), "w") as file:
            file.write(OLD)
        service = Service(RIPTIDE_FETCH_CA_FILE=self.ours.file, OPENSSL_CONF=file.name)
        self.addCleanup(service.stop)
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.subTest(version=version):
                self.assertEqual(self.speak_old(version), version.name.replace("_", "."))
                site = self.site(self.good, oldest=version, newest=version)
                self.refused(site, service=service)
                self.assertEqual(site.versions, [])

    def speak_old(self, version):
        """Such a site does speak it, with who wants it."""
        site = self.site(self.good, oldest=version, newest=version)
        context = ssl.create_default_context(cafile=self.ours.file)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        with socket.create_connection(("127.0.0.1", site.port), 60) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                return connection.version()

    def test_what_is_no_tls(self):
        site = self.site(None)
        self.refused(site, url=site.url.replace("http:", "https:"))

    # ---- redirects

    def to(self, target, certificate):
        return self.site(certificate, status=302, headers=[("location", target)], body=b"")

    def test_redirects_into_tls_and_out_of_it(self):
        inside, outside = self.site(self.good), self.site(None)
        for first, last in ((None, inside), (self.good, outside), (self.good, inside)):
            answer = self.comes(self.to(last.url + "/there", first).url)
            self.assertEqual(answer["stats"]["fetch"]["final_url"], last.url + "/there")
            self.assertEqual(answer["stats"]["fetch"]["redirects"], 1)

    def test_each_hop_is_checked(self):
        bad = self.site(self.ours.sign_itself("hop"))
        self.refused(bad, url=self.to(bad.url, self.good).url)
        status, answer = self.service.extract(self.to("file:///etc/passwd", self.good).url)
        self.assertEqual((status, answer["code"]), (502, "bad_redirect"))

    # ---- HTTP/2 and compression

    def test_http_2(self):
        site = self.site(self.good, http2=True)
        self.comes(site.url)
        self.assertEqual(site.requests, ["HTTP/2"])
        self.comes(self.to(site.url, self.good).url)
        self.assertEqual(len(site.requests), 2)

    def test_a_long_page_over_http_2(self):
        self.assertEqual(self.comes(self.site(self.good, http2=True, body=LONG).url, title="Long")["text"].count("goes out"), 5000)

    def test_failures_over_http_2(self):
        for status, code in ((404, "http_client_error"), (503, "http_server_error"), (429, "http_too_many_requests")):
            got, answer = self.service.extract(self.site(self.good, http2=True, status=status).url)
            self.assertEqual((got, answer["code"]), (502, code), answer)

    def test_bad_certificates_over_http_2(self):
        self.refused(self.site(self.ours.sign_itself("second"), http2=True))

    def test_compressed_pages(self):
        plain = self.site(self.good)
        self.comes(plain.url)
        offered = re.search(r"(?im)^accept-encoding: *(.*?)\r$", plain.requests[0])[1].split(", ")
        self.assertIn("gzip", offered)
        for coding in {"br", "zstd"} - set(offered):
            print("passed over: pages compressed with %s, which this libcurl does not undo" % coding)
        for http2 in (False, True):
            for coding, body in (("gzip", gzip.compress(b"<p>small")), ("br", SMALL_BR), ("zstd", SMALL_ZSTD)):
                if coding not in offered:
                    continue
                with self.subTest(coding=coding, http2=http2):
                    site = self.site(self.good, http2=http2, headers=[("content-encoding", coding)], body=body)
                    self.assertEqual(self.comes(site.url, title=None)["text"], "small")

    def test_a_bomb_over_http_2(self):
        bomb = gzip.compress(b"<p>" + bytes(64 << 20))
        site = self.site(self.good, http2=True, headers=[("content-encoding", "gzip")], body=bomb)
        status, answer = self.service.extract(site.url)
        self.assertIn((status, answer["code"]), ((502, "bad_content_encoding"), (413, "too_large")))


if __name__ == "__main__":
    unittest.main()
