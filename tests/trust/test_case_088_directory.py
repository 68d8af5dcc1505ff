"""Signing in by the organisation's directory: only what it truly says, only to this browser."""

import dataclasses
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import structlog
from directory_double import CLIENT, ISSUER, SECRET, DirectoryDouble
from joserfc import jwk
from people_makers import (
    an_office_of_people,
    rows,
    sign_in,
    somebody,
    visitor,
)

from core.accounts.models import DirectoryName, SignedIn
from core.errors import TimedOut
from core.models import Account
from core.values import Role

OUTSIDE = "https://presse.ministere.test"
OIDC = {
    "issuer": ISSUER,
    "client_id": CLIENT,
    "client_secret": SECRET,
    "name": "Ministère",
    "roles": {"presse-chef": "validator", "presse": "writer"},
    "create_as": "reader",
}


@pytest.fixture
def directory(clock):
    return DirectoryDouble(clock)


@pytest.fixture
def opening(tmp_path, clock, directory):
    """Opens the office with other settings of its directory."""
    opened = []

    def opening(**changes):
        web = {"public_url": OUTSIDE, "oidc": OIDC | changes}
        context = an_office_of_people(tmp_path, clock, web=web)
        opened.append(context)
        return dataclasses.replace(context.__enter__(), web=directory.web)

    yield opening
    for context in opened:
        context.__exit__(None, None, None)


def begin(client, **asked):
    return client.get("/login/directory", params=asked)


def enter(client, directory, **asked):
    """There and back again."""
    there = begin(client, **asked)
    back = directory.agree(there.headers["location"])
    return client.get("/login/directory/back", params=back)


def is_in(client):
    return client.get("/account").status_code == 200


def test_who_signs_in_there_is_signed_in_here_under_a_new_session(opening, directory):
    office = opening()
    client = visitor(office, OUTSIDE)
    assert "Sign in with Ministère" in client.get("/login?next=/sources").text
    entered = enter(client, directory, next="/sources")
    assert (entered.status_code, entered.headers["location"]) == (303, "/sources")
    assert is_in(client)
    [account], [name] = rows(office, Account), rows(office, DirectoryName)
    assert (account.name, account.role) == ("Driss Alami", Role.READER)
    assert (name.issuer, name.subject) == (ISSUER, "u-42")
    assert rows(office, SignedIn)[0].how == "directory"
    # The same person, whatever they are called there by now.
    directory.claims["name"] = "Driss Alami-Bennani"
    assert enter(visitor(office, OUTSIDE), directory).status_code == 303
    assert len(rows(office, Account)) == 1


def test_the_way_back_is_ours_whatever_the_request_says_of_its_host(opening, directory):
    client = visitor(opening(), OUTSIDE)
    there = client.get("/login/directory", headers={"Host": "evil.test"})
    query = urlsplit(there.headers["location"]).query
    assert "redirect_uri=https%3A%2F%2Fpresse.ministere.test%2Flogin%2F" in query


def test_a_code_that_another_browser_fetched_is_refused(opening, directory):
    office = opening()
    attacker, victim = (visitor(office, OUTSIDE) for _ in range(2))
    back = directory.agree(begin(attacker).headers["location"])
    begin(victim)
    for browser in (victim, visitor(office, OUTSIDE)):
        refused = browser.get("/login/directory/back", params=back)
        assert refused.status_code == 401
        assert "not begun in this browser" in refused.text
        assert not is_in(browser)


def test_an_answer_works_once_and_not_after_ten_minutes(opening, directory, clock):
    office = opening()
    client = visitor(office, OUTSIDE)
    back = directory.agree(begin(client).headers["location"])
    assert client.get("/login/directory/back", params=back).status_code == 303
    assert client.get("/login/directory/back", params=back).status_code == 401
    late = visitor(office, OUTSIDE)
    back = directory.agree(begin(late).headers["location"])
    clock.move_to(clock.now() + timedelta(minutes=10))
    assert late.get("/login/directory/back", params=back).status_code == 401


