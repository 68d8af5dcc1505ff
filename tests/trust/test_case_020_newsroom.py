"""Case 20 in the newsroom: before its embargo ends, a release is as if it did not exist.

Not "is not shown": every public answer, its headers and tags included, is to the byte that of an
office that has no such release. So no count, order, size, tag or cached copy can tell.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom_makers import a_newsroom, a_picture, a_release, attach, people, publish

from app.web import make_public_app
from core.clock import StoppedClock
from core.ids import CountedIds
from core.models import Release
from distributor.newsroom.copying import Caption
from distributor.newsroom.publishing import When

TITLE = "Grande annonce: jumelage des agences"
SECRETS = (TITLE, "jumelage", "secret-photo", "secret-plan", "113/2026", "113-2026")
GUESSES = ("fr", "113-2026", "secret-photo.jpg", "secret-plan.txt", "feed")
WORDS = ("grande", "annonce", "jumelage", "agences", "2026")
ADDRESSES = (
    "/n/fr",
    "/n/fr/feed",
    "/sitemap.xml",
    "/robots.txt",
    "/n/fr/112-2026",
    "/n/fr/113-2026",
    "/n/ar/113-2026",
    "/n/fr/113-2026/kit.zip",
    "/n/files/113-2026/secret-photo.jpg",
    "/n/files/113-2026/small/secret-photo.jpg",
    "/n/files/113-2026/secret-plan.txt",
    "/n/fr?kind=correction",
    "/n/fr?year=2026",
    *(f"/n/fr?q={word}" for word in WORDS),
)
ENDS = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHOW_IT = ("/n/fr", "/n/fr/feed", "/sitemap.xml", "/n/fr/113-2026", "/n/fr/112-2026")


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Two offices on one clock: one has a correction under embargo in its newsroom."""
    clock = StoppedClock(ENDS - timedelta(hours=3))
    with (
        a_newsroom(tmp_path_factory.mktemp("has"), clock, CountedIds()) as has,
        a_newsroom(tmp_path_factory.mktemp("has-not"), clock, CountedIds()) as has_not,
    ):
        for office in (has, has_not):
            people(office)
            publish(office, a_release(office, title="Rencontre"))
        fill(has)
        with (
            TestClient(make_public_app(has), base_url="https://p.test") as one,
            TestClient(make_public_app(has_not), base_url="https://p.test") as other,
        ):
            yield clock, one, other


def fill(office):
    secret = a_release(
        office,
        number="113/2026",
        title=TITLE,
        kind="correction",
        parent="112/2026",
        embargo_at=ENDS,
        embargo_wall=ENDS.replace(tzinfo=None),
        zone="UTC",
    )
    attach(office, secret, "secret-photo.jpg", a_picture(), role="picture")
    attach(office, secret, "secret-plan.txt", b"Grande annonce")
    with office.database.write() as session:
        session.get_one(Release, secret).versions[0].body = "Elles se jumellent."
    said = Caption(alternative="Un jumelage", credit="secret-photo de M. Alami")
    publish(office, secret, captions={"secret-photo.jpg": said})


def answer(client, address, **headers):
    told = client.get(address, follow_redirects=False, headers=headers)
    return told.status_code, sorted(told.headers.items()), told.content


@given(
    before=st.timedeltas(
        min_value=timedelta(microseconds=1), max_value=timedelta(hours=2)
    )
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_at_any_instant_before_it_every_answer_is_that_of_an_office_without_it(
    twins, before
):
    clock, has, has_not = twins
    clock.move_to(ENDS - before)
    for address in ADDRESSES:
        assert answer(has, address) == answer(has_not, address), address


def test_no_public_address_tells_a_word_a_second_before(twins):
    clock, has, _ = twins
    clock.move_to(ENDS - timedelta(seconds=1))
    asked = {
        re.sub(r"\{[^}]+\}", guess, route.path)
        for route in iter_route_contexts(has.app.routes)
        for guess in GUESSES
    }
    assert len(asked) > 40
    for address in sorted(asked):
        told = has.get(address, follow_redirects=False)
        said = f"{told.text}{told.headers}".casefold()
        leaked = [
            one
            for one in map(str.casefold, SECRETS)
            if one in said and one not in address.casefold()
        ]
        assert not leaked, address


def test_at_its_second_it_shows_everywhere_and_no_copy_of_before_is_still_good(twins):
    clock, has, _ = twins
    clock.move_to(ENDS - timedelta(seconds=1))
    copies = {
        address: has.get(address, follow_redirects=False) for address in ADDRESSES
    }
    for address, copy in copies.items():
        # Whoever keeps a copy must ask before it is shown again, or may keep none.
        assert re.search("no-cache|no-store", copy.headers["cache-control"]), address
        assert "expires" not in copy.headers
    clock.move_to(ENDS)
    for address in SHOW_IT:
        tag = copies[address].headers["etag"]
        told = has.get(address, headers={"If-None-Match": tag})
        assert told.status_code == 200, address
        assert TITLE in told.text or "113-2026" in told.text, address
    assert has.get("/n/files/113-2026/small/secret-photo.jpg").status_code == 200
    assert has.get("/n/fr/113-2026/kit.zip").status_code == 200


def test_an_hour_of_its_own_hides_as_well_as_an_embargo(tmp_path, clock, ids):
    at = clock.now() + timedelta(hours=1)
    with a_newsroom(tmp_path, clock, ids) as office:
        people(office)
        one = a_release(office, title=TITLE)
        publish(office, one, when=When.AT, wall=at.replace(tzinfo=None), zone="UTC")
        with TestClient(make_public_app(office)) as visitor:
            for moment, shows in ((at - timedelta(seconds=1), False), (at, True)):
                clock.move_to(moment)
                for address in ("/n/fr", "/n/fr/feed", "/n/fr/112-2026"):
                    assert (TITLE in visitor.get(address).text) is shows
