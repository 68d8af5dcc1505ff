"""Every part of a balance, on a release that was sent, covered, answered and argued with."""

from datetime import timedelta

import pytest
from balance_rows import (
    LEAD,
    NEWS,
    PRESS,
    REJECTED,
    TITLE,
    a_release,
    an_article,
    earlier,
    everything,
)
from sqlalchemy import event

from app.reviews.balance import balance
from core.models import Release
from core.reporting.report import ChartForm
from core.settings import Settings
from core.values import Language
from distributor.after.answers import Said
from distributor.after.hearing import Heard
from distributor.models import Answer
from monitor import goals
from monitor.models import Article, Coverage


@pytest.fixture
def release(database, clock):
    with database.write() as session:
        return everything(session, at=clock.now())


@pytest.fixture
def made(database, clock):
    def make(release_id, language=Language.FRENCH):
        with database.read() as session:
            return balance(
                session,
                release_id,
                language=language,
                settings=Settings(),
                now=clock.now() + timedelta(days=3),
            )

    return make


def figures(report):
    return {one.name: (one.value, one.of) for one in report.figures}


def rows(report, key):
    tables = [*report.tables, *(one.table for one in report.charts)]
    (table,) = [one for one in tables if one.key == key]
    return [
        [one.text if one.number is None else one.number for one in row]
        for row in table.rows
    ]


def test_five_numbers_then_how_then_what_was_sent(made, release):
    assert figures(made(release)) == {
        "articles": (4, None),
        "copies": (2, None),
        "outlets": (6, None),
        # Le 360 and Le Matin of those who have it; Telquel never got it.
        "targeted": (2, 3),
        "first-pick-up": (30, None),
        "verbatim": (0.5, None),
        "positive": (1, 2),
        "neutral": (0, 2),
        "negative": (1, 2),
        "reprint": (1, None),
        "partial": (1, None),
        "rewrite": (1, None),
        "mention": (1, None),
        "delivered": (3, None),
    }


def test_numbers_that_cannot_be_known_are_none(database, clock, made):
    with database.write() as session:
        release_id = a_release(session, at=clock.now()).id
    report = made(release_id)
    assert figures(report) == {
        "articles": (0, None),
        "copies": (0, None),
        "outlets": (0, None),
        "first-pick-up": (None, None),
        "verbatim": (None, None),
    }
    assert report.charts == ()
    assert report.limits == ("limit:not-sent", "limit:no-reach")


def test_tables_and_sections_tell_the_same_numbers_as_the_figures(made, release):
    report = made(release)
    told = figures(report)
    covered = rows(report, "table:coverage")
    assert sum(row[4] for row in covered) == told["articles"][0]
    assert sum(row[5] for row in covered) == told["copies"][0]
    for section in report.sections:
        assert len(section.lines) == told[section.key][0]
    for chart in report.charts:
        counted = rows(report, chart.table.key)
        assert sum(row[-2] + row[-1] for row in counted) == 6, chart.table.key
    (sent,) = rows(report, "table:distribution")
    assert sent[3] == told["delivered"][0]


def test_who_published_it_by_outlet_language_region_and_kind(made, release):
    covered = rows(made(release), "table:coverage")
    assert ["MAP", "language:fr", "region:", "kind:agency", 1, 0] in covered
    assert ["Oujda City", "language:fr", "L'Oriental", "kind:regional", 0, 1] in covered
    assert ["El País", "language:es", "region:ES", "kind:daily", 1, 0] in covered
    assert not any(row[0] == "Yabiladi" for row in covered)


def test_outlets_and_regions_are_named_in_the_readers_script(made, release):
    covered = rows(made(release, Language.ARABIC), "table:coverage")
    assert {"هسبريس", "و م ع", "Le Matin"} <= {row[0] for row in covered}
    assert "الشرق" in {row[2] for row in covered}


def test_who_was_invited_who_came_who_wrote(made, release):
    assert rows(made(release), "table:invited") == [
        ["answer:present", 1, 1, 0, 0, 0],
        ["answer:declined", 1, 0, 0, 1, 0],
        ["answer:", 1, 0, 0, 0, 1],
    ]


