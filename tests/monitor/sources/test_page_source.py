"""Listing pages: which links are articles is learned from the page, or told."""

from datetime import UTC, datetime

import pytest

from monitor.sources.base import Document, NotASource
from monitor.sources.page import Kind
from monitor.states import Fault, Precision

URL = "https://www.a.test/actualites"
MENU = """<header><nav><ul><li><a href="/">Accueil</a></li>
<li><a href="/economie/">Économie et finances publiques du Royaume</a></li></ul></nav></header>"""
FOOT = """<footer><a href="/mentions-legales-du-site-internet">Mentions légales du site internet</a>
</footer>"""


def read(body, **options):
    text = f"<html lang='fr'><head><title>A</title></head><body>{body}</body></html>"
    document = Document(
        body=text.encode(), url=URL, came_at=datetime(2026, 11, 28, 10, tzinfo=UTC)
    )
    return Kind().parse(document, options=options)


def urls(body, **options):
    return [entry.url for entry in read(body, **options).entries]


def cards(*paths, text="Le ministre visite les agences de Rabat"):
    return "".join(
        f'<article class="card"><a href="{path}"><img src="/i/{n}.jpg"></a>'
        f'<h3><a href="{path}">{text} {n}</a></h3><time datetime="2026-11-24T10:00:00Z">'
        f"24/11</time><p>Des mots pour dire de quoi il est question ici.</p>"
        f'<a href="{path}#comments">Lire la suite</a></article>'
        for n, path in enumerate(paths)
    )


@pytest.mark.parametrize(
    "paths",
    [
        [f"/2026/11/24/le-ministre-visite-{n}/" for n in range(4)],
        [f"/economie/le-ministre-visite-rabat-{n}.html" for n in range(4)],
        [f"/article{1234 + n}.html" for n in range(4)],
        [f"/?p={1234 + n}" for n in range(4)],
        [f"/spip.php?article{1234 + n}" for n in range(4)],
        [f"/news/{1234 + n}" for n in range(4)],
        [f"/الوزير-يزور-الوكالات-الحضرية-{n}" for n in range(4)],
        ["/a", "/b", "/c", "/d"],
    ],
    ids=["dated", "slugs", "numbers", "query", "spip", "ids", "arabic", "bare"],
)
def test_the_shape_of_articles_is_learned(paths):
    found = urls(MENU + cards(*paths) + FOOT)
    assert len(found) == 4
    assert [url.rpartition("a.test")[2] for url in found] == paths


def test_what_stands_beside_a_link_is_read():
    entry = read(MENU + cards("/2026/11/24/le-ministre-visite-rabat/")).entries[0]
    assert entry.title == "Le ministre visite les agences de Rabat 0"
    assert entry.published.at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert entry.image == "https://www.a.test/i/0.jpg"
    assert entry.summary == "Des mots pour dire de quoi il est question ici."


def test_menus_tags_authors_pages_and_other_sites_are_no_articles():
    body = MENU + cards(*(f"/le-ministre-visite-rabat-{n}" for n in range(3))) + FOOT
    body += """<div class="tags"><a href="/tag/agences-urbaines-du-royaume">Agences urbaines du
    Royaume du Maroc</a></div><a href="/auteur/nadia-el-amrani-journaliste">Nadia El Amrani,
    journaliste à Rabat depuis dix ans</a><a href="/actualites?page=2">Voir toutes les pages
    suivantes du journal</a><a href="https://b.test/une-page-amie-sur-un-autre-site">Une page
    amie sur un autre site</a><a href="/plaquette-de-presse-du-journal.pdf">La plaquette de
    presse du journal</a>"""
    assert len(urls(body)) == 3


def test_a_day_beside_a_link_or_in_its_address_is_a_day():
    body = "".join(
        f"<li><a href='/{n}-le-ministre-visite-rabat'>Le ministre visite Rabat ce jour {n}</a>"
        f"<span class='post-date'>{text}</span></li>"
        for n, text in enumerate(["24 نونبر 2026", "hier", "bientôt"])
    )
    first, second, third = read(f"<ul>{body}</ul>").entries
    assert (first.published.at, first.published.precision) == (
        datetime(2026, 11, 24, tzinfo=UTC),
        Precision.DAY,
    )
    assert second.published.at == datetime(2026, 11, 27, tzinfo=UTC)
    assert third.published is None
    link = "<a href='/2026/11/24/le-ministre-visite-rabat'>Le ministre visite Rabat</a>"
    assert read(link).entries[0].published.precision is Precision.DAY


def test_a_selector_chooses_the_links_itself():
    body = MENU + "<div class='t'><a href='/court'>Bref</a></div>" + FOOT
    assert urls(body, selector="div.t") == ["https://www.a.test/court"]
    assert urls(body, selector="div.t a") == ["https://www.a.test/court"]


def test_a_pattern_of_addresses_chooses_too():
    body = cards("/news/1-x", "/news/2-y", "/autre/3-z")
    wanted = ["https://www.a.test/news/1-x", "https://www.a.test/news/2-y"]
    assert urls(body, pattern="https://www.a.test/news/*") == wanted
    assert urls(body, pattern="/news/*-*") == wanted
    assert urls(body, pattern="*-z") == ["https://www.a.test/autre/3-z"]


@pytest.mark.parametrize("selector", ["a[[", "::nope", "a:has("])
def test_a_selector_that_cannot_be_read_is_named(selector):
    with pytest.raises(NotASource, match="selector"):
        read(cards("/a"), selector=selector)


def test_a_page_whose_links_collapsed_is_named():
    body = cards(*(f"/le-ministre-visite-rabat-{n}" for n in range(3)))
    assert len(urls(body, usual_links=10)) == 3
    with pytest.raises(
        NotASource, match="3 links to articles where it used to show 40"
    ) as caught:
        read(body, usual_links=40)
    assert caught.value.fault is Fault.NO_ARTICLES


def test_a_page_without_articles_is_named():
    with pytest.raises(NotASource) as caught:
        read(MENU + FOOT)
    assert caught.value.fault is Fault.NO_ARTICLES
