"""Whatever a file holds, what is imported is what was shown."""

import pytest
from engines import address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.db import open_database
from core.models import Account
from distributor.contacts import suppression
from distributor.contacts.importing import waiting
from distributor.contacts.importing.reading import read_content
from distributor.models import Contact, ContactChange

ADDRESSES = st.sampled_from(
    [
        *(
            "a@press.test",
            "A@Press.test",
            "b@press.test",
            "c@press.test",
            "d@press.test",
        ),
        *("out@press.test", "broken", "", "a@@b", "x y@press.test"),
    ]
)
NAMES = st.sampled_from(["", "Nadia", "nadia", "Omar", "=1+1", "هند", "x" * 250])
OUTLETS = st.sampled_from(["", "Atlas", "ATLAS", "Le Matin"])
LANGUAGES = st.sampled_from(["", "fr", "ar,fr", "klingon"])
CONSENTS = st.sampled_from(["", "oui", "non", "perhaps"])
LINES = st.lists(st.tuples(ADDRESSES, NAMES, OUTLETS, LANGUAGES, CONSENTS), max_size=12)


def a_file(lines):
    table = ["email;nom;média;langues;consentement;provenance"]
    table += [";".join((*one, "salon")) for one in lines]
    return "\n".join(table).encode()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """One for all examples, each of which is rolled back."""
    opened = open_database(address(tmp_path_factory.mktemp("waiting")))
    yield opened
    opened.close()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(known=LINES, lines=LINES, keep_both=st.booleans())
def test_the_numbers_shown_are_the_numbers_written(
    office, clock, known, lines, keep_both
):
    now = clock.now()
    with office.write() as session:
        _import(session, a_file(known), keep_both=True, now=now)
        suppression.suppress(session, "out@press.test", reason="opposed", now=now)
        before = _counts(session)
        shown, told = _import(session, a_file(lines), keep_both=keep_both, now=now)
        after = _counts(session)
        is_out = suppression.suppressed(session, ["out@press.test"])
        session.rollback()
    promised = shown.keeping_both if keep_both else shown.numbers
    assert told.numbers == promised
    written = promised.new + promised.changed + promised.same + promised.left_over
    assert written == sum(shown.counts.values()) == len(shown.lines)
    assert after[0] - before[0] == promised.new
    assert after[1] - before[1] == promised.new + promised.changed
    assert told.has_left_over == bool(promised.left_over)
    assert is_out


def _counts(session):
    """How many contacts there are, and how many changes of contacts were noted."""
    return [
        session.scalar(select(func.count()).select_from(table))
        for table in (Contact, ContactChange)
    ]


def _import(session, content, *, keep_both, now):
    account = session.query(Account).first() or Account(
        name="w", role="writer", password_hash="", created_at=now
    )
    session.add(account)
    session.flush()
    file_id = waiting.give(
        session,
        content=content,
        file_name="a.csv",
        list_name="presse",
        provenance="",
        account_id=account.id,
        now=now,
    )
    kept = waiting.of(session, file_id, account_id=account.id, now=now)
    read = read_content(content, "a.csv", kept.choices, provenance="", on="")
    shown = waiting.examine(session, kept, read)
    waiting.commit(
        session,
        kept,
        read,
        seal=shown.seal,
        keep_both=keep_both,
        tell=str,
        account_id=account.id,
        now=now,
    )
    session.expire_all()
    return shown, waiting.of(session, file_id, account_id=account.id, now=now)