def test_every_answer_that_can_be_given_has_its_row(database, made, release):
    for said in {*Said, *Heard}:
        with database.write() as session:
            session.query(Answer).first().answer = str(said)
        table = rows(made(release), "table:invited")
        assert f"answer:{said}" in {row[0] for row in table}
        assert sum(row[1] for row in table) == 3


def test_errors_with_what_was_asked(made, release):
    (row,) = rows(made(release), "table:rectifications")
    assert row[:4] == ["Le 360", "1 420 communes", "1 240 communes", "redress:asked"]


def test_each_dispatch_adds_up(made, release):
    (row,) = rows(made(release), "table:distribution")
    assert row[1:] == ["nationale", 4, 3, 1, 0, 0, 0, 0, 2, 1]
    assert row[2] == sum(row[3:9])


def test_it_stands_beside_the_five_releases_sent_before_it(
    database, clock, made, release
):
    with database.write() as session:
        for ago in range(1, 8):
            at = clock.now() - timedelta(days=ago)
            earlier(session, at=at, number=f"{100 - ago}/2026", outlets=ago % 3)
        at = clock.now() - timedelta(hours=3)
        earlier(session, at=at, number="111/2026", outlets=1, kind="correction")
        a_release(session, at=clock.now(), number="99/2025")
        after = clock.now() + timedelta(hours=1)
        earlier(session, at=after, number="113/2026", outlets=2)
    compared = rows(made(release), "table:comparison")
    numbers = [row[0].partition(" ")[0] for row in compared]
    assert numbers == ["112/2026", *(f"{100 - ago}/2026" for ago in range(1, 6))]
    # Of four recipients one bounced; the earlier ones were sent to nobody.
    assert [row[2] for row in compared] == [3, 0, 0, 0, 0, 0]
    assert [row[3] for row in compared] == [4, 1, 2, 0, 1, 2]
    told = figures(made(release))
    assert compared[0][3:8] == [
        told[name][0]
        for name in ("articles", "copies", "outlets", "first-pick-up", "verbatim")
    ]


def test_the_map_shades_each_sentence_by_the_outlets_that_printed_it(made, release):
    (printed,) = made(release).pick_up
    assert (printed.language, printed.of) == (Language.FRENCH, 4)
    assert [(one.text, len(one.outlets), one.opens) for one in printed.sentences] == [
        (TITLE, 0, True),
        (LEAD, 3, True),
        (NEWS, 4, False),
        ("Les agences suivront chaque dossier pendant quinze jours.", 2, True),
    ]


def test_messages_are_quoted_in_the_languages_they_were_set_in(made, release):
    (message,) = made(release).messages
    assert message.outlets == 5
    quoted = {one.outlet: one for one in message.quotes}
    assert quoted["MAP"].text == NEWS
    assert quoted["Hespress"].language is Language.ARABIC
    assert quoted["Hespress"].evidence.startswith("/coverage/")
    # Outlets that say it in the same words count, and are quoted once.
    assert len(message.quotes) == 2
    assert "El País" not in quoted


def test_without_the_texts_messages_are_told_by_what_was_printed(
    database, made, release
):
    with database.write() as session:
        for article in session.query(Article):
            article.full_text = None
    report = made(release)
    (message,) = report.messages
    assert message.outlets == 5
    assert {one.text for one in message.quotes if one.language == "fr"} == {NEWS}
    assert "limit:texts-forgotten" in report.limits


def test_a_quote_is_no_longer_than_a_report_may_quote(database, clock, release):
    settings = Settings.model_validate({"review": {"excerpt_characters": 40}})
    with database.read() as session:
        report = balance(
            session,
            release,
            language=Language.FRENCH,
            settings=settings,
            now=clock.now(),
        )
    quotes = [one.text for message in report.messages for one in message.quotes]
    assert quotes
    assert all(len(text) <= 40 for text in quotes)


