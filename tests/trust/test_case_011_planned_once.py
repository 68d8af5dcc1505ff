"""Case 11: two people at once, two clicks or a replay plan one dispatch."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sending_makers import NOON, RULES, ZONE, a_release, contacts, settings
from sqlalchemy import func, select

from core.errors import Conflict
from core.ids import RandomIds
from distributor.models import Dispatch
from distributor.sending.freezing import Terms
from distributor.sending.plan import plan


@pytest.mark.parametrize("terms", [Terms(), Terms(key="k", again=True)])
@pytest.mark.parametrize("wall", [NOON, None])
def test_many_at_once_plan_it_once(each_database, clock, terms, wall):
    with each_database.write() as session:
        release_id = a_release(session, now=clock.now()).id
        contacts(session, 3, now=clock.now())
    together = Barrier(4)

    def click():
        together.wait(60)
        try:
            with each_database.write() as session:
                plan(
                    session,
                    release_id=release_id,
                    list_name="nationale",
                    wall=wall,
                    zone=ZONE,
                    channel="outbox",
                    settings=settings(),
                    zone_rules=RULES,
                    ids=RandomIds(),
                    now=clock.now(),
                    terms=terms,
                )
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(4) as people:
        planned = [people.submit(click) for _ in range(4)]
        assert sum(one.result() for one in planned) == 1
    with each_database.read() as session:
        assert session.scalar(select(func.count()).select_from(Dispatch)) == 1
