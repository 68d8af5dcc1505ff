"""What the rehearsal's press office says, and that its data agree with the rest."""

from urllib.parse import urlsplit

import pytest
from engines import address

from app.bootstrap import open_office
from app.migrations.history import upgrade
from app.rehearsal import desk, newsroom, script
from core.clock import StoppedClock, SystemTimer
from core.models import Outlet, Release
from core.resources import folder
from core.settings import Settings
from core.zones import moment_of
from distributor.after import hearing
from monitor import goals, rectifying
from monitor.models import Article, Coverage
from monitor.rectifying import Stage

SHIPPED = folder("config") / "rehearsal"
RABAT = "Africa/Casablanca"


@pytest.fixture
def office(tmp_path):
    start, _ = script.moments(RABAT)
    clock = StoppedClock(start)
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "channels": {"smtp": {"host": "127.0.0.1"}},
        }
    )
    with open_office(settings, clock=clock, timer=SystemTimer()) as opened:
        upgrade(opened.database)
        press = newsroom.Newsroom(SHIPPED, clock=clock, timer=clock)
        script.fill(opened, press, SHIPPED)
        yield opened


@pytest.fixture
def script_():
    return desk.read(SHIPPED, zone=RABAT)


def found(office, path):
    """The monitor finds the article at *path* to cover the communiqué; the line's id."""
    with office.database.write() as session:
        release = session.query(Release).filter_by(number="112/2018").one()
        article = Article(
            outlet_id=session.query(Outlet).first().id,
            url=f"http://www.x.test/2018/12/{path}",
            address_hash=1,
            title="Titre",
            title_hash=1,
            language="fr",
            first_seen_at=office.clock.now(),
        )
        session.add(article)
        session.flush()
        line = Coverage(
            article_id=article.id,
            release_id=release.id,
            label="rewrite",
            score=0.7,
            reasons=[],
            passages=[],
            found_at=office.clock.now(),
            decision="proposed",
        )
        session.add(line)
        session.flush()
        return line.id


def test_what_is_said_is_said_of_articles_of_the_newsroom(script_):
    articles = newsroom.read_articles(SHIPPED / "articles.jsonl")
    paths = {urlsplit(one.path).path.rpartition("/")[2] for one in articles}
    assert {one.path for one in script_.sayings} <= paths


def test_the_goal_and_its_messages_are_set_before_the_first_dispatch(office, script_):
    with office.database.read() as session:
        release = session.query(Release).filter_by(number="112/2018").one()
        goal = goals.view(session, release.id)
    assert goal.objective
    assert len(goal.messages) == len(script_.messages)


def test_answers_are_heard_at_their_hour(office, script_):
    told = desk.Desk(office, script_)
    assert told.next_due() == moment_of(script.wall(3, 14, 30), RABAT)
    assert told.tick() == 0
    office.clock.move_to(moment_of(script.wall(5, 11), RABAT))
    assert told.tick() == len(script_.heard)
    assert told.next_due() is None
    with office.database.read() as session:
        release = session.query(Release).filter_by(number="111/2018").one()
        answers = [one.answer for one in hearing.given(session, release.id)]
    assert {"present", "absent", "coming", "declined"} == set(answers)


def test_an_article_is_judged_once_when_it_is_found(office, script_):
    told = desk.Desk(office, script_)
    saying = next(one for one in script_.sayings if one.redress == Stage.ASKED)
    line_id = found(office, saying.path)
    assert told.next_due() == office.clock.now()
    assert (told.tick(), told.tick()) == (1, 0)
    with office.database.read() as session:
        line = session.get_one(Coverage, line_id)
        assert (line.decision, line.tone, line.on_front) == (
            "confirmed",
            "negative",
            True,
        )
        (error,) = rectifying.of_lines(session, [line_id])[line_id]
    assert error.stage is Stage.ASKED


def test_what_covers_nothing_is_rejected_with_its_reason(office, script_):
    saying = next(one for one in script_.sayings if one.rejected)
    line_id = found(office, saying.path)
    desk.Desk(office, script_).tick()
    with office.database.read() as session:
        assert session.get_one(Coverage, line_id).decision == "rejected"
