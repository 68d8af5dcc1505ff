"""Case 68: deep nesting, huge attributes, 100,000 of them, and strings against each pattern.

Each within a second of processor time: more, and the process is ended.
"""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from bounded_second import MOST_KB, outcome, searched, warm, within_a_second

import core.text
import monitor.intake
import monitor.sources
from core.bounded import Bounded
from monitor.sources.feed import Kind as Feed
from monitor.sources.page import Kind as Page
from monitor.sources.sitemap import Kind as Sitemap

ITEM = "<item><title>a</title><link>https://a.test/1</link></item>"
KINDS = {"feed": Feed(), "sitemap": Sitemap(), "page": Page()}
FRAMES = {
    "feed": f"<rss version='2.0' {{attributes}}><channel>{ITEM}{{inside}}</channel></rss>",
    "sitemap": "<urlset {attributes}><url><loc>https://a.test/1</loc>"
    "<lastmod>2026-11-28</lastmod></url>{inside}</urlset>",
    "page": "<html {attributes}><body><a href='/2026/11/28/le-ministre-visite-rabat'>"
    "Le ministre visite Rabat</a>{inside}</body></html>",
}
STRETCHED = {
    "deep": ("", "<i>" * 100_000 + "</i>" * 100_000),
    "deep-unclosed": ("", "<i>" * 100_000),
    "deep-spoilt": ("", "&<i>" * 50_000),
    "attribute": (f"a='{'x' * 1_000_000}'", ""),
    "attributes": (" ".join(f"a{n}='1'" for n in range(100_000)), ""),
    "same-attributes": ("a='1' " * 100_000, ""),
    "inner-attributes": ("", f"<i {' '.join(f'a{n}=1' for n in range(100_000))}/>"),
    "spaces": (" ".join(f"xmlns:a{n}='{n}'" for n in range(20_000)), ""),
    "name": ("", f"<{'x' * 1_000_000}/>"),
    "tags": ("", "".join(f"<t{n}/>" for n in range(50_000))),
    "cdata": ("", "<![CDATA[" * 100_000),
    "comments": ("", "<!--" * 200_000),
    "ampersands": ("", "&" * 500_000),
    "brackets": ("", "<" * 300_000),
    "half-tags": ("", "<p " * 200_000),
}
# Pieces that patterns trip over, repeated and then refused by what follows.
PIECES = [
    *("a", "aA", " ", "\n", "1", "1 ", "1/", "0-", "a-", "-", "_", ".", ",", ":", "/"),
    *("<", "<a ", "<p", "<!--", "<img ", "<script", "<meta ", "<title>", "<![CDATA["),
    *(
        "&",
        "&#",
        "&#1",
        "&a",
        "(",
        "((",
        "()",
        "[",
        "'",
        '"',
        "=",
        "a=",
        "a@",
        "http://",
    ),
    *(
        "http://a.a/",
        "a.a.",
        "<?xml ",
        "<item",
        "</item",
        "</",
        "]]>",
        "é",
        "\xa0",
        "\x80",
    ),
    *(
        "ا",
        "ا ",
        "م 1 ",
        "1 م ",
        "du ",
        "a 1 a ",
        "1 a 2026 ",
        "20",
        "+",
        "+00",
        "h",
        "1h",
    ),
    *("<input ", "domain ", "<rss", "<a:", "utm_", "site ", "24 nov 2026 1", "نطاق "),
]
LENGTH = 100_000
# Patterns that only ever see so much: their callers cut first.
SHORT = {
    "monitor.sources.moments": 250,
    "monitor.sources.base": 4096,
    "monitor.intake.identity": 4096,
}


def patterns():
    for package in (core.text, monitor.sources, monitor.intake):
        for info in iter_modules(package.__path__, f"{package.__name__}."):
            module = import_module(info.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    yield pytest.param(info.name, value, id=f"{info.name}.{name}")


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as opened:
        yield opened


@pytest.mark.parametrize("how", STRETCHED)
@pytest.mark.parametrize("name", KINDS)
def test_a_stretched_document_costs_less_than_a_second(bounded, name, how):
    attributes, inside = STRETCHED[how]
    body = FRAMES[name].format(attributes=attributes, inside=inside).encode()
    bounded.run(warm, KINDS[name], seconds=60)
    found, grown = bounded.run(within_a_second, outcome, KINDS[name], body, seconds=60)
    assert found is not None
    # The page's own parser builds a tree; the bound of its child is what holds it.
    assert name == "page" or grown < MOST_KB


@pytest.mark.parametrize(("module", "pattern"), list(patterns()))
def test_a_pattern_is_linear_in_what_it_may_see(bounded, module, pattern):
    length = SHORT.get(module, LENGTH)
    for piece in PIECES:
        text = (piece * (length // len(piece) + 1))[:length] + "\0!"
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        bounded.run(within_a_second, searched, pattern, given, seconds=60)
