"""The journal tells what was changed, by whom, in the same transaction; its chain shows any change to it."""

import threading

import pytest
from engines import drop_guards
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.audited import PLAN
from core.errors import Conflict
from core.journal import Journal, act_as, acting, note, verify
from core.journal.actor import COMMAND_LINE, JOB, PAGE
from core.journal.chain import Link
from core.journal.models import JournalLine
from core.models import Account, Release, Version
from core.values import Role
from distributor.models import Contact, MailingList, Membership, Suppression
from monitor.models import Watch


@pytest.fixture
def told(database, clock):
    """A database whose changes are told."""
    Journal(plan=PLAN, clock=clock, key="a key").listen(database)
    return database


@pytest.fixture
def told_on_each(each_database, clock):
    Journal(plan=PLAN, clock=clock, key="a key").listen(each_database)
    return each_database


def lines(database):
    with database.read() as session:
        return session.scalars(select(JournalLine).order_by(JournalLine.id)).all()


def a_release(clock, number="112/2026"):
    return Release(
        number=number,
        kind="communique",
        zone="Africa/Casablanca",
        created_at=clock.now(),
        versions=[Version(language="fr", title="Avis", body="x" * 900, file_name="a")],
    )


def a_contact(clock, place=1):
    return Contact(
        address=f"nadia{place}@press.test",
        address_key=f"nadia{place}@press.test",
        name="Nadia Alami",
        phone="+212600000000",
        languages=["fr"],
        beats=[],
        created_at=clock.now(),
        updated_at=clock.now(),
    )


def test_a_change_is_told_with_who_made_it_and_what_it_was_before(told, clock):
    with acting("salma", via=PAGE), told.write() as session:
        release = a_release(clock)
        session.add(release)
    with acting("karim", via=PAGE), told.write() as session:
        session.get_one(Release, 1).place = "Rabat"
    added, version, changed = lines(told)
    assert (added.by, added.what, added.about) == (
        "salma",
        "release.added",
        "release:1",
    )
    assert added.before == {}
    assert added.after["number"] == "112/2026"
    assert "press_phone" not in added.after
    assert (version.what, version.about) == ("version.added", "release:1")
    assert version.after["body"].startswith("xxx")
    assert version.after["body"].endswith(")")
    assert len(version.after["body"]) < 420
    assert (changed.by, changed.via, changed.at) == ("karim", "page", clock.now())
    assert (changed.before, changed.after) == ({"place": ""}, {"place": "Rabat"})


def test_what_is_rolled_back_was_never_told(told, clock):
    def change():
        with acting("salma", via=PAGE), told.write() as session:
            session.add(a_release(clock))
            session.flush()
            raise Conflict("No.")

    with pytest.raises(Conflict):
        change()
    assert lines(told) == []


def test_a_savepoint_that_is_rolled_back_takes_its_lines_along(told_on_each, clock):
    def change(session):
        with session.begin_nested():
            session.add(a_release(clock))
            session.flush()
            raise Conflict("No.")

    with acting("salma", via=PAGE), told_on_each.write() as session:
        session.add(MailingList(name="nationale"))
        with pytest.raises(Conflict):
            change(session)
        with session.begin_nested():
            session.add(MailingList(name="régionale"))
    assert [line.what for line in lines(told_on_each)] == ["mailing_list.added"] * 2
    assert verify(told_on_each).holds


def test_a_statement_is_told_like_an_object(told_on_each, clock):
    with acting("salma", via=PAGE), told_on_each.write() as session:
        session.add(Watch(name="ministère", query="a", created_at=clock.now()))
    with acting("karim", via=PAGE), told_on_each.write() as session:
        session.execute(
            update(Watch).where(Watch.name == "ministère").values(is_on=False)
        )
        session.execute(update(Watch).where(Watch.name == "autre").values(is_on=False))
    line = lines(told_on_each)[-1]
    assert (line.what, line.about, line.by) == ("watch.changed", "watch:1", "karim")
    assert (line.before, line.after) == ({"is_on": True}, {"is_on": False})


def test_a_row_that_is_gone_is_told_with_what_it_held(told, clock):
    with acting("salma", via=PAGE), told.write() as session:
        session.add(a_release(clock))
    with acting("salma", via=PAGE), told.write() as session:
        release = session.get_one(Release, 1)
        release.versions.clear()
    line = lines(told)[-1]
    assert (line.what, line.after) == ("version.removed", {})
    assert line.before["title"] == "Avis"


def test_people_are_told_of_by_fields_and_never_by_what_they_hold(told, clock):
    with acting("salma", via=PAGE), told.write() as session:
        session.add_all([a_contact(clock), a_contact(clock, 2)])
        session.add(
            Suppression(
                address_key="omar@press.test",
                address_hash="abc",
                reason="opposition",
                since=clock.now(),
            )
        )
    with acting("salma", via=PAGE), told.write() as session:
        session.get_one(Contact, 1).phone = "+212611111111"
        session.delete(session.get_one(Contact, 2))
    written = repr([(one.before, one.after) for one in lines(told)])
    for secret in ("nadia", "Nadia", "+2126", "omar", "press.test"):
        assert secret not in written
    changed = next(one for one in lines(told) if one.what == "contact.changed")
    assert list(changed.after) == ["phone"]
    assert changed.before["phone"] != changed.after["phone"]
    first, second = [one for one in lines(told) if one.what == "contact.added"]
    assert first.after["name"] == second.after["name"]
    assert first.after["name"].startswith("#")