def test_lines_tell_who_wrote_and_what_people_said(made, release):
    report = made(release)
    lines = {one.outlet: one for section in report.sections for one in section.lines}
    assert [one.reference for one in lines.values()] == [1, 2, 3, 4]
    assert lines["MAP"].also_in == ("Le Matin", "Oujda City")
    assert lines["MAP"].tone == "positive"
    assert lines["Hespress"].on_front
    assert lines["Hespress"].outlet_ar == "هسبريس"
    assert lines["Le 360"].contact == "Nadia El Amrani"
    assert lines["Le 360"].to_rectify
    assert lines["Le 360"].digest
    assert lines["Le 360"].read_at is not None


def test_the_timeline_marks_the_dispatch_and_the_event(clock, made, release):
    (hours,) = [one for one in made(release).charts if one.form is ChartForm.HOURS]
    assert [(one.name, one.at - clock.now()) for one in hours.marks] == [
        ("mark:sent", timedelta()),
        ("mark:event", timedelta(hours=24)),
    ]
    moments = [row[0].moment for row in hours.table.rows]
    assert moments == sorted(moments)
    assert moments[0] == clock.now()


def test_a_day_without_an_hour_stands_in_no_picture_of_hours(database, made, release):
    with database.write() as session:
        for article in session.query(Article).filter_by(story_id=1):
            article.published_as = "day"
    report = made(release)
    assert sum(row[1] + row[2] for row in rows(report, "table:by-hour")) == 3
    assert "limit:day-only" in report.limits
    assert figures(report)["first-pick-up"] == (3 * 60, None)


def test_outlets_that_broke_the_embargo_are_told_once_each(
    database, clock, made, release
):
    assert made(release).alerts == ()
    with database.write() as session:
        row = session.get_one(Release, release)
        row.embargo_at = clock.now() + timedelta(hours=4)
        an_article(session, row, PRESS[3], at=clock.now())
        an_article(session, row, REJECTED, at=clock.now() - timedelta(hours=9))
        rejected = session.query(Coverage).order_by(Coverage.id.desc()).first()
        rejected.decision = "rejected"
    alerts = made(release).alerts
    assert [one.evidence for one in alerts] == [f"/coverage/{n}" for n in (1, 2, 4)]
    said = {one.language: one.text for one in alerts[2].said}
    assert set(said) == {Language.FRENCH, Language.ARABIC, Language.ENGLISH}
    assert "هسبريس" in said[Language.ARABIC]
    assert "Hespress" in said[Language.FRENCH]
    assert "112/2026" in said[Language.ENGLISH]


def test_what_it_rests_on_is_said(made, release):
    report = made(release)
    assert (report.completeness.kept, report.completeness.rejected) == (6, 1)
    assert report.completeness.seen == 7
    assert report.goal.objective == "Faire connaître le guichet unique."
    assert report.limits == ("limit:tone-not-said", "limit:no-reach")


def test_a_goal_that_was_set_afterwards_is_said_to_be(database, clock, made, release):
    with database.write() as session:
        goals.aim(
            session,
            release,
            objective="Tout autre chose.",
            audience="",
            by="x",
            now=clock.now() + timedelta(days=2),
        )
    assert "limit:goal-late" in made(release).limits


def test_more_articles_ask_the_database_nothing_more(database, clock, made, release):
    asked = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*_):
        asked.append(1)

    made(release)
    few = len(asked)
    with database.write() as session:
        lines = session.query(Coverage).filter_by(decision="confirmed").all()
        for line in lines:
            for copy in range(20):
                article = Article(
                    outlet_id=line.article.outlet_id,
                    url=f"https://more.test/{line.id}/{copy}",
                    address_hash=10_000 + line.id * 100 + copy,
                    title="Encore",
                    title_hash=copy,
                    language="fr",
                    first_seen_at=clock.now(),
                    full_text=LEAD,
                )
                session.add(article)
                session.flush()
                session.add(
                    Coverage(
                        article_id=article.id,
                        release_id=release,
                        label="partial",
                        score=0.5,
                        reasons=[],
                        passages=line.passages,
                        found_at=clock.now(),
                        decision="proposed",
                    )
                )
    asked.clear()
    assert figures(made(release))["articles"] == (124, None)
    assert len(asked) == few
