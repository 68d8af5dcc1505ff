"""Signing in and out on screen, with what was typed meanwhile."""

import html
import json
from datetime import timedelta

import pytest
from people_makers import (
    SENTENCE,
    an_office_of_people,
    hidden,
    rows,
    sign_in,
    somebody,
    visitor,
    with_factor,
)

from core.accounts import passwords
from core.accounts.models import SignedIn
from core.models import Account
from monitor.goals import PLACES

MESSAGES = ["un", "", "trois", *[""] * (3 * len(PLACES) - 3)]


@pytest.fixture
def office(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as opened:
        somebody(opened)
        yield opened


@pytest.fixture
def client(office):
    return visitor(office)


def test_who_signs_in_comes_to_the_page_they_asked_for(client):
    asked = client.get("/releases?q=a&page=2")
    assert asked.headers["location"] == "/login?next=/releases%3Fq%3Da%26page%3D2"
    page = client.get(asked.headers["location"])
    assert hidden(page, "next") == "/releases?q=a&amp;page=2"
    entered = sign_in(client, next="/releases?q=a&page=2")
    assert (entered.status_code, entered.headers["location"]) == (
        303,
        "/releases?q=a&page=2",
    )
    assert client.get("/releases").status_code == 200


def test_a_wrong_password_keeps_the_name_and_says_so(client):
    refused = sign_in(client, password="wrong")
    assert refused.status_code == 401
    assert 'value="samira"' in refused.text
    assert "set-cookie" not in refused.headers


def test_a_name_is_found_despite_spaces_around_it(client):
    assert sign_in(client, name=" samira ").status_code == 303


def test_the_second_factor_is_asked_for_and_its_code_works_once(office, client, clock):
    totp, _ = with_factor(office)
    clock.move_to(clock.now() + timedelta(minutes=1))
    code = totp.at(clock.now())
    asked = sign_in(client, next="/sources")
    assert asked.status_code == 200
    assert rows(office, SignedIn) == []
    step = hidden(asked, "step")
    entered = client.post(
        "/login/code", data={"step": step, "code": code, "next": "/sources"}
    )
    assert (entered.status_code, entered.headers["location"]) == (303, "/sources")
    assert client.get("/releases").status_code == 200
    # Neither the step nor the code opens once more.
    other = visitor(office)
    again = other.post("/login/code", data={"step": step, "code": code})
    assert again.status_code == 401
    replayed = hidden(sign_in(other), "step")
    refused = other.post("/login/code", data={"step": replayed, "code": code})
    assert refused.status_code == 401
    assert "was used already" in refused.text


def test_a_recovery_code_opens_in_place_of_a_code_once(office, client):
    _, codes = with_factor(office)
    step = hidden(sign_in(client), "step")
    typed = codes[3].upper().replace("-", " ")
    entered = client.post("/login/code", data={"step": step, "code": typed})
    assert entered.status_code == 303
    step = hidden(sign_in(client), "step")
    refused = client.post("/login/code", data={"step": step, "code": typed})
    assert refused.status_code == 401


def test_a_step_that_is_too_old_begins_again(office, client, clock):
    totp, _ = with_factor(office)
    step = hidden(sign_in(client), "step")
    clock.move_to(clock.now() + timedelta(minutes=11))
    late = client.post("/login/code", data={"step": step, "code": totp.at(clock.now())})
    assert late.status_code == 401
    assert 'name="password"' in late.text


def test_a_password_is_hashed_anew_when_we_hash_otherwise(office, client):
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with office.database.write() as session:
        session.query(Account).one().password_hash = weak.hash(SENTENCE)
    assert sign_in(client).status_code == 303
    [account] = rows(office, Account)
    assert not passwords.is_outdated(account.password_hash)
    assert client.get("/releases").status_code == 200
    assert sign_in(client).status_code == 303


def test_what_was_typed_when_the_session_had_ended_is_sent_after_signing_in(
    office, client
):
    asked = client.post(
        "/releases/7/goal",
        data={"objective": "<b>dix</b> villes", "message": MESSAGES},
    )
    assert asked.status_code == 401
    assert "what you typed is sent again" in asked.text
    assert "<b>dix" not in asked.text
    kept = html.unescape(hidden(asked, "kept"))
    assert json.loads(kept) == {
        "path": "/releases/7/goal",
        "fields": [
            ["objective", "<b>dix</b> villes"],
            *(["message", said] for said in MESSAGES),
        ],
        "files": [],
    }
    back = sign_in(client, kept=kept)
    assert back.status_code == 200
    assert '<form method="post" action="/releases/7/goal" data-send-now>' in back.text
    assert hidden(back, "objective") == "&lt;b&gt;dix&lt;/b&gt; villes"
    assert back.text.count('name="message"') == len(MESSAGES)
    # Signed in by then: the form is sent as if nothing had happened.
    assert client.get("/releases").status_code == 200


def test_what_was_typed_outlasts_a_wrong_password_and_the_second_factor(
    office, client, clock
):
    totp, _ = with_factor(office)
    clock.move_to(clock.now() + timedelta(minutes=1))
    asked = client.post("/sources", data={"url": "https://a.test/"})
    kept = html.unescape(hidden(asked, "kept"))
    wrong = sign_in(client, password="wrong", kept=kept)
    assert html.unescape(hidden(wrong, "kept")) == kept
    code_page = sign_in(client, kept=kept)
    assert html.unescape(hidden(code_page, "kept")) == kept
    back = client.post(
        "/login/code",
        data={
            "step": hidden(code_page, "step"),
            "code": totp.at(clock.now()),
            "kept": kept,
        },
    )
    assert hidden(back, "url") == "https://a.test/"


def test_a_file_must_be_chosen_again_and_the_page_says_which(client):
    asked = client.post(
        "/sources",
        data={"url": "https://a.test/"},
        files={"list": ("outlets.toml", b"x", "text/plain")},
    )
    kept = html.unescape(hidden(asked, "kept"))
    assert json.loads(kept)["files"] == ["list"]
    back = sign_in(client, kept=kept)
    assert '<input type="file" name="list">' in back.text
    assert "data-send-now" not in back.text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/password", {"current": "a", "password": "b"}),
        ("/account/second-factor/confirm", {"code": "123456"}),
    ],
)
def test_a_password_or_a_code_is_never_kept_in_a_page(client, path, data):
    asked = client.post(path, data=data)
    assert asked.status_code == 401
    assert 'name="kept"' not in asked.text
    assert "123456" not in asked.text


def test_a_form_too_large_for_a_page_is_not_kept(client):
    asked = client.post("/review-plan", data={"order": "x" * 1_000_001})
    assert asked.status_code == 401
    assert 'name="kept"' not in asked.text
    assert len(asked.content) < 20_000


@pytest.mark.parametrize(
    "path", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:x"]
)
def test_what_was_kept_is_sent_to_nobody_else(client, path):
    kept = json.dumps({"path": path, "fields": [["a", "b"]], "files": []})
    answer = sign_in(client, kept=kept)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_program_without_a_session_gets_a_plain_answer(client):
    answer = client.post(
        "/account/passkeys/wish", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401
    assert answer.text == "Sign in first."


def test_the_passkey_button_waits_for_its_script(client):
    page = client.get("/login")
    assert 'data-passkey="/login/passkey/wish" hidden' in page.text
    assert "/login/directory" not in page.text


def test_leaving_clears_what_the_browser_kept(client):
    answer = client.post("/logout", follow_redirects=False)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_the_language_that_was_chosen_is_for_no_script(client):
    answer = client.get("/language/ar", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
