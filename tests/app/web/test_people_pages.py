"""The people of the office on screen: added, changed, helped back in, and the first start."""

import re
import tomllib
from datetime import timedelta

import pytest
from engines import home
from fastapi.testclient import TestClient
from people_makers import (
    SENTENCE,
    an_office_of_people,
    rows,
    sign_in,
    somebody,
    token_of,
    visitor,
)

from app.web import first, make_app
from core.accounts.models import SignedIn
from core.models import Account, Outlet
from core.settings import load
from core.values import Role

OTHER = "sept chats dorment au soleil"
TWICE = {"password": OTHER, "password_again": OTHER}


@pytest.fixture
def office(tmp_path, clock):
    web = {"public_url": "https://presse.ministere.test"}
    with an_office_of_people(tmp_path, clock, web=web) as opened:
        yield opened


@pytest.fixture
def samira(office):
    return somebody(office, role=Role.ADMINISTRATOR)


@pytest.fixture
def client(office, samira):
    return visitor(office, account=samira)


def link_in(page):
    return re.search(r'class="link-once">([^<]+)<', page.text)[1]


def test_somebody_is_added_by_a_link_and_chooses_their_password(office, client):
    shown = client.post("/people", data={"name": "Driss Alami", "role": "writer"})
    link = link_in(shown)
    assert link.startswith("https://presse.ministere.test/reset/")
    path = link.removeprefix("https://presse.ministere.test")
    driss = visitor(office)
    assert "For the account of <bdi>Driss Alami</bdi>" in driss.get(path).text
    weak = driss.post(path, data={"password": "court", "password_again": "court"})
    assert weak.status_code == 400
    assert driss.post(path, data=TWICE).headers["location"] == "/login"
    # It works once.
    assert driss.get(path).status_code == 404
    assert driss.post(path, data=TWICE).status_code == 404
    assert sign_in(driss, name="Driss Alami", password=OTHER).status_code == 303
    assert driss.get("/people").status_code == 403


def test_a_link_ends_after_half_an_hour_and_when_another_is_made(office, client, clock):
    driss = somebody(office, "driss")
    paths = [
        link_in(client.post(f"/people/{driss.id}/reset")).split(".test")[1]
        for _ in range(2)
    ]
    assert [client.get(path).status_code for path in paths] == [404, 200]
    clock.move_to(clock.now() + timedelta(minutes=30))
    assert client.get(paths[1]).status_code == 404


def test_a_name_that_is_taken_is_said_beside_its_field(office, client):
    somebody(office, "driss")
    refused = client.post("/people", data={"name": " driss ", "role": "writer"})
    assert refused.status_code == 400
    assert 'value=" driss "' in refused.text
    assert 'value="writer" checked' in refused.text
    assert "There is already an account of this name." in refused.text


def test_a_role_is_changed_and_its_sessions_end(office, client):
    driss = somebody(office, "driss")
    browser = visitor(office, account=driss)
    changed = client.post(f"/people/{driss.id}/role", data={"role": "watcher"})
    assert changed.headers["location"] == f"/people/{driss.id}?done=role"
    assert "The role is changed." in client.get(changed.headers["location"]).text
    assert browser.get("/account").status_code == 303
    assert rows(office, Account)[1].role == "watcher"


def test_an_account_is_disabled_and_enabled(office, client):
    driss = somebody(office, "driss")
    client.post(f"/people/{driss.id}/disable")
    assert sign_in(visitor(office), name="driss").status_code == 401
    refused = client.post(f"/people/{driss.id}/reset")
    assert (refused.status_code, "Enable it first." in refused.text) == (409, True)
    client.post(f"/people/{driss.id}/enable")
    assert sign_in(visitor(office), name="driss").status_code == 303


@pytest.mark.parametrize(
    ("what", "data"), [("role", {"role": "reader"}), ("disable", {})]
)
def test_nobody_changes_their_own_role_nor_disables_themselves(
    office, samira, client, what, data
):
    somebody(office, "driss", Role.ADMINISTRATOR)
    refused = client.post(f"/people/{samira.id}/{what}", data=data)
    assert refused.status_code == 409
    assert "Ask another administrator." in refused.text
    assert rows(office, Account)[0].role == Role.ADMINISTRATOR


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_sees_and_changes_people(office, samira, role):
    client = visitor(office, account=somebody(office, "driss", role))
    assert client.get("/people").status_code == 403
    assert client.get(f"/people/{samira.id}").status_code == 403
    for path, data in (
        ("", {"name": "x", "role": "administrator"}),
        (f"/{samira.id}/role", {"role": "reader"}),
        (f"/{samira.id}/disable", {}),
        (f"/{samira.id}/reset", {}),
    ):
        assert client.post(f"/people{path}", data=data).status_code == 403
    assert {one.name for one in rows(office, Account)} == {"samira", "driss"}
    assert client.get("/start").status_code == 403


