"""Whatever a file holds, what is imported is what was shown."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.tables import metadata
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
COUNT = itertools.count()


def a_file(lines):
    table = ["email;nom;média;langues;consentement;provenance"]
    table += [";".join((*one, "salon")) for one in lines]
    return "\n".join(table).encode()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(known=LINES, lines=LINES, keep_both=st.booleans())
def test_the_numbers_shown_are_the_numbers_written(
    tmp_path_factory, clock, known, lines, keep_both
):
    opened = _office(tmp_path_factory)
    now = clock.now()
    _import(opened, a_file(known), keep_both=True, now=now)
    with opened.write() as session:
        suppression.suppress(session, "out@press.test", reason="opposed", now=now)
        before = session.scalar(select(func.count()).select_from(Contact))
        changes = session.scalar(select(func.count()).select_from(ContactChange))
    shown, told = _import(opened, a_file(lines), keep_both=keep_both, now=now)
    promised = shown.keeping_both if keep_both else shown.numbers
    assert told.numbers == promised
    assert sum(shown.counts.values()) == len(shown.lines)
    written = promised.new + promised.changed + promised.same + promised.left_over
    assert written == len(shown.lines)
    with opened.read() as session:
        after = session.scalar(select(func.count()).select_from(Contact))
        more = session.scalar(select(func.count()).select_from(ContactChange))
        assert after - before == promised.new
        assert more - changes == promised.new + promised.changed
        assert suppression.suppressed(session, ["out@press.test"])
    assert told.has_left_over == bool(promised.left_over)
    opened.close()


def _office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("waiting")
    opened = open_database(f"sqlite:///{folder}/{next(COUNT)}.db")
    metadata.create_all(opened.engine)
    return opened


def _import(opened, content, *, keep_both, now):
    with opened.write() as session:
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
        told = waiting.of(session, file_id, account_id=account.id, now=now)
    return shown, told
