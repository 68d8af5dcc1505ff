"""Case 92: an answer's link ends after its event, and is nobody's but its contact's.

So it is with what comes with a contact: crews, vehicles and equipment.
"""

from datetime import timedelta

import pytest
from sending_ground import NOON, a_dispatch
from sqlalchemy import select, update

from core.errors import BadInput, Conflict, NotFound
from core.keys import Links, Purpose
from core.models import Release
from distributor.after import answers
from distributor.models import Answer, Delivery

LINKS = Links(["key"])


@pytest.fixture
def links(database, ids):
    a_dispatch(database, count=2, ids=ids)
    with database.write() as session:
        session.execute(update(Release).values(kind="invitation", event_at=NOON))
        return [
            LINKS.sign(Purpose.ANSWER, token)
            for token in session.scalars(select(Delivery.token).order_by(Delivery.id))
        ]


def opened(database, signed, now=NOON):
    with database.read() as session:
        return answers.invitation(session, signed, links=LINKS, now=now)


def test_a_link_ends_a_day_after_its_event(database, links):
    assert opened(database, links[0], NOON + timedelta(days=1)).answer == ""
    with pytest.raises(Conflict):
        opened(database, links[0], NOON + timedelta(days=1, seconds=1))


def test_a_link_shows_its_own_contacts_answer_alone(database, links):
    mine, other = links
    invited = opened(database, mine)
    for _ in range(2):
        with database.write() as session:
            answers.record(
                session,
                release_id=invited.release_id,
                contact_id=invited.contact_id,
                answer="coming",
                said_by=answers.BY_LINK,
                now=NOON,
            )
    assert opened(database, mine).answer == "coming"
    assert opened(database, other).answer == ""
    with database.read() as session:
        assert len(session.scalars(select(Answer)).all()) == 1


def test_a_guessed_or_borrowed_link_is_no_link(database, links):
    token = links[0][:-16]
    for guess in (
        token,
        LINKS.sign(Purpose.PREFERENCES, token),
        token + links[1][-16:],
    ):
        with pytest.raises(NotFound):
            opened(database, guess)


def said(database, signed, now=NOON - timedelta(hours=1), answer="coming", **told):
    with database.write() as session:
        answers.say(
            session,
            signed,
            answers.Said(answer),
            answers.details(**told),
            links=LINKS,
            now=now,
        )


def kept(database):
    with database.read() as session:
        return session.scalars(select(Answer).order_by(Answer.contact_id)).all()


def test_a_link_writes_its_own_contacts_crew_alone_and_shows_no_name_again(
    database, links
):
    mine, other = links
    said(database, mine, crew="Omar\nSara", plate="12345-A-6", equipment="drone")
    (row,) = kept(database)
    assert row.crew == ["Omar", "Sara"]
    told = opened(database, mine)
    assert (told.crew_size, told.names, told.has_plate) == (2, 2, True)
    assert not {"Omar", "12345-A-6", "drone"} & set(map(str, vars_of(told)))
    assert opened(database, other).crew_size == 0
    # The mail was passed on: empty fields do not wipe what its owner said.
    said(database, mine)
    assert kept(database)[0].plate == "12345-A-6"
    said(database, mine, answer="declined")
    (row,) = kept(database)
    assert (row.crew, row.plate, row.equipment, row.crew_size) == (None, None, None, 0)


def vars_of(told):
    return [getattr(told, name) for name in told.__slots__]


@pytest.mark.parametrize(
    "told",
    [
        {"crew": "\n".join(f"Person {place}" for place in range(16))},
        {"crew": "x" * 81},
        {"crew_size": "16"},
        {"crew_size": "-1"},
        {"crew_size": "many"},
        {"plate": "1" * 21},
        {"equipment": "drone " * 100},
    ],
)
def test_what_is_too_long_is_refused_whole(database, links, told):
    with pytest.raises(BadInput):
        said(database, links[0], **told)
    assert kept(database) == []


def test_no_sign_of_theirs_turns_or_breaks_a_line_at_the_door(database, links):
    said(database, links[0], crew="Omar\u202e\x00 Radi", plate="12\r\n34")
    (row,) = kept(database)
    assert (row.crew, row.plate) == (["Omar Radi"], "12 34")


def test_once_the_event_has_begun_nobody_adds_a_crew_but_an_answer_still_counts(
    database, links
):
    with pytest.raises(Conflict, match="begun"):
        said(database, links[0], now=NOON, crew="Omar")
    assert kept(database) == []
    said(database, links[0], now=NOON)
    assert [row.answer for row in kept(database)] == ["coming"]
    with pytest.raises(Conflict, match="over"):
        said(database, links[0], now=NOON + timedelta(days=2))


def test_a_link_unsays_nobodys_presence(database, links):
    said(database, links[0])
    with database.write() as session:
        answers.record(
            session,
            release_id=1,
            contact_id=1,
            answer="present",
            said_by="salma",
            now=NOON,
        )
    said(database, links[0], now=NOON, answer="declined")
    (row,) = kept(database)
    assert (row.answer, row.said_by) == ("present", "salma")
    assert opened(database, links[0]).answer == "declined"
