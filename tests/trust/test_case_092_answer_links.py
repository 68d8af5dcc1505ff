"""Case 92: an answer's link ends after its event, and is nobody's but its contact's."""

from datetime import timedelta

import pytest
from sending_ground import NOON, a_dispatch
from sqlalchemy import select, update

from core.errors import Conflict, NotFound
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
