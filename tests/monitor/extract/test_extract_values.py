"""What a page says of its article, and what it does not say."""

import json
import pickle
from datetime import UTC, datetime

import pytest
from extract_makers import TEXT, TITLE, page

from monitor.extract import Doubt, extract_page
from monitor.sources.base import Dated
from monitor.states import Precision

URL = "https://www.courrier.test/societe/enquete.html?fbclid=1"


def read(body, *, url=URL):
    found = extract_page(body, url=url)
    assert found is not None
    return found


def linked(**said):
    told = {"@context": "https://schema.org", "@type": "NewsArticle"} | said
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def test_a_plain_page_has_a_title_and_a_text_and_nothing_else():
    found = read(page())
    assert (found.title, found.text, found.language) == (TITLE, TEXT, "fr")
    assert (found.author, found.section, found.image, found.canonical) == ("",) * 4
    assert (found.published, found.modified, found.doubts) == (None, None, ())


def test_it_travels_between_processes():
    found = read(page())
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


@pytest.mark.parametrize("sign", ["-", "|", "–", "•", "::", "»"])
def test_a_title_loses_the_name_of_its_site(sign):
    html = page().replace(b" - Le Courrier<", f" {sign} Le Courrier<".encode())
    assert read(html).title == TITLE


def test_a_title_keeps_its_own_colons_and_dashes():
    assert read(page(title="Eau : le niveau - enfin - remonte")).title == (
        "Eau : le niveau - enfin - remonte"
    )


def test_the_sites_name_is_not_the_title_though_it_is_the_first_heading():
    html = page(before="<h1>Le Courrier</h1>")
    assert read(html).title == TITLE


@pytest.mark.parametrize(
    ("head", "above", "author"),
    [
        (linked(author={"@type": "Person", "name": "Nadia Alami"}), "", "Nadia Alami"),
        (
            linked(author=[{"name": "A. Zaki"}, {"name": "B. Nour"}]),
            "",
            "A. Zaki, B. Nour",
        ),
        ("<meta name='author' content='Nadia Alami'>", "", "Nadia Alami"),
        (
            "<meta name='author' content='admin'>",
            "<p>Par Nadia Alami</p>",
            "Nadia Alami",
        ),
        ("", "<span class='byline'>بقلم نادية العلمي</span>", "نادية العلمي"),
        ("", "<div>Nadia Alami | 27 novembre 2026</div>", "Nadia Alami"),
        ("<meta name='author' content='Le Courrier'>", "", ""),
        ("<meta name='author' content='x@courrier.test'>", "", ""),
        ("<meta property='article:author' content='https://fb.test/x'>", "", ""),
    ],
)
def test_an_author_is_a_person_the_page_names(head, above, author):
    assert read(page(head=head, above=above)).author == author


def test_who_signs_below_the_text_is_its_author():
    found = read(page(below="<p><b>Nadia Alami</b></p>"))
    assert (found.author, found.text) == ("Nadia Alami", TEXT)


def test_who_comments_is_not_its_author():
    comment = (
        "<div class='comments'><span class='author'>Brahim</span><p>Bravo !</p></div>"
    )
    assert read(page(after=comment)).author == ""


MOMENT = Dated(at=datetime(2026, 11, 27, 14, 30, tzinfo=UTC))
DAY = Dated(at=datetime(2026, 11, 27, tzinfo=UTC), precision=Precision.DAY)
ASSUMED = Dated(at=MOMENT.at, precision=Precision.ZONE_ASSUMED)


