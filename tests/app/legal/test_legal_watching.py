"""What the law wants in time stands on Today, and who was erased stays so after a restore."""

from datetime import UTC, datetime, timedelta

import pytest
from listening_makers import a_source
from person_rows import ADDRESS

from app import alert_words
from app.alert_words import LICENCE_ENDING, REQUEST_DUE
from app.backup import sealed
from app.legal.watching import Watching
from core.alerts import open_alerts
from core.i18n import words
from core.settings import Settings
from core.values import Language
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.states import Asked, Came, Settled
from monitor.catalogue.showing import alert_views

KEY = sealed.read_key(sealed.new_key())
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def watching(database, clock, tmp_path):
    given = {"data_dir": tmp_path / "data", "organisation": {"zone": "UTC"}}
    (tmp_path / "data").mkdir()
    return Watching(
        database=database, clock=clock, settings=Settings.model_validate(given)
    )


def told(database):
    with database.read() as session:
        rows = open_alerts(session, rules=[REQUEST_DUE, LICENCE_ENDING])
        views = alert_views(session, rows)
        said = words(Language.ENGLISH)
        return [
            (
                one.rule,
                alert_words.of_alert(one.rule, one.fields, said=said),
                alert_words.path_of(one),
            )
            for one in views
        ]


def test_a_request_is_told_a_week_before_its_day_until_it_is_answered(
    watching, database, clock
):
    with database.write() as session:
        wish = Wish(kind=Asked.ACCESS, address=ADDRESS, came_by=Came.MAIL)
        line = requests.note(
            session, wish, days=30, zone="UTC", by="x", now=clock.now()
        )
    assert watching.tick() == 0
    clock.move_to(line.due_at - timedelta(days=7))
    assert watching.tick() == 1
    assert watching.tick() == 1
    ((rule, sentence, path),) = told(database)
    assert (rule, path) == (REQUEST_DUE, "/legal/requests")
    # It may be mailed and told to programs: it names nobody.
    assert "alami" not in sentence.lower()
    with database.write() as session:
        requests.answer(session, line.id, Settled.GRANTED, by="x", now=clock.now())
    assert watching.tick() == 0
    assert told(database) == []


def test_a_licence_is_told_before_its_last_day(watching, database, clock):
    with database.write() as session:
        for place, options in enumerate(
            (
                {"licence": "a", "licence_until": "2026-12-24"},
                {"licence": "b", "licence_until": "2026-12-25"},
                {"licence": "c"},
                {"licence": "d", "licence_until": "2026-11-01"},
            )
        ):
            a_source(session, clock, path=f"/{place}", options=options)
    clock.move_to(START)
    assert watching.tick() == 1
    ((rule, sentence, path),) = told(database)
    assert (rule, path) == (LICENCE_ENDING, "/licences")
    assert "24 December 2026" in sentence.replace("\u2068", "").replace("\u2069", "")
    clock.move_to(START + timedelta(days=1))
    assert watching.tick() == 2
    clock.move_to(START + timedelta(days=40))
    assert watching.tick() == 0
