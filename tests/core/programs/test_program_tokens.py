from datetime import timedelta

import pytest

from core.accounts import Right
from core.errors import BadInput, NotFound
from core.models import Account
from core.programs import tokens


@pytest.fixture
def session(database, clock):
    with database.write() as opened:
        opened.add_all(
            Account(name=name, role="writer", password_hash="", created_at=clock.now())
            for name in ("Aïcha", "Badr")
        )
        opened.flush()
        yield opened


def person(session, name="Aïcha"):
    return session.query(Account).filter_by(name=name).one()


def made(session, clock, ids, **changes):
    given = {"name": "calendar", "scopes": [Right.READ], "days": 90} | changes
    return tokens.make(session, person(session), ids=ids, now=clock.now(), **given)


def test_a_token_is_known_by_its_hash_alone(session, clock, ids):
    row, said = made(session, clock, ids, scopes=[Right.WRITE, Right.READ])
    assert said.startswith("parution_")
    assert said not in (row.token_hash, row.name)
    assert row.scopes == ["read", "write"]
    assert tokens.by_token(session, said, now=clock.now()) is row
    assert tokens.by_token(session, said + "x", now=clock.now()) is None
    assert tokens.by_token(session, "\ud800", now=clock.now()) is None


def test_a_token_ends_on_its_last_day(session, clock, ids):
    _, said = made(session, clock, ids, days=1)
    clock.wait(timedelta(hours=23))
    assert tokens.by_token(session, said, now=clock.now())
    clock.wait(timedelta(hours=1))
    assert tokens.by_token(session, said, now=clock.now()) is None


def test_a_token_without_days_has_no_last_day(session, clock, ids):
    _, said = made(session, clock, ids, days=None)
    clock.wait(timedelta(days=4_000))
    assert tokens.by_token(session, said, now=clock.now())


def test_a_token_that_was_ended_opens_nothing(session, clock, ids):
    row, said = made(session, clock, ids)
    ended = tokens.end(
        session, row.id, account_id=person(session).id, now=clock.now()
    ).ended_at
    clock.wait(timedelta(hours=1))
    again = tokens.end(
        session, row.id, account_id=person(session).id, now=clock.now()
    ).ended_at
    assert (ended, tokens.by_token(session, said, now=clock.now())) == (again, None)


def test_nobody_ends_the_token_of_somebody_else(session, clock, ids):
    row, _ = made(session, clock, ids)
    with pytest.raises(NotFound):
        tokens.end(
            session, row.id, account_id=person(session, "Badr").id, now=clock.now()
        )


def test_the_tokens_of_who_may_not_sign_in_open_nothing(session, clock, ids):
    _, said = made(session, clock, ids)
    person(session).disabled_at = clock.now()
    session.flush()
    assert tokens.by_token(session, said, now=clock.now()) is None


def test_all_tokens_of_a_person_end_at_once(session, clock, ids):
    said = [made(session, clock, ids, name=name)[1] for name in "ab"]
    assert tokens.end_all(session, person(session).id, now=clock.now()) == 2
    session.expire_all()
    assert not any(tokens.by_token(session, one, now=clock.now()) for one in said)


def test_the_last_use_is_kept_to_a_few_minutes(session, clock, ids):
    row, _ = made(session, clock, ids)
    assert not tokens.is_use_told(row, now=clock.now())
    tokens.tell_use(session, row.id, now=clock.now())
    session.refresh(row)
    clock.wait(timedelta(minutes=4))
    assert tokens.is_use_told(row, now=clock.now())
    clock.wait(timedelta(minutes=1))
    assert not tokens.is_use_told(row, now=clock.now())


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 61}),
        ("name", {"name": "a\u202eb"}),
        ("scopes", {"scopes": []}),
        ("days", {"days": 0}),
        ("days", {"days": 3_651}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(session, clock, ids, field, change):
    with pytest.raises(BadInput) as refused:
        made(session, clock, ids, **change)
    assert refused.value.to == field
    assert refused.value.mend


def test_a_name_is_free_again_when_its_token_ended(session, clock, ids):
    row, _ = made(session, clock, ids)
    with pytest.raises(BadInput, match="of this name"):
        made(session, clock, ids)
    tokens.end(session, row.id, account_id=person(session).id, now=clock.now())
    made(session, clock, ids)
    assert [one.ended_at is None for one in tokens.listed(session, 1)] == [True, False]


def test_a_person_has_fifty_tokens_at_most(session, clock, ids):
    for place in range(50):
        made(session, clock, ids, name=f"program {place}")
    with pytest.raises(BadInput, match="50"):
        made(session, clock, ids, name="one more")