def test_secrets_are_told_to_have_changed(told, clock):
    with acting("salma", via=PAGE), told.write() as session:
        session.add(
            Account(
                name="salma",
                role=Role.WRITER,
                password_hash="argon-secret",
                created_at=clock.now(),
            )
        )
    with acting("salma", via=PAGE), told.write() as session:
        account = session.get_one(Account, 1)
        account.password_hash, account.token_hash = "argon-other", "digest"
    added, changed = lines(told)
    assert added.after["password_hash"] == "changed"
    assert changed.after == {"password_hash": "changed", "token_hash": "changed"}
    assert changed.before == {"password_hash": "changed", "token_hash": None}


def test_many_rows_at_once_are_one_line_that_counts_them(told, clock):
    with acting("salma", via=PAGE), told.write() as session:
        session.add_all(a_contact(clock, place) for place in range(60))
        session.add(MailingList(name="nationale"))
        session.flush()
        rows = [{"mailing_list_id": 1, "contact_id": one} for one in range(1, 61)]
        session.execute(insert(Membership), rows[:40])
        session.execute(insert(Membership), rows[40:])
    with acting("salma", via=PAGE), told.write() as session:
        session.execute(update(Contact).values(outlet="Le Matin"))
    found = [(one.what, one.about, one.after.get("rows")) for one in lines(told)]
    assert found == [
        ("contact.added", "contact", 60),
        ("mailing_list.added", "mailing_list:1", None),
        ("membership.added", "membership", 60),
        ("contact.changed", "contact", 60),
    ]


def test_jobs_are_told_only_where_they_decide(told, clock):
    with acting("job:polls", via=JOB), told.write() as session:
        session.add(Watch(name="ministère", query="a", created_at=clock.now()))
    assert lines(told) == []


def test_a_note_is_written_with_its_transaction(told):
    with acting("visitor", via=PAGE), told.write() as session:
        act_as("salma")
        note(session, what="account.signed-in", about="account:3")
    (line,) = lines(told)
    assert (line.by, line.via, line.what) == ("salma", "page", "account.signed-in")


def test_whoever_is_named_in_one_thread_is_not_named_in_another(told):
    seen = []

    def other():
        with told.write() as session:
            note(session, what="a", about="b")
        seen.append(lines(told)[-1].by)

    with acting("salma", via=COMMAND_LINE):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == ["program"]


def test_writers_beside_each_other_make_one_chain(told_on_each):
    def write(name):
        for place in range(5):
            with acting(name, via=PAGE), told_on_each.write() as session:
                note(session, what="a", about=f"b:{place}")

    threads = [threading.Thread(target=write, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(told_on_each)
    assert verdict.holds
    assert verdict.lines == 20


@pytest.mark.parametrize(
    "act", ["UPDATE journal_line SET by = 'x'", "DELETE FROM journal_line"]
)
def test_the_database_itself_refuses_to_change_a_line(told_on_each, act):
    with told_on_each.write() as session:
        note(session, what="a", about="b")
    with (
        pytest.raises(DBAPIError, match="only written to"),
        told_on_each.engine.begin() as one,
    ):
        one.execute(text(act))
    assert verify(told_on_each).holds


def _without_guards(database, statement):
    """As somebody does who owns the file."""
    with database.engine.begin() as connection:
        drop_guards(connection)
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "at", "why"),
    [
        ("UPDATE journal_line SET by = 'nobody' WHERE id = 3", 3, "changed"),
        ("UPDATE journal_line SET after = '{\"a\": 9}' WHERE id = 3", 3, "changed"),
        ("DELETE FROM journal_line WHERE id = 3", 3, "missing"),
        ("DELETE FROM journal_line WHERE id = 1", 1, "missing"),
        ("UPDATE journal_line SET previous_hash = 'x' WHERE id = 4", 4, "not linked"),
        ("UPDATE journal_line SET id = 77 WHERE id = 5", 5, "missing"),
    ],
)
def test_whoever_changes_a_line_all_the_same_is_noticed(
    told_on_each, statement, at, why
):
    for place in range(5):
        with told_on_each.write() as session:
            note(session, what="a", about="b", after={"a": place})
    assert verify(told_on_each).holds
    _without_guards(told_on_each, statement)
    verdict = verify(told_on_each)
    assert (verdict.broken_at, verdict.why) == (at, why)


def test_the_chain_is_read_on_from_a_line_that_is_known_to_hold(told):
    for _ in range(3):
        with told.write() as session:
            note(session, what="a", about="b")
    second = lines(told)[1]
    verdict = verify(told, since=Link(id=2, hash=second.hash))
    assert (verdict.lines, verdict.last.id) == (1, 3)
    assert not verify(told, since=Link(id=2, hash="other")).holds
