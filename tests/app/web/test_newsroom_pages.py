"""The public newsroom, and the office's page that puts a release there."""

import zipfile
from datetime import timedelta
from io import BytesIO

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import etree
from newsroom_makers import (
    a_newsroom,
    a_picture,
    a_release,
    attach,
    people,
    publish,
    who,
    withdraw,
)
from screen_makers import signed_in

from app.web import make_app, make_public_app
from core.models import Release, Version
from core.values import Role
from distributor.models import PublishedFile
from distributor.newsroom.publishing import When

LANGUAGES = ("fr", "ar", "en")


@pytest.fixture
def office(tmp_path, clock, ids):
    with a_newsroom(tmp_path, clock, ids) as opened:
        people(opened)
        yield opened


def visitor(office, make=make_public_app):
    return TestClient(
        make(office), base_url="https://presse.test", follow_redirects=False
    )


def translated(office, release_id):
    with office.database.write() as session:
        session.add(
            Version(
                release_id=release_id,
                language="ar",
                title="لقاء الوكالات",
                body="نص.",
                file_name="a.ar.md",
            )
        )


def full(office):
    """A release in two languages with a picture, an annex and the signed text."""
    one = a_release(office, title="Rencontre des agences")
    translated(office, one)
    attach(office, one, "photo.jpg", a_picture(), role="picture")
    attach(office, one, "annexe.txt", b"Chiffres")
    attach(office, one, "signe.pdf", b"%PDF-1.7 %%EOF", role="signed")
    publish(office, one)
    return one


@pytest.mark.parametrize("make", [make_app, make_public_app])
def test_both_listeners_show_the_newsroom_to_whoever_has_no_cookie(office, make):
    full(office)
    with visitor(office, make) as client:
        page = client.get("/n/fr")
        assert "Rencontre des agences" in page.text
        assert client.get("/n/ar").status_code == 200
        assert client.get("/n").headers["location"] == "/n/fr"
        assert "set-cookie" not in page.headers


def test_an_office_without_a_newsroom_has_no_such_pages(tmp_path, clock, ids):
    with a_newsroom(tmp_path, clock, ids, newsroom={}) as office:
        people(office)
        one = a_release(office)
        with visitor(office) as client:
            for path in ("/n", "/n/fr", "/n/fr/feed", "/n/fr/112-2026", "/sitemap.xml"):
                assert client.get(path).status_code == 404
            assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
        writer = signed_in(office, Role.VALIDATOR)
        told = writer.post(f"/releases/{one}/newsroom", data={"when": "now"})
        assert told.status_code == 409
        assert "newsroom.enabled" in told.text


def test_the_address_says_the_language_and_a_cookie_does_not(office):
    full(office)
    with visitor(office) as client:
        client.cookies.set("parution_language", "en")
        page = client.get("/n/ar/112-2026")
        assert '<html lang="ar" dir="rtl">' in page.text
        assert 'hreflang="fr" href="https://presse.test/n/fr/112-2026"' in page.text
        assert '<meta property="og:title" content="لقاء الوكالات">' in page.text


def test_a_release_in_another_language_is_one_step_away(office):
    publish(office, a_release(office))
    with visitor(office) as client:
        assert client.get("/n/ar/112-2026").headers["location"] == "/n/fr/112-2026"


def test_what_is_not_there_says_the_same_whatever_was_asked(office, clock):
    a_release(office)
    secret = a_release(office, number="113/2026")
    publish(
        office, secret, when=When.AT, wall=clock.now().replace(tzinfo=None, year=2027)
    )
    with visitor(office) as client:
        answers = {
            (client.get(path).status_code, client.get(path).text)
            for path in ("/n/fr/112-2026", "/n/fr/113-2026", "/n/fr/999-2026")
        }
    assert [status for status, _ in answers] == [404]


def test_what_was_taken_out_says_so_and_its_files_are_gone(office):
    one = full(office)
    withdraw(office, one)
    with visitor(office) as client:
        page = client.get("/n/fr/112-2026")
        assert (page.status_code, "Rencontre" in page.text) == (410, False)
        assert client.get("/n/files/112-2026/photo.jpg").status_code == 404
        assert client.get("/n/fr/112-2026/kit.zip").status_code == 404
        assert "Rencontre" not in client.get("/n/fr/feed").text