@pytest.mark.parametrize(
    ("head", "above", "published"),
    [
        (linked(datePublished="2026-11-27T14:30:00Z"), "", MOMENT),
        (
            "<meta property='article:published_time' content='2026-11-27T15:30+01:00'>",
            "",
            MOMENT,
        ),
        (
            "",
            "<time itemprop='datePublished' datetime='2026-11-27T14:30Z'></time>",
            MOMENT,
        ),
        ("", "<time datetime='2026-11-27T14:30:00+00:00'>hier</time>", MOMENT),
        ("", "<p>Publié le 27 novembre 2026 à 14h30</p>", ASSUMED),
        ("", "<p>الجمعة 27 نونبر 2026 - 14:30</p>", ASSUMED),
        ("", "<p>27/11/2026</p>", DAY),
        (
            "<meta name='date' content='2026-11-27'>",
            "<p>27/11/2026 - 14:30</p>",
            ASSUMED,
        ),
        ("<meta name='date' content='2026-11-27'>", "<p>3/11/2026 - 14:30</p>", DAY),
        ("", "<p>Mis à jour le 28 novembre 2026 à 9h</p>", None),
    ],
)
def test_a_date_goes_as_far_as_the_page_goes(head, above, published):
    assert read(page(head=head, above=above)).published == published


def test_dates_of_comments_and_of_other_articles_are_never_taken():
    after = (
        "<div class='comments'><time datetime='2026-11-20T10:00:00Z'>x</time></div>"
        "<article><h3><a href='/x'>Un autre</a></h3><time datetime='2026-11-21T10:00Z'>"
        "21 novembre 2026</time></article>"
    )
    assert read(page(after=after)).published is None


def test_the_change_is_kept_apart():
    head = linked(
        datePublished="2026-11-27T14:30:00Z", dateModified="2026-11-28T08:00:00Z"
    )
    found = read(page(head=head))
    assert found.published == MOMENT
    assert found.modified == Dated(at=datetime(2026, 11, 28, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://courrier.test/a", "https://courrier.test/a"),
        ("/societe/enquete.html", "https://www.courrier.test/societe/enquete.html"),
        ("https://elsewhere.test/a", ""),
        ("https://www.courrier.test/", ""),
        ("javascript:x", ""),
        ("http://[", ""),
    ],
)
def test_a_page_names_only_addresses_of_its_own_domain(link, canonical):
    assert (
        read(page(head=f"<link rel='canonical' href='{link}'>")).canonical == canonical
    )


def test_section_and_image_come_from_what_the_page_says():
    head = linked(articleSection=["Société"], image={"url": "/a.jpg"})
    found = read(page(head=head))
    assert found.section == "Société"
    assert found.image == "https://www.courrier.test/a.jpg"


def test_a_breadcrumb_names_the_section():
    crumbs = f"<div class='breadcrumb'><a>Accueil</a> / <a>Régions</a> / <a>{TITLE}</a></div>"
    assert read(page(before=crumbs)).section == "Régions"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_bytes_are_read_by_evidence(charset):
    body = page().decode().encode(charset, "replace")
    assert read(body).text == TEXT


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        (page(head=linked(isAccessibleForFree=False)), Doubt.PAYWALL),
        (
            page(below="<div class='paywall'>Article réservé aux abonnés</div>"),
            Doubt.PAYWALL,
        ),
        (page(head=linked(**{"@type": "LiveBlogPosting"})), Doubt.LIVE),
        (page(title="Page introuvable"), Doubt.NOT_FOUND),
        (page(after="<form><input type='password'></form>"), Doubt.LOGIN),
        (
            page(
                before="".join(
                    f"<h3><a href='/{n}'>Titre {n}</a></h3>" for n in range(9)
                )
            ),
            Doubt.LISTING,
        ),
        (
            b"<h1>Photos</h1><p>Quelques images de dimanche, prises par nos lecteurs.</p>",
            Doubt.THIN,
        ),
    ],
)
def test_what_is_no_whole_article_is_doubted(body, doubt):
    assert doubt in read(body).doubts


def test_a_listing_is_no_article_and_a_sold_one_is():
    listing = "".join(f"<h3><a href='/{n}'>Titre {n}</a></h3>" for n in range(9))
    assert not read(page(before=listing)).is_article
    assert read(page(head=linked(isAccessibleForFree="False"))).is_article


@pytest.mark.parametrize(
    "line", ["صورة من الارشيف", "صورة أرشيفية", "Photo d'archives", "Crédit Photo MAP"]
)
def test_a_caption_below_the_title_is_no_author(line):
    assert read(page(above=f"<p>{line}</p>")).author == ""
