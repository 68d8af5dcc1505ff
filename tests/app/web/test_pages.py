"""Every screen in every language, on a real database."""

import dataclasses
import re
from datetime import timedelta

import pytest
from engines import address
from fastapi.testclient import TestClient
from people_makers import SENTENCE, kept
from review_rows import freeze_morning
from screen_makers import cookie

from app.bootstrap import open_office
from app.migrations.history import upgrade
from app.web import make_app
from app.web.pages import marked
from app.web.sessions import COOKIE
from core.clock import SystemTimer
from core.keys import Purpose
from core.models import Account, Outlet, Release, Version
from core.settings import Settings
from core.values import SCREENS, Role
from core.zones import wall_of
from distributor.models import Contact, MailingList, Membership
from distributor.sending.plan import plan
from monitor.models import Article, Coverage, Poll, Source

HOSTILE = "<script>alert(1)</script> RENCONTRE"
TEXT = "Les agences urbaines se sont réunies à Rabat."
PATHS = [
    "/",
    "/releases",
    "/releases/1",
    "/dispatches/1",
    "/dispatches/1/counts",
    "/coverage",
    "/coverage/1",
    "/coverage?show=all&label=reprint",
    "/lessons",
    "/releases/1/balance",
    "/releases/1/goal",
    "/releases/1/profile",
    "/review",
    "/review/2026-11-24",
    "/sources",
]


@pytest.fixture
def office(tmp_path, clock, ids):
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "channels": {"outbox": {"folder": str(tmp_path / "outbox")}},
        }
    )
    with open_office(settings, clock=clock, timer=SystemTimer(), ids=ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


def fill(office):
    now = office.clock.now()
    with office.database.write() as session:
        for role in Role:
            session.add(
                Account(name=role, role=role, password_hash=kept(), created_at=now)
            )
        release = Release(
            number="112/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=now,
        )
        release.versions = [
            Version(language="fr", title=HOSTILE, body=TEXT, file_name="a.fr.md"),
            Version(language="ar", title="لقاء", body="نص البلاغ", file_name="a.ar.md"),
        ]
        outlet = Outlet(name="صدى الأطلس")
        people = MailingList(name="nationale")
        contact = Contact(
            address="n@press.test",
            address_key="n@press.test",
            name=HOSTILE,
            languages=["fr"],
            beats=[],
            created_at=now,
            updated_at=now,
        )
        session.add_all([release, outlet, people, contact])
        session.flush()
        session.add(Membership(mailing_list_id=people.id, contact_id=contact.id))
        session.flush()
        plan(
            session,
            release_id=release.id,
            list_name="nationale",
            wall=wall_of(now + timedelta(hours=3), "Africa/Casablanca"),
            zone="Africa/Casablanca",
            channel="outbox",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=now,
        )
        source = Source(
            outlet_id=outlet.id,
            kind="feed",
            url="https://sada.test/feed",
            options={},
            state="blocked",
            state_since=now,
            fault="forbidden",
            detail="403",
            interval_seconds=600,
            next_poll_at=now,
        )
        article = Article(
            outlet_id=outlet.id,
            url="https://sada.test/1",
            address_hash=1,
            title=HOSTILE,
            title_hash=1,
            language="fr",
            first_seen_at=now - timedelta(hours=6),
            excerpt=TEXT,
            full_text=TEXT,
        )
        session.add_all([source, article])
        session.flush()
        session.add(Poll(source_id=source.id, began_at=now, outcome="blocked"))
        session.add(
            Coverage(
                article_id=article.id,
                release_id=release.id,
                label="reprint",
                score=0.9,
                reasons=[{"code": "share-of-article", "percent": "93"}],
                passages=[
                    {
                        "start": 4,
                        "end": 20,
                        "language": "fr",
                        "release_start": 0,
                        "release_end": 5,
                    }
                ],
                found_at=now - timedelta(hours=6),
                decision="proposed",
            )
        )
        freeze_morning(session, office.settings, now=now)


@pytest.fixture
def visitor(office):
    return TestClient(make_app(office), follow_redirects=False)


@pytest.fixture
def signed_in(visitor, office):
    def enter(role=Role.ADMINISTRATOR):
        visitor.cookies.set(COOKIE, cookie(office, role))
        return visitor

    return enter


@pytest.mark.parametrize("language", SCREENS)
def test_every_screen_answers_in_every_language(signed_in, language):
    client = signed_in()
    for path in PATHS:
        answer = client.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        if not path.endswith("counts"):
            assert f'<html lang="{language}" dir="{language.direction}">' in answer.text


def test_no_screen_asks_anybody_else_for_anything(signed_in):
    client = signed_in()
    for path in [*PATHS, "/static/parution.css", "/static/parution.js"]:
        loaded = re.findall(
            r"(?:src|url\()\s*=?[\"'(]?(\w+:)?//", client.get(path).text
        )
        assert loaded == [], path


def test_what_others_wrote_is_never_markup(signed_in):
    client = signed_in()
    for path in PATHS[:-1]:
        assert "<script>alert" not in client.get(path).text, path


def test_every_answer_carries_the_strict_policy(visitor):
    answer = visitor.get("/login")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_a_visitor_is_sent_to_sign_in_first(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_a_wrong_password_signs_nobody_in(visitor):
    answer = visitor.post("/login", data={"name": "writer", "password": "wrong"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "/\\evil.test"])
def test_signing_in_never_leads_to_another_site(visitor, target):
    answer = visitor.post(
        "/login",
        data={"name": "reader", "password": SENTENCE, "next": target},
    )
    assert answer.headers["location"] == "/"


def test_a_form_of_another_site_does_nothing(signed_in):
    client = signed_in()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        answer = client.post("/dispatches/1/stop", headers=headers)
        assert answer.status_code == 403
    assert client.get("/dispatches/1/counts").json()["state"] == "planned"


def test_a_reader_may_not_stop_a_dispatch(signed_in):
    client = signed_in(Role.READER)
    assert client.post("/dispatches/1/stop").status_code == 403
    assert client.get("/dispatches/1/counts").json()["state"] == "planned"


def test_stopping_a_dispatch_cancels_what_waits(signed_in):
    client = signed_in(Role.VALIDATOR)
    assert client.post("/dispatches/1/stop").status_code == 303
    counts = client.get("/dispatches/1/counts").json()
    assert (counts["state"], counts["counts"]["cancelled"]) == ("stopped", 1)


def test_a_rejection_needs_its_reason(signed_in):
    client = signed_in(Role.WATCHER)
    assert client.post("/coverage/1", data={"decision": "rejected"}).status_code == 400
    told = {"decision": "rejected", "because": "another meeting"}
    assert client.post("/coverage/1", data=told).status_code == 303


def test_a_profile_is_corrected_and_taken_back(signed_in):
    client = signed_in(Role.WATCHER)
    page = "/releases/1/profile"
    assert (
        client.post(page, data={"people": "Salma Tazi\nسلمى التازي"}).status_code == 303
    )
    shown = client.get(page).text
    assert "سلمى التازي" in shown
    assert client.post(page, data={"reset": "1"}).status_code == 303
    assert "سلمى التازي" not in client.get(page).text


def test_a_wrong_day_is_said_and_what_was_typed_stays(signed_in):
    client = signed_in(Role.WATCHER)
    typed = {"event_days": "5 mai", "people": "Salma Tazi"}
    answer = client.post("/releases/1/profile", data=typed)
    assert answer.status_code == 400
    assert "5 mai" in answer.text
    assert "Salma Tazi" in answer.text
    assert "Salma Tazi" not in client.get("/releases/1/profile").text


def test_a_reader_may_not_correct_a_profile(signed_in):
    client = signed_in(Role.READER)
    assert client.post("/releases/1/profile", data={"people": "x"}).status_code == 403


def test_an_unsubscribe_link_acts_on_post_only(visitor, office):
    with office.database.read() as session:
        token = (
            session.connection()
            .exec_driver_sql("SELECT token FROM delivery")
            .scalar_one()
        )
    link = office.links.sign(Purpose.UNSUBSCRIBE, token)
    assert visitor.get(f"/u/{link}").status_code == 200
    with office.database.read() as session:
        asked = "SELECT count(*) FROM suppression"
        assert session.connection().exec_driver_sql(asked).scalar_one() == 0
    assert visitor.post(f"/u/{token}").status_code == 404
    assert visitor.post(f"/u/{link}").status_code == 200
    with office.database.read() as session:
        assert session.connection().exec_driver_sql(asked).scalar_one() == 1


def test_an_unknown_page_part_is_a_404_in_words(signed_in):
    answer = signed_in().get("/releases/999", params={"lang": "en"})
    assert answer.status_code == 404
    assert "There is no release 999." in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/releases/{10**30}", 404),
        (f"/dispatches/{2**31}", 404),
        (f"/coverage/{10**30}", 404),
        (f"/coverage?release={10**30}", 400),
        ("/coverage?release=x", 400),
        ("/coverage/abc", 404),
        ("/review/0001-01-01", 404),
        ("/review/9999-12-31", 404),
        ("/review/someday", 404),
        ("/nowhere", 404),
    ],
)
def test_an_address_nobody_can_mean_is_answered_in_words(signed_in, path, status):
    answer = signed_in().get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1" in answer.text


