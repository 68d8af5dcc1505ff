"""Listing pages."""

import pytest

from monitor.sources.base import NotASource
from monitor.sources.page import Kind

PAGE = """<html><body>
<nav><a href="/contact">Écrire à toute la rédaction</a></nav>
<main>
<a href="/2018/12/rencontre">Les agences urbaines se réunissent à Rabat</a>
<a href="/2018/12/rencontre#commentaires">Lire les douze commentaires du jour</a>
<a href="https://other.test/x">Une page amie sur un autre site</a>
<a class="t" href="/court">Bref</a>
</main></body></html>""".encode()


def links(**options):
    entries = Kind().parse(PAGE, url="https://a.test/actu", options=options)
    return [entry.url for entry in entries]


def test_headlines_of_the_same_site_are_articles_and_menus_are_not():
    assert links() == ["https://a.test/2018/12/rencontre"]


def test_a_selector_chooses_the_links_itself():
    assert links(selector="a.t") == ["https://a.test/court"]


def test_a_selector_that_cannot_be_read_is_named():
    with pytest.raises(NotASource, match="selector"):
        links(selector="a[[")
