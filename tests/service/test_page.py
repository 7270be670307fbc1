"""The page at /: what holds without a browser, and in headless Chromium what people do with it.

SOURCE is the source tree, ASSETS the generated header with the policy.  Without Chromium the second
half is skipped: status 77."""

import json
import os
import re
import sys
import unittest

import browser
import page_stub

PAGE = open(os.path.join(os.environ["SOURCE"], "service/page.html"), "rb").read()
POLICY = page_stub.policy_of(os.environ["ASSETS"])


class File(unittest.TestCase):
    def test_policy_has_the_hashes(self):
        self.assertIn("style-src " + page_stub.hash_of(PAGE, b"style"), POLICY)
        self.assertIn("script-src " + page_stub.hash_of(PAGE, b"script"), POLICY)
        self.assertNotIn("unsafe", POLICY)

    def test_nothing_comes_from_elsewhere(self):
        text = PAGE.decode("ascii")
        for value in re.findall(r'(?:src|href|action)="([^"]*)"', text):
            self.assertFalse(re.match(r"(?:https?:)?//", value), value)
        self.assertNotIn("innerHTML", text)
        self.assertNotRegex(text, r"@import|url\(|\bon[a-z]+=|\bstyle=")


@unittest.skipUnless(browser.find(), "Chromium is not installed")
class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stub = page_stub.Stub(PAGE, POLICY)
        cls.tab = browser.Browser(browser.find())

    @classmethod
    def tearDownClass(cls):
        cls.tab.close()
        cls.stub.shutdown()
        cls.stub.server_close()

    def setUp(self):
        self.tab.ask("Emulation.setScriptExecutionDisabled", value=False)
        self.tab.resize(1280)
        self.tab.open("about:blank")
        self.tab.open(self.stub.url)
        self.tab.take_events("Network.requestWillBeSent")
        self.stub.requests.clear()

    def tearDown(self):
        broken = self.tab.take_events("Runtime.exceptionThrown")
        broken += [e for e in self.tab.take_events("Audits.issueAdded")
                   if e["params"]["issue"]["code"] == "ContentSecurityPolicyIssue"]
        broken += [e for e in self.tab.take_events("Log.entryAdded")
                   if e["params"]["entry"]["source"] != "network"]
        self.assertEqual(broken, [], "the page's script or its policy broke")

    def extract(self, url="https://example.org/clock"):
        self.tab.run("document.getElementById('url').value = %s; document.getElementById('form').requestSubmit()"
                     % json.dumps(url))
        self.tab.wait("!document.getElementById('result').classList.contains('busy') && "
                      "document.getElementById('output').firstChild")

    def count(self, selector):
        return self.tab.run("document.querySelectorAll(%s).length" % json.dumps(selector))

    def text(self, selector):
        return self.tab.run("document.querySelector(%s).textContent" % json.dumps(selector))

    def focused(self):
        return self.tab.run("document.activeElement.id || document.activeElement.textContent")

    def test_all_by_keyboard(self):
        for name in ("from-url", "url"):
            self.tab.press("Tab")
            self.assertEqual(self.focused(), name)
        self.tab.type("https://example.org/clock")
        order = []
        for _ in range(3):
            self.tab.press("Tab")
            order.append(self.focused())
        self.assertEqual(order, ["mode", "images", "Extract"])
        self.tab.press("Enter")
        self.tab.wait("document.querySelector('.tabs')")
        self.assertEqual(self.stub.requests[-1][1],
                         {"mode": "article", "stats": True, "url": "https://example.org/clock"})
        self.assertEqual(self.tab.run("document.activeElement.tagName"), "H2")
        self.tab.press("Tab")
        for key, view in (("ArrowRight", "Markdown"), ("End", "JSON"), ("ArrowRight", "Rendered"), ("ArrowLeft", "JSON")):
            self.tab.press(key)
            self.assertEqual(self.text("[aria-selected=true]"), view)
        self.tab.press("Tab")
        self.assertEqual(self.focused(), "panel")

    def test_everything_has_a_name(self):
        self.extract()
        nodes = self.tab.ask("Accessibility.getFullAXTree")["nodes"]
        for node in nodes:
            role = node.get("role", {}).get("value")
            if role in ("button", "textbox", "radio", "checkbox", "combobox", "tab", "tabpanel", "link", "region"):
                self.assertTrue(node["name"]["value"], node)
        self.assertEqual(self.tab.run("document.getElementById('status').getAttribute('role')"), "status")
        self.assertEqual(self.text("#status"), "Extracted, 234 words.")

    def test_what_pages_say_stays_text(self):
        self.extract()
        self.assertEqual(self.text("#output > h2"), "The <i>clock</i>")
        self.assertEqual(self.count("#panel :is(script, img, b, iframe, svg)"), 0)
        self.assertIn("<img src=x onerror=alert(1)>", self.text("#panel"))
        links = self.tab.run("[...document.querySelectorAll('#panel a[target]')].map(a => [a.href, a.rel])")
        self.assertEqual(links, [["https://example.org/good", "noopener noreferrer"]])
        for selector in ("h1 em", "sub", "code", "li li", "ol li:nth-child(2)", "blockquote strong", "del",
                         "pre code", "td.right br", "dl dt", "dl dd", "sup a", ".note", "li.task"):
            self.assertGreater(self.count("#panel " + selector), 0, selector)
        self.assertEqual(self.text("#panel td"), "c|d")
        self.tab.run("document.getElementById('tab-4').click()")
        self.assertEqual(self.count("#panel a"), 2)

    def test_hostile_markdown_is_shown(self):
        for text in ("'['.repeat(2e5)", "'*a '.repeat(3e4) + 'a* '.repeat(3e4)", "'<sub>'.repeat(3e4) + '</sub>'.repeat(3e4)",
                     "'['.repeat(1e4) + '](http://a)'.repeat(1e4)", "'> - '.repeat(5e4)", "'[^1]: a\\n'.repeat(2e4)"):
            self.tab.run("document.getElementById('output').replaceChildren(make('div', null, renderer(true)(%s)))" % text)
            self.assertGreater(self.tab.run("document.getElementById('output').textContent.length"), 0, text)
            depth = ("(() => { let most = 0; for (const e of document.querySelectorAll('#output *')) { let n = 0;"
                     "for (let at = e; at && n < 3000; at = at.parentElement) n++; most = Math.max(most, n); } return most })()")
            self.assertLess(self.tab.run(depth), 1200, text)

    def test_images_load_when_asked(self):
        self.extract()
        asked = [e["params"]["request"]["url"] for e in self.tab.take_events("Network.requestWillBeSent")]
        self.assertFalse([u for u in asked if "pictures.example" in u])
        self.tab.run("document.getElementById('images').click()")
        self.assertEqual(self.tab.run("document.querySelector('#panel img').referrerPolicy"), "no-referrer")

    def test_costs_and_metadata(self):
        self.extract()
        self.assertIn("Fuel1,446,850", self.text(".costs"))
        self.assertIn("Memory8.0 MiB", self.text(".costs"))
        self.assertIn("Tierhot", self.text(".costs"))
        self.tab.run("document.getElementById('tab-3').click()")
        self.assertIn("CategoriesTown, Time", self.text(".facts"))
        self.assertIn("Descriptionnot found", self.text(".facts"))
        self.tab.run("document.getElementById('tab-1').click()")
        self.assertEqual(self.text(".raw"), page_stub.HOSTILE)
        self.tab.run("document.getElementById('tab-5').click()")
        self.assertEqual(json.loads(self.text(".raw")), page_stub.DOCUMENT)

    def test_problems_are_told(self):
        self.extract("https://nothing.example/")
        self.assertEqual(self.text("#status"), "Not extracted: the host's name has no address.")
        self.assertIn("dns_error", self.text("#output"))
        self.tab.run("document.getElementById('url').value = ''; document.getElementById('form').requestSubmit()")
        self.assertEqual(self.focused(), "url")

    def test_a_key_is_asked_for(self):
        self.assertFalse(self.tab.run("document.getElementById('key').checkVisibility()"))
        self.extract("https://locked.example/")
        self.tab.wait("document.activeElement.id === 'key'")
        self.tab.type("the key of the service")
        self.tab.press("Enter")
        self.tab.wait("document.querySelector('.tabs')")
        self.assertEqual(self.stub.requests[-1][2]["X-API-Key"], "the key of the service")

    def test_fields_come_when_they_matter(self):
        shown = "['html', 'selectors'].map(id => document.getElementById(id).checkVisibility())"
        self.assertEqual(self.tab.run(shown), [False, False])
        self.tab.run("document.getElementById('from-html').click(); document.getElementById('mode').value = 'custom'")
        self.assertEqual(self.tab.run(shown), [True, True])
        self.tab.run("document.getElementById('html').value = '<p>'; document.getElementById('selectors').value = ' p \\n\\na, b'")
        self.extract("")
        self.assertEqual(self.stub.requests[-1][1],
                         {"mode": "custom", "stats": True, "html": "<p>", "selectors": ["p", "a, b"]})

    def test_form_without_script(self):
        self.tab.ask("Emulation.setScriptExecutionDisabled", value=True)
        self.tab.open("about:blank")
        self.tab.open(self.stub.url)
        for _ in range(2):
            self.tab.press("Tab")
        self.tab.type("https://example.org/\u00fc?a=b&c")
        self.tab.press("Enter")
        self.tab.wait("document.title === 'Form'")
        path, fields, headers = next(r for r in self.stub.requests if r[1])  # beside it asks for an icon
        self.assertEqual(path, "/extract")
        self.assertEqual(fields, {"source": "url", "url": "https://example.org/\u00fc?a=b&c", "html": "",
                                  "mode": "article", "selectors": ""})
        self.assertEqual(headers["Sec-Fetch-Site"], "same-origin")
        self.assertEqual(headers["Origin"] + "/", self.stub.url)

    def test_nothing_sticks_out_on_a_phone(self):
        for width in (320, 360, 768, 1280):
            self.tab.resize(width)
            self.extract()
            for view in range(6):
                self.tab.run("document.getElementById('tab-%d').click()" % view)
                self.assertLessEqual(self.tab.run("document.documentElement.scrollWidth"), width, (width, view))

    def test_text_is_readable_in_the_light_and_in_the_dark(self):
        for dark in (False, True):
            self.tab.resize(1280, dark=dark)
            self.extract()
            for selector in ("#panel p", ".hint", "[type=submit]", "#panel a", "#status", ".costs dt", ".tabs button", "blockquote"):
                self.assertGreaterEqual(self.tab.run(CONTRAST % json.dumps(selector)), 4.5, (selector, dark))


CONTRAST = """(() => {
    const parts = c => c.match(/[\\d.]+/g).map(Number);
    const light = c => parts(c).slice(0, 3).map(v => v / 255)
        .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const element = document.querySelector(%s);
    let back = element;
    while (parts(getComputedStyle(back).backgroundColor)[3] === 0)
        back = back.parentElement;
    const pair = [light(getComputedStyle(element).color), light(getComputedStyle(back).backgroundColor)].sort((a, b) => b - a);
    return (pair[0] + .05) / (pair[1] + .05);
})()"""

if __name__ == "__main__":
    program = unittest.main(exit=False)
    if program.result.wasSuccessful() and program.result.skipped:
        sys.exit(77)
    sys.exit(not program.result.wasSuccessful())