def test_files_go_out_as_files_to_keep(office):
    full(office)
    with visitor(office) as client:
        for name, kind in (
            ("photo.jpg", "image/jpeg"),
            ("small/photo.jpg", "image/jpeg"),
            ("signe.pdf", "application/pdf"),
        ):
            told = client.get(f"/n/files/112-2026/{name}")
            assert told.status_code == 200
            assert told.headers["content-disposition"].startswith("attachment")
            assert told.headers["x-content-type-options"] == "nosniff"
            assert kind in told.headers["content-type"] or name == "signe.pdf"
            again = client.get(
                f"/n/files/112-2026/{name}",
                headers={"If-None-Match": told.headers["etag"]},
            )
            assert (again.status_code, again.content) == (304, b"")
        assert client.get("/n/files/112-2026/small/signe.pdf").status_code == 404
        assert client.get("/n/files/112-2026/../x").status_code == 404


def test_the_press_kit_holds_all_of_it_the_same_each_time(office):
    full(office)
    with visitor(office) as client:
        kit = client.get("/n/fr/112-2026/kit.zip")
        assert client.get("/n/fr/112-2026/kit.zip").content == kit.content
        known = client.get(
            "/n/fr/112-2026/kit.zip", headers={"If-None-Match": kit.headers["etag"]}
        )
        assert known.status_code == 304
    with zipfile.ZipFile(BytesIO(kit.content)) as inside:
        assert inside.testzip() is None
        assert set(inside.namelist()) == {
            "112-2026.fr.md",
            "112-2026.ar.md",
            "pictures/photo.jpg",
            "annexes/annexe.txt",
            "signed/signe.pdf",
            "LISEZMOI-README.txt",
        }
        assert "# Rencontre des agences" in inside.read("112-2026.fr.md").decode()
        credit = inside.read("LISEZMOI-README.txt").decode("utf-8-sig")
        assert "M. Alami" in credit
        assert "Des gens assis" in credit


def test_the_feed_is_one_that_readers_understand(office, clock):
    full(office)
    clock.wait(timedelta(hours=1))
    publish(office, a_release(office, number="113/2026", title="Suite & fin <1>"))
    with visitor(office) as client:
        told = client.get("/n/fr/feed")
        same = client.get("/n/fr/feed", headers={"If-None-Match": told.headers["etag"]})
    assert told.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert (same.status_code, same.content) == (304, b"")
    read = feedparser.parse(told.content)
    assert not read.bozo
    assert [one.title for one in read.entries] == [
        "Suite & fin <1>",
        "Rencontre des agences",
    ]
    assert read.entries[1].link == "https://presse.test/n/fr/112-2026"
    assert read.entries[1].published_parsed[:5] == (2026, 11, 24, 9, 0)


def test_search_engines_are_shown_the_newsroom_and_nothing_else(office):
    full(office)
    with visitor(office) as client:
        robots = client.get("/robots.txt").text
        assert "Disallow: /\n" in robots
        assert "Sitemap: https://presse.test/sitemap.xml" in robots
        found = etree.fromstring(client.get("/sitemap.xml").content)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    assert found.xpath("//s:loc/text()", namespaces=spaces) == [
        "https://presse.test/n/fr/112-2026",
        "https://presse.test/n/ar/112-2026",
    ]


def test_a_list_is_read_page_by_page_by_year_kind_and_words(office, clock):
    for number in range(1, 24):
        clock.wait(timedelta(minutes=1))
        kind = "invitation" if number == 7 else "communique"
        title = f"Titre {number:03} zellige" if number == 9 else f"Titre {number:03}"
        publish(
            office, a_release(office, number=f"{number}/2026", title=title, kind=kind)
        )
    with visitor(office) as client:
        first = client.get("/n/fr?year=&kind=&q=").text
        assert "Titre 023" in first
        assert "Titre 003" not in first
        second = client.get("/n/fr?page=2").text
        assert "Titre 003" in second
        assert "Titre 004" not in second
        assert "page=2" in first
        assert "Titre 009" in client.get("/n/fr?q=zell&year=2026").text
        assert "Titre" not in client.get("/n/fr?year=2025").text
        only = client.get("/n/fr?kind=invitation").text
        assert "Titre 007" in only
        assert "Titre 008" not in only
        assert client.get("/n/fr?page=0").status_code in {404, 400}


