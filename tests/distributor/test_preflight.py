from datetime import timedelta

import pytest
from sending_makers import NOON, RULES, ZONE, a_dispatch, settings

from core.i18n import words
from core.models import Release
from core.values import Language
from distributor.checks.base import Finding, Level
from distributor.models import Dispatch
from distributor.sending import preflight


@pytest.fixture
def planned(database, clock, ids):
    return a_dispatch(database, clock=clock, ids=ids, count=5)


def test_a_planned_dispatch_gives_back_its_draft(database, planned):
    with database.read() as session:
        draft = preflight.of(session, session.get_one(Dispatch, planned))
    assert draft.recipients == {"ar": 3, "fr": 2}
    assert (draft.wall, draft.zone, draft.channel) == (NOON, ZONE, "outbox")


def test_the_case_knows_when_the_list_was_mailed_and_what_is_usual(
    database, clock, planned
):
    with database.write() as session:
        earlier = session.get_one(Dispatch, planned)
        earlier.started_at = earlier.due_at
        draft = preflight.Draft(
            zone=ZONE,
            wall=NOON + timedelta(hours=2),
            due_at=earlier.due_at + timedelta(hours=2),
            mailing_list_id=earlier.mailing_list_id,
            recipients={"fr": 10},
        )
        made = preflight.case(
            session,
            release=session.get_one(Release, earlier.release_id),
            draft=draft,
            settings=settings(),
            zone_rules=RULES,
            domain=None,
            now=clock.now(),
        )
    assert made.reach.usual == 5
    assert made.reach.mailed_at == earlier.due_at
    assert made.near == NOON + timedelta(hours=2)


def test_findings_come_red_first_and_always_in_one_order(database, clock, planned):
    with database.read() as session:
        dispatch = session.get_one(Dispatch, planned)
        twice = [
            preflight.examine(
                session,
                release=session.get_one(Release, dispatch.release_id),
                draft=preflight.of(session, dispatch),
                settings=settings(),
                zone_rules=RULES,
                domain=None,
                now=clock.now(),
            )
            for _ in range(2)
        ]
    assert twice[0] == twice[1]
    levels = [one.level for one in twice[0]]
    assert levels == sorted(levels, key=[*Level].index)


def test_a_finding_survives_its_row_and_speaks_each_language():
    found = Finding(
        check="weekday",
        level=Level.RED,
        what="{day}, {language}, {holiday}",
        mend="{day}",
        to="fr:3",
        values={
            "day": "2018-12-05",
            "language": "ar",
            "holiday": "-",
            "holiday@fr": "Fête du Trône",
        },
    )
    assert Finding.from_row(found.row()) == found
    what, mend = found.said(words(Language.FRENCH))
    assert what == "mercredi 5 décembre 2018, arabe, Fête du Trône"
    assert mend == "mercredi 5 décembre 2018"
