"""Guessing: slowed for each name and each address, told nothing, and helped by no header."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from people_makers import (
    an_office_of_people,
    rows,
    sign_in,
    somebody,
    visitor,
    with_factor,
)
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.web import make_app
from core.accounts import passwords
from core.accounts.models import OneTime
from core.accounts.slowing import Slowing
from core.values import Role


@pytest.fixture
def office(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as opened:
        somebody(opened)
        yield opened


def tries_until_slowed(slowing, *, name=None, address=None):
    """How many of one name, or from one address, are let through at once."""
    for count in range(1_000):
        wait = slowing.admit(
            name=name or f"n{count}", address=address or f"10.0.{count}.1"
        )
        if wait:
            return count, wait
    return None


def test_a_name_is_slowed_after_five_tries_from_wherever_they_come(clock):
    assert tries_until_slowed(Slowing(clock), name="samira") == (5, 1.0)


def test_an_address_is_slowed_after_twenty_tries_at_whatever_names(clock):
    assert tries_until_slowed(Slowing(clock), address="192.0.2.1") == (20, 1.0)


def test_each_failure_doubles_the_pause_up_to_five_minutes(clock):
    slowing, waits = Slowing(clock), []
    for _ in range(16):
        while wait := slowing.admit(name="samira", address=f"10.0.0.{len(waits)}"):
            waits.append(wait)
            clock.wait(timedelta(seconds=wait))
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]


def test_a_pause_is_over_for_who_proves_who_they_are(clock):
    slowing = Slowing(clock)
    tries_until_slowed(slowing, name="samira")
    clock.wait(timedelta(seconds=1))
    assert slowing.admit(name="samira", address="10.0.0.9") == 0
    slowing.welcome(name="samira", address="10.0.0.9")
    assert tries_until_slowed(slowing, name="samira") == (5, 1.0)


def test_a_name_in_other_letters_is_the_same_name(clock):
    slowing = Slowing(clock)
    tries_until_slowed(slowing, name="samira")
    assert slowing.admit(name="SAMIRA", address="10.0.0.9") > 0


def test_the_right_password_waits_too_and_is_told_how_long(office):
    client = visitor(office)
    client.post("/login", data={"name": "samira", "password": "x"})
    for _ in range(4):
        office_slow = sign_in(client, password="x")
    assert office_slow.status_code == 401
    slowed = sign_in(client)
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "1"
    assert "try again in 1 second." in slowed.text


def test_an_unknown_name_is_answered_and_slowed_alike(office):
    known, unknown = (visitor(office) for _ in range(2))
    answers = {}
    for client, name in ((known, "samira"), (unknown, "nobody")):
        pages = [sign_in(client, name=name, password="x") for _ in range(6)]
        answers[name] = [
            (page.status_code, page.text.replace(name, "")) for page in pages
        ]
    assert answers["samira"] == answers["nobody"]
    assert [status for status, _ in answers["nobody"]] == [401] * 5 + [429]


def test_the_same_work_is_done_for_an_unknown_name():
    assert not passwords.is_right("", "nobody signs in with this")
    # What is verified in vain was hashed as every password is.
    assert not passwords.is_outdated(passwords._nobody())


def try_keys(office, client_at):
    """Tries with a passkey that nobody has: they cost no hashing. Each says another address."""
    # As `app.serve` puts it before the pages; 192.0.2.200 is our proxy.
    behind = ProxyHeadersMiddleware(make_app(office), trusted_hosts=["192.0.2.200"])
    client = TestClient(behind, client=(client_at, 50_000), follow_redirects=False)
    return [
        client.post(
            "/login/passkey",
            data={"step": "x", "credential": "{}"},
            headers={"X-Forwarded-For": f"198.51.100.{place}"},
        ).status_code
        for place in range(7)
    ]


def test_an_address_that_is_only_said_is_not_believed(office):
    assert try_keys(office, "203.0.113.5") == [401] * 5 + [429] * 2


def test_the_proxy_of_the_settings_is_believed(office):
    assert try_keys(office, "192.0.2.200") == [401] * 7


def test_codes_are_slowed_like_passwords(office, clock):
    with_factor(office)
    client = visitor(office)
    asked = sign_in(client)
    step = re.search(r'name="step" value="([^"]+)"', asked.text)[1]
    statuses = [
        client.post("/login/code", data={"step": step, "code": "000000"}).status_code
        for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]


def test_a_reset_link_is_guessed_by_nobody(office, clock):
    client = visitor(office)
    statuses = {client.get(f"/reset/{place:032x}").status_code for place in range(40)}
    assert statuses == {404, 429}
    admin = somebody(office, "driss", Role.ADMINISTRATOR)
    shown = visitor(office, account=admin).post(f"/people/{admin.id}/reset")
    link = re.search(r'class="link-once">([^<]+)<', shown.text)[1]
    [row] = [one for one in rows(office, OneTime) if one.purpose == "reset"]
    assert row.ends_at - row.created_at == timedelta(minutes=30)
    assert row.digest not in link
