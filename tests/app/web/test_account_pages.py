"""One's own account on screen: password, second factor, passkeys' frame, sessions."""

import re
from datetime import timedelta

import pyotp
import pytest
from people_makers import (
    SENTENCE,
    an_office_of_people,
    hidden,
    rows,
    sign_in,
    somebody,
    visitor,
)

from core.accounts.models import OneTime, RecoveryCode, SecondFactor, SignedIn
from core.values import Role

OTHER = "sept chats dorment au soleil"


@pytest.fixture
def office(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def samira(office):
    return somebody(office)


@pytest.fixture
def client(office, samira):
    return visitor(office, account=samira)


def change(client, **typed):
    return client.post(
        "/account/password",
        data={"current": SENTENCE, "password": OTHER, "password_again": OTHER} | typed,
    )


def enrol(client, clock):
    """The authenticator, and the codes that were shown once."""
    assert client.post("/account/second-factor/begin").status_code == 303
    page = client.get("/account/second-factor").text
    assert 'src="data:image/svg+xml;charset=utf-8,' in page
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', page)[1].replace(" ", "")
    totp = pyotp.TOTP(secret)
    shown = client.post(
        "/account/second-factor/confirm", data={"code": totp.at(clock.now())}
    )
    assert shown.status_code == 200
    return totp, re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)


@pytest.mark.parametrize(
    ("typed", "said", "where"),
    [
        ({"current": "another"}, "This is not your password.", "current"),
        ({"password_again": "x"}, "The two passwords differ.", "password_again"),
        ({"password": "short", "password_again": "short"}, "too short", "password"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why_beside_its_field(
    office, client, typed, said, where
):
    refused = change(client, **typed)
    assert refused.status_code == 400
    beside = re.search(rf'id="{where}-wrong" role="alert">([^<]+)<', refused.text)[1]
    assert said in beside
    assert sign_in(visitor(office)).status_code == 303


def test_the_changed_password_is_the_one_that_opens(office, client):
    changed = change(client)
    assert changed.headers["location"] == "/account?done=password"
    assert "Your password is changed." in client.get("/account?done=password").text
    assert sign_in(visitor(office)).status_code == 401
    assert sign_in(visitor(office), password=OTHER).status_code == 303


def test_the_second_factor_is_set_up_by_a_right_code(office, client, clock):
    client.post("/account/second-factor/begin")
    wrong = client.post("/account/second-factor/confirm", data={"code": "000000"})
    assert wrong.status_code == 400
    assert "This code is not right." in wrong.text
    # Not asked for before it is confirmed.
    assert sign_in(visitor(office)).status_code == 303
    _, codes = enrol(client, clock)
    assert len(set(codes)) == 10
    assert "10 recovery codes are left." in client.get("/account").text
    assert hidden(sign_in(visitor(office)), "step")


def test_neither_the_secret_nor_a_recovery_code_is_kept_readable(office, client, clock):
    totp, codes = enrol(client, clock)
    [row] = rows(office, SecondFactor)
    assert totp.secret not in row.secret
    assert not {one.digest for one in rows(office, RecoveryCode)} & set(codes)
    assert totp.secret not in client.get("/account/second-factor").text


def test_new_recovery_codes_end_the_old_ones(office, client, clock):
    _, codes = enrol(client, clock)
    shown = client.post("/account/second-factor/codes")
    assert codes[0] not in shown.text
    step = hidden(sign_in(visitor(office)), "step")
    refused = visitor(office).post("/login/code", data={"step": step, "code": codes[0]})
    assert refused.status_code == 401


def test_the_second_factor_is_turned_off_and_nothing_of_it_stays(office, client, clock):
    enrol(client, clock)
    assert client.post("/account/second-factor/off").status_code == 303
    assert rows(office, SecondFactor) == []
    assert rows(office, RecoveryCode) == []
    assert sign_in(visitor(office)).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/account/second-factor/begin",
        "/account/second-factor/codes",
        "/account/second-factor/off",
        "/account/passkeys/1/remove",
    ],
)
def test_how_one_signs_in_is_changed_only_by_who_just_signed_in(client, clock, path):
    clock.move_to(clock.now() + timedelta(minutes=16))
    asked = client.post(path)
    assert asked.status_code == 401
    assert client.get("/account").status_code == 200


def test_where_one_is_signed_in_is_listed_and_ended_one_by_one(office, client):
    phone = visitor(office)
    phone.headers["User-Agent"] = (
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/156 Mobile Safari/537.36"
    )
    sign_in(phone)
    page = client.get("/account").text
    assert "Chrome, Android" in page
    ended = re.search(r"/account/sessions/(\d+)/end", page)[1]
    assert client.post(f"/account/sessions/{ended}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_all_other_sessions_end_at_once(office, samira, client):
    others = [visitor(office, account=samira) for _ in range(2)]
    client.post("/account/sessions/end-others")
    assert [one.get("/account").status_code for one in others] == [303, 303]
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(office, client):
    driss = somebody(office, "driss", Role.ADMINISTRATOR)
    other = visitor(office, account=driss)
    theirs = rows(office, SignedIn)[-1].id
    client.post(f"/account/sessions/{theirs}/end")
    assert other.get("/account").status_code == 200


def test_who_has_no_password_chooses_one_only_after_signing_in(office, clock):
    account = somebody(office, "driss", password_hash="")
    client = visitor(office, account=account)
    assert 'name="current"' not in client.get("/account").text
    clock.move_to(clock.now() + timedelta(minutes=16))
    assert change(client, current="").status_code == 401
    clock.move_to(clock.now() - timedelta(minutes=16))
    assert change(client, current="").status_code == 303
    assert sign_in(visitor(office), name="driss", password=OTHER).status_code == 303


def test_an_office_that_requires_a_second_factor_asks_for_it_first(tmp_path, clock):
    with an_office_of_people(
        tmp_path, clock, web={"second_factor": "required"}
    ) as office:
        client = visitor(office, account=somebody(office))
        amal = somebody(office, "amal", Role.WRITER)
        asked = client.get("/releases")
        assert asked.headers["location"] == "/account/second-factor"
        assert (
            "everybody who approves or sends"
            in client.get("/account/second-factor").text
        )
        enrol(client, clock)
        assert client.get("/releases").status_code == 200
        # A writer neither approves nor sends.
        writer = visitor(office, account=amal)
        assert writer.get("/releases").status_code == 200


def test_passkeys_are_offered_only_where_a_browser_takes_them(office, samira, client):
    assert "Passkeys need the office" in client.get("/account").text
    refused = client.post("/account/passkeys/wish")
    assert refused.status_code == 400
    at_home = visitor(office, base="http://localhost:8321", account=samira)
    wish = at_home.post("/account/passkeys/wish").json()
    assert wish["options"]["rp"] == {"name": "Ministère", "id": "localhost"}
    assert wish["options"]["authenticatorSelection"]["userVerification"] == "required"
    assert len(rows(office, OneTime)) == 1


def test_a_passkey_that_was_not_asked_for_is_refused(office, samira):
    client = visitor(office, base="http://localhost:8321", account=samira)
    for step in ("", "made-up"):
        refused = client.post(
            "/account/passkeys",
            data={"step": step, "credential": "{}", "name": "Téléphone"},
        )
        assert refused.status_code == 400
        assert "was not asked for" in refused.text
    wish = client.post("/account/passkeys/wish").json()
    refused = client.post(
        "/account/passkeys",
        data={"step": wish["step"], "credential": "{}", "name": "Téléphone"},
    )
    assert "cannot be used here" in refused.text
    assert rows(office, OneTime) == []
