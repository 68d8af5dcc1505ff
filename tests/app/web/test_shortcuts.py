"""A person's own keys: read, refused, kept and switched off."""

import json

import pytest
from screen_makers import an_office, fill, signed_in

from app.web import shortcuts
from app.web.shortcuts import USUAL
from core.errors import BadInput
from core.models import Account
from core.values import Role

AS_USUAL = {name: " ".join(keys) for name, keys in USUAL.items()}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill(opened)
        yield opened


def keep(office, *, is_on=True, **changes):
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="watcher").one()
        shortcuts.keep(session, account, is_on=is_on, typed=AS_USUAL | changes)
        return shortcuts.of_account(session, account)


def test_usual_keys_hold_until_somebody_says_otherwise(office):
    kept = keep(office)
    assert kept.keys == USUAL
    by_key = json.loads(kept.as_data)
    assert (by_key["a"], by_key["Shift+a"]) == ("accept", "accept-group")


def test_keys_are_changed_taken_away_and_written_in_one_way(office):
    kept = keep(office, accept="q ض", front="", help="!", **{"accept-group": "Q"})
    assert kept.keys["accept"] == ("q", "ض")
    assert kept.keys["accept-group"] == ("Shift+q",)
    assert (kept.keys["front"], kept.first("front")) == ((), "")
    assert kept.first("help") == "!"


def test_keys_that_are_off_are_kept_and_none_works(office):
    off = keep(office, is_on=False, accept="q")
    assert (off.as_data, off.first("accept")) == ("{}", "")
    assert keep(office, accept="q").first("accept") == "q"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reject": "j"}, "reject"),
        ({"reject": "J", "copy": "Shift+j"}, "copy"),
        ({"tone": "1"}, "tone"),
        ({"tone": "Shift+?"}, "tone"),
        ({"tone": "ctrl"}, "tone"),
        ({"tone": "a b c d"}, "tone"),
    ],
)
def test_what_cannot_be_a_key_is_refused_at_its_action(office, changes, field):
    with pytest.raises(BadInput) as refused:
        keep(office, **changes)
    assert refused.value.to == field
    with office.database.read() as session:
        account = session.query(Account).filter_by(name="watcher").one()
        assert shortcuts.of_account(session, account).keys == USUAL


def test_the_page_keeps_what_was_typed_and_goes_back_to_the_usual(office):
    reader = signed_in(office, Role.READER)
    typed = [*AS_USUAL.values()]
    typed[2] = "j"
    wrong = reader.post("/account/keys", data={"key": typed, "is_on": "true"})
    assert wrong.status_code == 400
    assert 'id="accept-wrong"' in wrong.text
    assert 'name="key" value="j"' in wrong.text
    typed[2] = "q"
    assert reader.post("/account/keys", data={"key": typed}).status_code == 303
    page = reader.get("/account/keys").text
    assert 'name="key" value="q"' in page
    assert "checked" not in page
    reader.post("/account/keys", data={"key": typed, "reset": "true"})
    page = reader.get("/account/keys").text
    assert 'name="key" value="a y"' in page
    assert "checked" in page