LIES = {
    "another issuer": {"iss": "https://sso.evil.test"},
    "another audience": {"aud": "another-office"},
    "for another of several": {"aud": [CLIENT, "other"], "azp": "other"},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "ended": {"exp": 1_500_000_000},
    "no end": {"exp": None},
    "not yet": {"nbf": 4_000_000_000},
    "nobody": {"sub": None},
    "no text for a subject": {"sub": 7},
    "an endless subject": {"sub": "x" * 256},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_signs_nobody_in(opening, directory, lie):
    office = opening()
    directory.claims |= LIES[lie]
    client = visitor(office, OUTSIDE)
    refused = enter(client, directory)
    assert refused.status_code == 401
    assert "did not say who you are" in refused.text
    assert not is_in(client)
    assert rows(office, Account) == []


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_is_signed_by_nobody_or_by_our_own_secret_is_refused(
    opening, directory, algorithm
):
    office = opening()
    directory.algorithm = algorithm
    directory.signs_with = jwk.OctKey.import_key(SECRET.encode() * 2)
    client = visitor(office, OUTSIDE)
    assert enter(client, directory).status_code == 401
    assert rows(office, Account) == []


def test_a_token_of_a_strangers_key_is_refused(opening, directory):
    office = opening()
    directory.signs_with = jwk.ECKey.generate_key(
        "P-256", parameters={"kid": "key-1"}, private=True
    )
    assert enter(visitor(office, OUTSIDE), directory).status_code == 401
    assert rows(office, Account) == []


def test_a_new_key_of_the_directory_is_looked_for(opening, directory, clock):
    office = opening()
    enter(visitor(office, OUTSIDE), directory)
    directory.rotate()
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert enter(visitor(office, OUTSIDE), directory).status_code == 303
    # Whoever sends strange tokens does not make us ask for keys each time.
    asked = directory.web.urls.count(f"{ISSUER}/keys")
    directory.claims["iss"] = "https://sso.evil.test"
    for _ in range(5):
        enter(visitor(office, OUTSIDE), directory)
    assert directory.web.urls.count(f"{ISSUER}/keys") == asked


def test_the_description_of_another_directory_is_refused(opening, directory):
    directory.issuer = "https://sso.evil.test"
    refused = begin(visitor(opening(), OUTSIDE))
    assert refused.status_code == 503
    assert "does not answer as it should" in refused.text


def test_a_directory_that_takes_its_secret_in_the_form_gets_it_there(
    opening, directory
):
    directory.methods = ["client_secret_post"]
    assert enter(visitor(opening(), OUTSIDE), directory).status_code == 303


def test_while_the_directory_is_down_a_password_opens_and_that_is_logged(
    opening, directory
):
    office = opening()
    somebody(office, role=Role.ADMINISTRATOR)
    directory.web.answers[f"{ISSUER}/.well-known/openid-configuration"] = TimedOut(
        "No answer.", to=ISSUER
    )
    client = visitor(office, OUTSIDE)
    refused = begin(client)
    assert refused.status_code == 503
    assert "Sign in with a password of this office" in refused.text
    with structlog.testing.capture_logs() as logged:
        assert sign_in(client).status_code == 303
    warned = [one["event"] for one in logged if one["log_level"] == "warning"]
    assert warned == ["account.local-password-used"]


def test_a_directory_in_a_private_network_is_asked_only_when_let_through(
    tmp_path, clock
):
    oidc = OIDC | {"issuer": "http://169.254.169.254"}
    with an_office_of_people(
        tmp_path, clock, web={"public_url": OUTSIDE, "oidc": oidc}
    ) as office:
        refused = begin(visitor(office, OUTSIDE))
        assert refused.status_code == 503
        assert "does not answer as it should" in refused.text


def test_a_claim_gives_a_role_at_each_sign_in(opening, directory):
    office = opening(create_as="")
    client = visitor(office, OUTSIDE)
    directory.claims["roles"] = ["autre", "presse"]
    assert enter(client, directory).status_code == 303
    assert rows(office, Account)[0].role == Role.WRITER
    directory.claims["roles"] = "presse-chef"
    assert enter(visitor(office, OUTSIDE), directory).status_code == 303
    assert rows(office, Account)[0].role == Role.VALIDATOR
    # With another role the earlier session ended.
    assert not is_in(client)


def test_whom_nothing_gives_a_role_is_refused(opening, directory):
    office = opening(create_as="")
    refused = enter(visitor(office, OUTSIDE), directory)
    assert refused.status_code == 401
    assert "You have no account in this office." in refused.text
    assert rows(office, Account) == []


def test_a_disabled_account_stays_closed(opening, directory, clock):
    office = opening()
    enter(visitor(office, OUTSIDE), directory)
    with office.database.write() as session:
        session.query(Account).one().disabled_at = clock.now()
    client = visitor(office, OUTSIDE)
    assert enter(client, directory).status_code == 401
    assert not is_in(client)


def test_nobody_gets_an_account_by_bearing_its_name(opening, directory):
    office = opening()
    samira = somebody(office, role=Role.ADMINISTRATOR)
    directory.claims["name"] = "samira"
    client = visitor(office, OUTSIDE)
    refused = enter(client, directory)
    assert refused.status_code == 401
    assert "already an account of this name" in refused.text
    assert rows(office, DirectoryName) == []
    # Who proves both is linked.
    client = visitor(office, OUTSIDE)
    sign_in(client)
    assert enter(client, directory, link="yes").headers["location"] == (
        "/account?done=linked"
    )
    other = visitor(office, OUTSIDE)
    assert enter(other, directory).status_code == 303
    assert [one.account_id for one in rows(office, DirectoryName)] == [samira.id]
    assert len(rows(office, Account)) == 1


def test_an_office_without_a_directory_has_no_such_page(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as office:
        assert begin(visitor(office)).status_code == 404