def test_sessions_of_somebody_are_ended_by_an_administrator(office, client):
    driss = somebody(office, "driss")
    browser = visitor(office, account=driss)
    assert "In no browser." not in client.get(f"/people/{driss.id}").text
    client.post(f"/people/{driss.id}/end-sessions")
    assert browser.get("/account").status_code == 303


def test_people_come_by_the_hundred(office, client):
    for place in range(101):
        somebody(office, f"p{place:03}", password_hash="")
    page = client.get("/people")
    assert page.text.count('href="/people/') == 100
    assert "/people?after=p099" in page.text
    assert "samira" in client.get("/people?after=p099").text


def test_a_link_never_begins_with_what_a_request_says_of_its_host(office, client):
    driss = somebody(office, "driss")
    for name in ("Host", "X-Forwarded-Host"):
        shown = client.post(f"/people/{driss.id}/reset", headers={name: "evil.test"})
        if shown.status_code == 200:
            assert link_in(shown).startswith("https://presse.ministere.test/reset/")
            assert "evil.test" not in shown.text


def test_the_first_link_makes_the_administrator_once(office):
    link = first.announce(office)
    path = link.removeprefix("https://presse.ministere.test")
    client = visitor(office, base="https://presse.ministere.test")
    assert "You become its administrator" in client.get(path).text
    weak = client.post(path, data={"name": "Samira", **TWICE, "password_again": "x"})
    assert (weak.status_code, 'value="Samira"' in weak.text) == (400, True)
    made = client.post(path, data={"name": "Samira", **TWICE})
    assert (made.status_code, made.headers["location"]) == (303, "/start")
    [account] = rows(office, Account)
    assert account.role == Role.ADMINISTRATOR
    assert client.get("/start").status_code == 200
    other = visitor(office)
    assert other.get(path).status_code == 404
    assert other.post(path, data={"name": "Eve", **TWICE}).status_code == 404
    assert first.announce(office) is None


def test_each_start_makes_a_new_first_link_and_a_day_ends_it(office, clock):
    paths = [first.announce(office).split(".test")[1] for _ in range(2)]
    client = visitor(office)
    assert [client.get(path).status_code for path in paths] == [404, 200]
    clock.move_to(clock.now() + timedelta(hours=24))
    assert client.get(paths[1]).status_code == 404


IDENTITY = {
    "name": "Ministère de l'Habitat",
    "name_ar": "وزارة الإسكان",
    "sender": "presse@habitat.test",
    "zone": "Africa/Casablanca",
}


def test_the_identity_is_kept_for_the_next_start_below_what_an_operator_wrote(
    office, client, tmp_path
):
    kept = client.post("/start", data=IDENTITY)
    assert kept.headers["location"] == "/start"
    page = client.get("/start").text
    assert "holds once the office has started anew" in page
    assert 'value="وزارة الإسكان"' in page
    kept = home(tmp_path)
    assert load(environment=kept).organisation.name == "Ministère de l'Habitat"
    assert load(environment=kept).organisation.sender == "presse@habitat.test"
    said = kept | {"PARUTION_ORGANISATION__SENDER": "a@b.test"}
    assert load(environment=said).organisation.sender == "a@b.test"
    text = (tmp_path / "office.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["organisation"]["zone"] == "Africa/Casablanca"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "The office needs a name."),
        ({"sender": "presse"}, "This is not a mail address."),
        ({"zone": "Rabat"}, "There is no such time zone."),
    ],
)
def test_an_identity_that_cannot_be_kept_says_why(client, tmp_path, wrong, said):
    refused = client.post("/start", data=IDENTITY | wrong)
    assert refused.status_code == 400
    assert said in refused.text
    assert not (tmp_path / "office.toml").exists()


def test_the_steps_lead_from_one_to_the_next(office, client):
    for path, onward in (
        ("/start/sender", "/start/contacts"),
        ("/start/contacts", "/start/sources"),
        ("/start/sources", "/start/rehearsal"),
        ("/start/rehearsal", "/"),
    ):
        page = client.get(path).text
        assert f'class="button" href="{onward}"' in page, path
    assert "No channel is set up yet" in client.get("/start/sender").text
    assert client.get("/start/else").status_code == 404


def test_the_starter_list_is_taken_by_one_click(office, client):
    client.post("/start/sources")
    assert len(rows(office, Outlet)) > 50
    assert "There are" in client.get("/start/sources").text


def test_the_office_is_opened_anew_when_its_process_can(office, samira):
    asked = []
    client = TestClient(make_app(office, restart=lambda: asked.append(1)))
    client.cookies.set("parution_session", token_of(office, samira))
    answer = client.post("/start/anew")
    assert (answer.status_code, asked) == (200, [1])
    assert answer.headers["Refresh"] == "5; url=/start/sender"
    # Whoever was signed in still is.
    assert len(rows(office, SignedIn)) == 1


def test_the_password_of_the_first_administrator_is_nowhere_by_default(office):
    first.announce(office)
    for name, password in (("admin", "admin123"), ("samira", SENTENCE)):
        assert sign_in(visitor(office), name=name, password=password).status_code == 401
