"""Searching and watching from the command line."""

import json
from datetime import timedelta

import pytest
from alembic import command
from engines import address, home
from typer.testing import CliRunner

from app.cli import build
from app.migrations import history
from core.clock import SystemClock
from core.db import open_database
from core.errors import BadInput, NotFound, OfficeError
from core.models import Outlet
from monitor import search
from monitor.models import Article


@pytest.fixture
def environment(tmp_path):
    """An office that stored three articles yesterday."""
    url = address(tmp_path)
    database = open_database(url)
    config = history.config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")
    with database.write() as session:
        outlet = Outlet(name="Le Matin")
        made = [
            Article(
                outlet=outlet,
                url=f"https://journal.test/{number}",
                address_hash=number,
                title=title,
                title_hash=number,
                full_text=title,
                first_seen_at=SystemClock().now() - timedelta(days=1),
            )
            for number, title in enumerate(["Santé", "Écoles et santé", "Sport"])
        ]
        session.add_all(made)
        session.flush()
        search.index(session, [search.of_row(one) for one in made])
    database.close()
    return {**home(tmp_path / "data"), "PARUTION_DATABASE_URL": url}


@pytest.fixture
def run(environment):
    """Run one command; answers what it prints, or raises what it would say."""

    def run(*words):
        result = CliRunner().invoke(build(), words, env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def rows(printed):
    return [json.loads(line) for line in printed.splitlines()]


def test_articles_are_searched(run):
    found = rows(run("article", "list", "--search", "santé -sport", "--json"))
    assert [one["title"] for one in found] == ["Écoles et santé", "Santé"]
    assert found[0]["passages"][0]["phrase"] == "santé"
    best = rows(run("article", "list", "--search", "école", "--best", "--json"))
    assert [one["title"] for one in best] == ["Écoles et santé"]


def test_a_search_of_one_source_is_refused(run):
    with pytest.raises(BadInput, match="one source"):
        run("article", "list", "--search", "santé", "--source", "1")


def test_a_query_is_tried_and_nothing_saved(run):
    [tried] = rows(run("watch", "test", "santé OR sport", "--json"))
    assert (tried["count"], tried["is_whole"]) == (3, True)
    assert sum(tried["per_day"].values()) == 3
    assert tried["noisiest"][0] == {"words": "santé", "count": 2}
    assert "would have selected 3 articles" in run("watch", "test", "santé OR sport")
    assert rows(run("watch", "list", "--json")) == []


def test_a_watch_is_tried_saved_and_looks_back(run):
    said = run("watch", "add", "La santé", "santé")
    assert "would have selected 2 articles" in said
    [line] = rows(run("watch", "list", "--json"))
    assert (line["name"], line["count"], line["has_looked_back"]) == (
        "La santé",
        2,
        True,
    )
    shown = rows(run("watch", "show", "La santé", "--json"))
    assert [one["title"] for one in shown] == ["Écoles et santé", "Santé"]


def test_a_watch_rests_and_is_removed(run):
    run("watch", "add", "Santé", "santé")
    run("watch", "off", "Santé")
    assert not rows(run("watch", "list", "--json"))[0]["is_on"]
    run("watch", "on", "Santé")
    run("watch", "remove", "Santé")
    with pytest.raises(NotFound, match="no such watch"):
        run("watch", "show", "Santé")


def test_a_fault_in_a_query_is_pointed_at(run):
    with pytest.raises(BadInput) as refused:
        run("watch", "add", "Santé", 'santé OR ("école')
    assert str(refused.value).splitlines() == [
        "query, character 11: This quote is not closed.",
        '  santé OR ("école',
        "            ^",
        ' Add " after it.',
    ]
