"""Case 54: bombs and endless answers cost little, kill nothing, and hold nobody up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from engines import address
from feed_farm import FarmProcess
from listening_ground import listening
from sqlalchemy import func, select

from core.clock import StoppedClock
from core.db import open_database
from core.ids import RandomIds
from monitor.intake.recording import PollReport
from monitor.models import Article

TRUE = 30
# How long one fetch may take here, and one parse ten: the pass takes the longer ones of each.
SECONDS = 6
MOST_BYTES = 5_242_880
HOSTILE = (
    "many-entries-50000",
    "oversize-100",
    "endless",
    "gzip-bomb-10000",
    "deflate-bomb-1000",
    "double-coding-1000",
    "brotli",
    "drip",
    "drip-head",
    "hang",
    "huge-header",
    "many-headers",
    "xml-entity-bomb",
    "xml-entity-square",
    "xml-outside",
    "xml-deep",
    "xml-attributes",
    "xml-namespaces",
    "xml-long-title",
    "xml-comment",
    "xml-angles",
    "json-deep",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What one pass over all left behind, and what a true source brought after it."""

    reports: Mapping[str, PollReport]
    published: int
    articles: Mapping[int, int]
    titles: Sequence[str]
    afterwards: PollReport


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """The hostile ones fall due first."""
    database = open_database(address(tmp_path_factory.mktemp("case")))
    clock = StoppedClock(datetime(2026, 11, 24, 13, tzinfo=UTC))
    with FarmProcess(feeds=TRUE + len(HOSTILE), names=1, validators="etag") as farm:
        urls = [farm.hostile(name, TRUE + n) for n, name in enumerate(HOSTILE)]
        with listening(
            database,
            farm,
            clock=clock,
            ids=RandomIds(),
            urls=[*urls, *farm.feeds[:TRUE]],
            fetch={"total_seconds": SECONDS, "most_bytes": MOST_BYTES},
        ) as pipeline:
            reports = pipeline.run_due()
            published = sum(one["site"] < TRUE for one in farm.truth())
            farm.tick(new=1)
            afterwards = pipeline.run_one(len(HOSTILE) + 1)
    with database.read() as session:
        articles = session.execute(
            select(Article.outlet_id, func.count()).group_by(Article.outlet_id)
        ).all()
        titles = session.scalars(select(Article.title)).all()
    database.close()
    return Passed(
        reports={one.url.rpartition("/x/")[2] or one.url: one for one in reports},
        published=published,
        articles={row[0]: row[1] for row in articles},
        titles=titles,
        afterwards=afterwards,
    )


def test_the_others_are_read_in_the_same_pass(passed):
    true = [one for one in passed.reports.values() if one.url.endswith("/feed")]
    assert [one.state for one in true] == ["ok"] * TRUE
    assert sum(one.new for one in true) == passed.published


def test_the_worker_is_alive_after_it(passed):
    assert passed.afterwards.state == "ok"
    assert passed.afterwards.new == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("oversize-100", "too-large"),
        ("endless", "too-large"),
        ("gzip-bomb-10000", "too-large"),
        ("deflate-bomb-1000", "too-large"),
        ("double-coding-1000", "coding"),
        ("brotli", "coding"),
        ("drip", "timeout"),
        ("drip-head", "timeout"),
        ("hang", "timeout"),
    ],
)
def test_what_cannot_be_fetched_is_named(passed, name, fault):
    report = passed.reports[name]
    assert (report.state, report.fault) == ("failing", fault)


@pytest.mark.parametrize("name", ["xml-angles", "json-deep"])
def test_what_cannot_be_read_is_failing(passed, name):
    assert passed.reports[name].state == "failing"


def test_no_source_brings_more_than_its_share(passed):
    assert 0 < passed.articles[1 + HOSTILE.index("many-entries-50000")] <= 5_000


def test_no_entity_is_expanded(passed):
    """Neither into a file of this machine, nor into three gigabytes of one word."""
    assert not any("root:" in title or "lollol" in title for title in passed.titles)
    assert max(map(len, passed.titles)) < 2_000
