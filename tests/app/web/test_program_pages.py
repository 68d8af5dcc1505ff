"""Tokens and webhooks on screen: made, shown once, kept over an error, ended."""

import re
from dataclasses import replace

import pytest
from fake_web import FakeWeb, answer
from programs import called_office
from screen_makers import signed_in

from app.web.webhooks import EVENTS
from app.webhooks.happening import KINDS
from core.accounts import Right
from core.programs import tokens

URL = "https://program.test/hook"


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield replace(opened, web=FakeWeb({URL: b""}))


def secret_on(page):
    found = re.search(r'class="secret"[^>]*>([^<]+)<', page.text)
    return found and found[1]


def test_a_token_is_shown_once_and_signs_in(office):
    client = signed_in(office, "writer")
    made = client.post(
        "/account/tokens",
        data={"name": "Website", "scopes": ["read", "write"], "days": "30"},
    )
    said = secret_on(made)
    assert made.headers["cache-control"] == "no-store"
    client.cookies.clear()
    called = client.get("/api/v1/me", headers={"Authorization": f"Bearer {said}"})
    assert called.json()["scopes"] == ["read", "write"]
    again = signed_in(office, "writer").get("/account/tokens")
    assert "Website" in again.text
    assert secret_on(again) is None
    assert said not in again.text


def test_the_form_keeps_what_was_typed(office):
    client = signed_in(office, "writer")
    refused = client.post("/account/tokens", data={"name": "Website", "days": "365"})
    assert refused.status_code == 400
    assert 'value="Website"' in refused.text
    assert 'value="365" selected' in refused.text
    assert "allowed nothing" in refused.text
    assert 'id="scopes-wrong"' in refused.text


def test_no_other_days_are_given(office):
    client = signed_in(office, "writer")
    for days in ("0", "x", "99999", "-1"):
        given = {"name": "W", "scopes": "read", "days": days}
        refused = client.post("/account/tokens", data=given)
        assert refused.status_code == 400, days
        assert 'id="days-wrong"' in refused.text


def test_a_person_is_offered_what_they_may_do(office):
    page = signed_in(office, "watcher").get("/account/tokens").text
    assert re.findall(r'name="scopes" value="(\w+)"', page) == ["read", "watch"]


def test_a_token_is_ended_by_its_person_alone(office):
    client = signed_in(office, "writer")
    said = secret_on(
        client.post("/account/tokens", data={"name": "W", "scopes": "read", "days": ""})
    )
    other = signed_in(office, "administrator")
    assert other.post("/account/tokens/1/end").status_code == 404
    assert client.post("/account/tokens/1/end").status_code == 303
    assert "ended on" in client.get("/account/tokens").text
    with office.database.read() as session:
        assert tokens.by_token(session, said, now=office.clock.now()) is None


def test_nobody_makes_a_token_without_signing_in(office):
    client = signed_in(office, "writer")
    client.cookies.clear()
    assert client.get("/account/tokens").headers["location"].startswith("/login")


def test_every_scope_and_every_event_has_a_sentence(office):
    page = signed_in(office, "administrator").get("/account/tokens").text
    assert set(re.findall(r'name="scopes" value="(\w+)"', page)) == set(Right)
    assert list(EVENTS) != []
    assert set(EVENTS) == set(KINDS)


def test_a_webhook_is_added_tested_and_ended(office):
    client = signed_in(office, "administrator")
    data = {"url": URL, "events": ["coverage.found", "dispatch.done"]}
    made = client.post("/office/webhooks", data=data)
    assert secret_on(made).startswith("whsec_")
    assert secret_on(client.get("/office/webhooks")) is None
    assert client.post("/office/webhooks/1/test").status_code == 303
    shown = client.get("/office/webhooks/1").text
    assert "was taken" in shown
    assert "An article covers a release." in shown
    office.web.answers[URL] = answer(URL, status=500)
    client.post("/office/webhooks/1/test")
    assert "was given up" in client.get("/office/webhooks/1").text
    assert client.post("/office/webhooks/1/end").status_code == 303
    assert client.get("/office/webhooks/1").status_code == 404


def test_a_webhook_that_is_wrong_is_typed_again_from_there(office):
    client = signed_in(office, "administrator")
    wrong = {
        "url": {"url": "ftp://x", "events": "coverage.found"},
        "events": {"url": URL},
    }
    for field, data in wrong.items():
        refused = client.post("/office/webhooks", data=data)
        assert refused.status_code == 400, field
        assert f'value="{data["url"]}"' in refused.text
        assert f'id="{field}-wrong"' in refused.text


def test_webhooks_are_for_administrators(office):
    for role in ("reader", "writer", "watcher", "validator"):
        client = signed_in(office, role)
        assert client.get("/office/webhooks").status_code == 403
        added = client.post("/office/webhooks", data={"url": URL, "events": KINDS})
        assert added.status_code == 403
