"""A host that is cut off in the middle of a dispatch: others end it, and it does no harm after."""

import pytest
from fleet_ground import (
    BOUND,
    a_paced_sink,
    a_worker,
    an_office,
    assert_each_in_one_state,
    sends,
    until,
)
from hosts_ground import BRIDGE, NET, a_door, hosts
from postgres_server import need_programs, postgres_server
from sending_ground import a_dispatch, until_done
from sqlalchemy import text

from core.db import open_database
from core.ids import RandomIds

pytestmark = pytest.mark.postgres

RECIPIENTS = 400


@pytest.fixture
def fleet():
    need_programs()
    with (
        hosts(2) as made,
        postgres_server(f"listen_addresses=127.0.0.1,{BRIDGE}") as address,
    ):
        admin = open_database(f"{address}/postgres")
        with admin.engine.begin() as connection:
            # Its own rules know loopback alone.
            connection.execute(
                text(
                    f"COPY (SELECT 'host all all {NET}.0/24 trust') TO PROGRAM"
                    " 'cat >> pg_hba.conf'"
                )
            )
            connection.execute(text("SELECT pg_reload_conf()"))
        admin.close()
        yield made, f"{address}/postgres"


def test_nobody_is_lost_or_mailed_twice_and_it_comes_back(fleet, tmp_path):
    (near, far), url = fleet
    from_afar = url.replace("127.0.0.1", BRIDGE)
    with (
        an_office(url) as database,
        a_paced_sink() as sink,
        a_door(sink.port) as door,
    ):
        dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
        given = (from_afar, tmp_path)
        how = {"settings": sends(door, host=BRIDGE), "jobs": ["send"]}
        with (
            a_worker(*given, "near", within=near.within, **how) as kept,
            a_worker(*given, "far", within=far.within, **how) as cut,
        ):
            until(lambda: kept.is_ticking() and cut.is_ticking(), "they do not start")
            until(lambda: sink.wait_for(RECIPIENTS // 4), "nothing is sent")
            far.pull()
            until_done(database, dispatch_id)
            far.plug_in()
            # It finds its way back by itself, and is at work again: a second dispatch
            # would find it here.
            until(lambda: is_there(database, "far"), "it does not come back")
            kept.end()
            cut.end()
        assert_each_in_one_state(database, sink, recipients=RECIPIENTS, doubted=BOUND)


def is_there(database, name):
    """Whether a worker's connections ask the database anything, just now."""
    with database.engine.connect() as connection:
        return connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name"
                " AND query_start > now() - interval '2 seconds'"
            ),
            {"name": name},
        )