def test_a_page_that_takes_no_form_says_what_it_takes(visitor):
    answer = visitor.post("/u")
    assert answer.status_code == 404
    answer = visitor.post("/coverage")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_a_form_with_a_missing_field_names_the_field(signed_in):
    answer = signed_in().post("/coverage/1", data={})
    assert answer.status_code == 400
    assert "decision" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_a_refused_form_carries_the_strict_policy_too(visitor):
    answer = visitor.post("/logout", headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_no_path_leads_out_of_the_static_folder(visitor):
    for name in ("..%2Fbase.html", "%2e%2e/base.html", "base.html", "missing.css"):
        assert visitor.get(f"/static/{name}").status_code == 404


def test_passages_are_marked_exactly_and_overlaps_joined():
    parts = [{"start": 0, "end": 3}, {"start": 2, "end": 5}, {"start": 6, "end": 7}]
    assert (
        marked("ab<de f>", parts, "start", "end")
        == "<mark>ab&lt;de</mark> <mark>f</mark>&gt;"
    )


def test_the_office_is_ready_when_its_database_answers(visitor):
    assert visitor.get("/health/live").status_code == 200
    assert visitor.get("/health/ready").json()["ready"] is True


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("evil.test", 303)])
def test_visitors_are_signed_in_by_our_own_name_only(office, host, status):
    """A site that points its name at this machine is a visitor without an account."""
    web = office.settings.web.model_copy(update={"sign_in_as": "reader"})
    settings = office.settings.model_copy(update={"web": web})
    opened = dataclasses.replace(office, settings=settings)
    client = TestClient(
        make_app(opened), base_url=f"http://{host}", follow_redirects=False
    )
    assert client.get("/").status_code == status
