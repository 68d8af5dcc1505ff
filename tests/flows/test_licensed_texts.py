"""Rights of each source: no output of any format holds more of a text than its licence allows."""

import re
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from listening_makers import a_source
from report_makers import a_balance, a_line, a_review
from report_readers import READERS, text_of

import core.reporting.formats
from core.catalogue import members
from core.errors import BadInput, NotFound
from core.i18n import words
from core.reporting.report import Line, MessageQuote, Quote, ReportSection
from core.values import Language
from monitor import exporting, selection
from monitor.catalogue import licences
from monitor.catalogue.listed import ListedSource, require_source
from monitor.exporting import NotLicensed
from monitor.models import Article, Source
from monitor.states import Allows

DAY = date(2026, 11, 24)
FORMATS = sorted(members(core.reporting.formats, "Format"))
# Sentences that differ, so that any run of them can be found again.
TEXT = " ".join(f"Phrase numéro {number} de l'article." for number in range(60))
NOTICE = "Reproduit avec l'autorisation du Matin nº 12"
MOST = 300


def longest_run(text, of):
    """How many signs of *of* stand in *text* in one piece."""
    told = re.sub(r"\s+", " ", text)
    best = 0
    for start in range(0, len(of) - 40, 20):
        if of[start : start + 40] in told:
            end = start + 40
            while end < len(of) and of[start : end + 1] in told:
                end += 1
            best = max(best, end - start)
    return best


def reports():
    """Every place of a report into which words of an article can come, overfull."""
    line = replace(
        a_line(2),
        excerpt=TEXT,
        licence_notice=NOTICE,
        quotes=(Quote(language=Language.FRENCH, release="Nous.", article=TEXT),),
    )
    section = ReportSection(key="reprint", title="", lines=(line,))
    message = a_balance().messages[0]
    carried = replace(
        message,
        quotes=(MessageQuote(outlet="Le Matin", language=Language.FRENCH, text=TEXT),),
    )
    yield replace(a_review(), sections=(replace(section, key="agencies"),))
    yield replace(a_balance(), sections=(section,), messages=(carried,))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_prints_more_of_a_text_than_a_quotation(name):
    assert name in READERS
    for report in reports():
        written = members(core.reporting.formats, "Format")[name]().write(
            report, [words(Language.FRENCH)]
        )
        told = text_of(name, written)
        assert "Phrase numéro 0" in told or name == "csv"
        assert longest_run(told, TEXT) <= MOST, name


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_beside_an_article_what_its_licence_wants(name):
    review, balance = reports()
    for report in (review, balance):
        written = members(core.reporting.formats, "Format")[name]().write(
            report, [words(Language.FRENCH)]
        )
        told = text_of(name, written)
        line = report.sections[0].lines[0]
        for part in (NOTICE, line.title, line.outlet):
            assert re.sub(r"\s+", " ", part) in told, (name, part)


def test_no_field_of_a_line_is_for_a_whole_text():
    """A field for it would be written by every format: its name would stand here first."""
    assert {one.name for one in fields(Line)} & {"full_text", "text", "body"} == set()


def publish(session, clock, outlet, **options):
    source = a_source(
        session, clock, outlet=outlet, host=f"{outlet.lower()}.test", options=options
    )
    place = session.query(Article).count() + 1
    row = Article(
        outlet_id=session.get_one(Source, source).outlet_id,
        url=f"https://a.test/{place}",
        address_hash=place,
        title="Titre",
        title_hash=place,
        author="Salma Bennani",
        language="fr",
        published_at=clock.now(),
        published_as="moment",
        first_seen_at=clock.now(),
        excerpt="Un extrait.",
        full_text=TEXT,
    )
    session.add(row)
    session.flush()
    return row.id


CASES = [
    ({}, False),
    ({"licence": "c"}, True),
    ({"licence": "c", "licence_allows": "full-text"}, True),
    ({"licence": "c", "licence_allows": "excerpt"}, False),
    ({"licence": "c", "licence_until": "2026-11-24"}, True),
    ({"licence": "c", "licence_until": "2026-11-23"}, False),
    ({"licence_until": "2027-01-01", "licence_allows": "full-text"}, False),
]


@pytest.mark.parametrize(("options", "allowed"), CASES)
def test_a_full_text_leaves_under_a_licence_of_the_day_alone(
    database, clock, options, allowed
):
    with database.write() as session:
        one = publish(session, clock, "Alif", **options)
        if allowed:
            found = exporting.full_text(session, one, day=DAY)
            assert (found.full_text, found.author) == (TEXT, "Salma Bennani")
            listed = exporting.full_texts(
                session, since=None, day=DAY, licensed_only=False
            )
            assert [row.article_id for row in listed] == [one]
            return
        with pytest.raises(NotLicensed, match="Alif"):
            exporting.full_text(session, one, day=DAY)
        with pytest.raises(BadInput, match=r"Alif \(1\)"):
            exporting.full_texts(session, since=None, day=DAY, licensed_only=False)
        with pytest.raises(NotFound):
            exporting.full_text(session, 99, day=DAY)


def test_a_text_is_kept_longer_under_a_licence_for_it_and_not_for_an_excerpt(
    database, clock
):
    with database.write() as session:
        publish(session, clock, "Alif", licence="c", licence_until="2026-12-31")
        publish(session, clock, "Ba", licence="c", licence_allows="excerpt")
        kept = licences.licensed(session, DAY)
        assert len(kept) == 1
        assert licences.licensed(session, date(2027, 1, 1)) == {}
        grades = {
            one.outlet: one.licence.allows for one in licences.lines(session, DAY)
        }
    assert grades == {"Alif": Allows.FULL_TEXT, "Ba": Allows.EXCERPT}


def test_the_notice_of_a_licence_stands_in_what_the_review_is_made_of(database, clock):
    with database.write() as session:
        publish(session, clock, "Alif", licence="c", licence_notice=NOTICE)
        publish(session, clock, "Ba", licence="c")
        publish(
            session,
            clock,
            "Jim",
            licence="c",
            licence_notice="Fini",
            licence_until=(DAY - timedelta(days=1)).isoformat(),
        )
        facts = selection.outlet_facts(session, DAY)
    said = {name: one.notice for name, one in facts.items()}
    assert said == {"Alif": NOTICE, "Ba": "", "Jim": ""}


def test_a_list_of_sources_may_say_what_a_licence_allows_and_no_more():
    good = ListedSource(
        kind="feed",
        url="https://a.test/feed",
        options={"licence": "c", "licence_allows": "excerpt", "licence_notice": NOTICE},
    )
    require_source(good)
    with pytest.raises(BadInput, match="does not allow 'all'"):
        require_source(replace(good, options={"licence_allows": "all"}))
