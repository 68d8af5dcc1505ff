"""Pages and what they load are light: squeezed where that betrays nothing, kept where it lasts."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from fontTools.ttLib import TTFont
from newsroom_makers import a_newsroom, a_release, people, publish
from screen_makers import signed_in

from app.web import make_app, make_public_app
from core.values import Role

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "templates" / "web" / "static"
FONTS = ("plex-sans", "plex-arabic-regular", "plex-arabic-semibold")


@pytest.fixture
def office(tmp_path, clock, ids):
    with a_newsroom(tmp_path, clock, ids) as opened:
        people(opened)
        yield opened


def test_a_page_goes_out_squeezed_to_whoever_takes_it_so(office):
    one = a_release(office)
    client = signed_in(office, Role.VALIDATOR)
    told = client.get(f"/releases/{one}")
    assert told.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in told.headers["vary"].lower()
    assert int(told.headers["content-length"]) < len(told.content) / 2
    plain = client.get(f"/releases/{one}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_what_repeats_the_words_of_its_request_is_never_squeezed(office):
    """Its size would tell a guesser how near a guess came to a secret beside it (BREACH)."""
    one = a_release(office)
    client = signed_in(office, Role.VALIDATOR)
    asked = client.get("/search?q=secret")
    typed = client.post(
        f"/releases/{one}/newsroom", data={"when": "at", "note": "secret"}
    )
    assert "secret" in typed.text
    for told in (asked, typed):
        assert "content-encoding" not in told.headers


def test_files_that_are_small_already_are_left_alone(office):
    with TestClient(make_app(office)) as client:
        for name in FONTS:
            told = client.get(f"/static/{name}.woff2")
            assert told.headers["content-type"] == "font/woff2"
            assert "content-encoding" not in told.headers


def test_a_file_asked_for_by_its_own_hash_is_kept_for_good(office):
    with TestClient(make_app(office)) as client:
        content = client.get("/static/parution.css").content
        version = hashlib.sha256(content).hexdigest()[:12]
        for_good = client.get(f"/static/parution.css?v={version}")
        assert "immutable" in for_good.headers["cache-control"]
        for old in ("", "?v=0123456789ab"):
            told = client.get(f"/static/parution.css{old}")
            assert told.headers["cache-control"] == "no-cache"
            again = client.get(
                "/static/parution.css", headers={"If-None-Match": told.headers["etag"]}
            )
            assert (again.status_code, again.content) == (304, b"")


def test_styles_name_the_fonts_that_are_there():
    style = (STATIC / "parution.css").read_text()
    named = dict(re.findall(r"/static/(plex-[\w-]+\.woff2)\?v=(\w+)", style))
    assert named == {
        f"{name}.woff2": hashlib.sha256(
            (STATIC / f"{name}.woff2").read_bytes()
        ).hexdigest()[:12]
        for name in FONTS
    }


def test_fonts_have_every_sign_of_our_own_words_and_keep_their_licence():
    signs = set()
    for language in ("fr", "ar"):
        with (ROOT / "core" / "locale" / f"{language}.po").open("rb") as file:
            for message in read_po(file):
                signs |= set(str(message.string))
    fonts = [TTFont(STATIC / f"{name}.woff2") for name in FONTS]
    for arabic in fonts[1:]:
        known = {*fonts[0].getBestCmap(), *arabic.getBestCmap()}
        assert {
            one for one in signs if one.isprintable() and ord(one) not in known
        } == set()
    for font in fonts:
        said = {one.nameID: str(one) for one in font["name"].names}
        assert "Open Font License" in said[13]
        assert 1 not in said


@pytest.mark.parametrize("make", [make_app, make_public_app])
def test_every_answer_is_strict_about_what_a_browser_may_do(office, make):
    publish(office, a_release(office))
    with TestClient(make(office)) as client:
        for path in ("/n/fr", "/n/fr/112-2026", "/n/fr/feed", "/static/parution.css"):
            told = client.get(path).headers
            assert told["cross-origin-resource-policy"] == "same-origin"
            assert told["permissions-policy"].startswith("camera=()")
            assert told["strict-transport-security"].startswith("max-age=")
            assert told["content-security-policy"].startswith("default-src 'none'")


def test_an_office_without_https_promises_none(tmp_path, clock, ids):
    with a_newsroom(tmp_path, clock, ids, web={"public_url": ""}) as office:
        people(office)
        with TestClient(make_app(office)) as client:
            told = client.get("/n/fr").headers
    assert "strict-transport-security" not in told


def test_squeezing_gives_the_same_bytes_each_time(office):
    publish(office, a_release(office))
    with TestClient(make_app(office)) as client:
        request = client.build_request("GET", "/n/fr")
        raw = [b"".join(client.send(request, stream=True).iter_raw()) for _ in "ab"]
    assert raw[0] == raw[1]
    assert b"<!doctype html>" in gzip.decompress(raw[0])