def test_pictures_of_others_and_markup_in_a_text_are_words_alone(office):
    one = a_release(office)
    with office.database.write() as session:
        session.get_one(Release, one).versions[0].body = (
            "# Chapitre\n\n![un pixel](https://canary.test/x.png) "
            "<script>alert(1)</script> [là](javascript:alert(1))\n\n"
            "![Des gens](photo.jpg)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        )
    attach(office, one, "photo.jpg", a_picture(), role="picture")
    publish(office, one)
    with visitor(office) as client:
        page = client.get("/n/fr/112-2026").text
    assert "canary.test" not in page
    assert "[un pixel]" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "<h2>Chapitre</h2>" in page
    assert 'src="/n/files/112-2026/small/photo.jpg"' in page


def test_a_long_text_stays_below_a_hundred_kilobytes_of_page_about_it(office):
    one = a_release(office)
    with office.database.write() as session:
        session.get_one(Release, one).versions[0].body = "Une phrase entière. " * 2_000
    publish(office, one)
    with visitor(office) as client:
        for path in ("/n/fr", "/n/fr/112-2026"):
            assert len(client.get(path).content) < 100_000


def test_the_office_puts_a_release_in_the_newsroom_and_takes_it_out(office):
    one = a_release(office)
    attach(office, one, "photo.jpg", a_picture(), role="picture")
    client = signed_in(office, Role.VALIDATOR)
    page = client.get(f"/releases/{one}/newsroom")
    assert "not in the newsroom" in page.text
    typed = {
        "when": "now",
        "file": ["photo.jpg"],
        "alternative": ["Une salle"],
        "credit": [""],
        "note": "Vu avec le cabinet",
    }
    refused = client.post(f"/releases/{one}/newsroom", data=typed)
    assert refused.status_code == 400
    assert "whose it is" in refused.text
    assert 'value="Vu avec le cabinet"' in refused.text
    assert 'value="Une salle"' in refused.text
    done = client.post(f"/releases/{one}/newsroom", data=typed | {"credit": ["Alami"]})
    assert done.status_code == 303
    assert (
        "https://presse.test/n/fr/112-2026"
        in client.get(f"/releases/{one}/newsroom").text
    )
    empty = client.post(f"/releases/{one}/newsroom/withdraw", data={"because": " "})
    assert empty.status_code == 400
    out = client.post(f"/releases/{one}/newsroom/withdraw", data={"because": "Faux"})
    assert out.status_code == 303
    assert "taken out" in client.get(f"/releases/{one}/newsroom").text
    with office.database.read() as session:
        (file,) = session.query(PublishedFile)
        assert (file.credit, file.media_type) == ("Alami", "image/jpeg")


def test_a_writer_asks_on_the_page_and_a_validator_decides(office):
    one = a_release(office)
    writer = signed_in(office, Role.WRITER)
    asked = writer.post(f"/releases/{one}/newsroom", data={"when": "now"})
    assert asked.status_code == 303
    assert (
        "Publish what was asked for" not in writer.get(f"/releases/{one}/newsroom").text
    )
    assert (
        writer.post(
            f"/releases/{one}/newsroom/decide", data={"publication": 1}
        ).status_code
        == 403
    )
    validator = signed_in(office, Role.VALIDATOR)
    assert (
        "Publish what was asked for" in validator.get(f"/releases/{one}/newsroom").text
    )
    stale = validator.post(f"/releases/{one}/newsroom/decide", data={"publication": 99})
    assert stale.status_code == 409
    validator.post(f"/releases/{one}/newsroom/decide", data={"publication": 1})
    with visitor(office) as client:
        assert client.get("/n/fr/112-2026").status_code == 200


def test_two_people_at_once_publish_what_each_has_seen(office):
    one = a_release(office)
    client = signed_in(office, Role.VALIDATOR)
    page = client.get(f"/releases/{one}/newsroom").text
    seal = page.split('name="seal" value="')[1].split('"')[0]
    with office.database.write() as session:
        session.get_one(Release, one).place = "Fès"
    told = client.post(
        f"/releases/{one}/newsroom", data={"when": "now", "seal": seal, "note": "Vu"}
    )
    assert told.status_code == 409
    assert 'value="Vu"' in told.text


@pytest.mark.parametrize("role", [Role.READER, Role.WATCHER])
def test_who_does_not_write_changes_nothing(office, role):
    one = a_release(office)
    client = signed_in(office, role)
    assert client.get(f"/releases/{one}/newsroom").status_code == 200
    for path in ("", "/decide", "/withdraw"):
        told = client.post(
            f"/releases/{one}/newsroom{path}", data={"publication": 1, "because": "x"}
        )
        assert told.status_code == 403


def test_an_hour_that_is_none_is_said_beside_its_field(office):
    one = a_release(office)
    client = signed_in(office, Role.VALIDATOR)
    for at in ("", "tomorrow"):
        told = client.post(f"/releases/{one}/newsroom", data={"when": "at", "at": at})
        assert told.status_code == 400
        assert 'id="at-wrong"' in told.text


def test_the_person_who_published_is_named(office):
    one = a_release(office)
    publish(office, one)
    page = signed_in(office, Role.READER).get(f"/releases/{one}/newsroom").text
    with office.database.read() as session:
        assert who(session, Role.VALIDATOR).name in page
