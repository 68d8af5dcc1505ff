"""The balance of a release: the evidence of each line, in every language and without text kept."""

from datetime import timedelta

import pytest

from app.reviews.balance import balance
from core.errors import NotFound
from core.i18n import words
from core.models import Outlet, Release, Version
from core.reporting.formats.html import Format
from core.settings import Settings
from core.values import SCREENS, Language
from monitor.models import Article, Coverage

BODY = "Le ministre ouvrira la rencontre mercredi à Rabat."
TEXT = f"Selon un communiqué, {BODY} Rien de plus."


@pytest.fixture
def release(database, clock):
    now = clock.now()
    with database.write() as session:
        release = Release(
            number="112/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=now,
        )
        release.versions = [
            Version(
                language="fr", title="La rencontre", body=BODY, file_name="a.fr.md"
            ),
            Version(
                language="ar", title="اللقاء", body="نص البلاغ.", file_name="a.ar.md"
            ),
        ]
        outlets = [Outlet(name="Sada"), Outlet(name="Écho")]
        session.add_all([release, *outlets])
        session.flush()
        for number, outlet in enumerate(outlets):
            article = Article(
                outlet_id=outlet.id,
                url=f"https://{number}.test/1",
                address_hash=number,
                title=f"Titre {number}",
                title_hash=number,
                language="fr",
                first_seen_at=now + timedelta(hours=number),
                full_text=TEXT,
                story_id=1,
            )
            session.add(article)
            session.flush()
            session.add(a_line(article, release, now=now))
        return release.id


def a_line(article, release, *, now, decision="proposed"):
    return Coverage(
        article_id=article.id,
        release_id=release.id,
        label="partial",
        score=0.9,
        reasons=[{"code": "share-of-article", "percent": "61"}],
        passages=[
            {
                "start": 21,
                "end": 71,
                "language": "fr",
                "release_start": 14,
                "release_end": 64,
            }
        ],
        found_at=now,
        decision=decision,
    )


def made(database, clock, release_id, language=Language.FRENCH):
    with database.read() as session:
        return balance(
            session,
            release_id,
            language=language,
            settings=Settings(),
            now=clock.now() + timedelta(days=1),
        )


def test_a_text_and_its_copies_are_one_line_with_the_words_they_took(
    database, clock, release
):
    report = made(database, clock, release)
    (section,) = report.sections
    (line,) = section.lines
    assert section.key == "partial"
    assert (line.outlet, line.copies) == ("Sada", 1)
    assert [(one.release, one.article) for one in line.quotes] == [(BODY, BODY)]
    assert line.reasons == ({"code": "share-of-article", "percent": "61"},)


def test_the_releases_words_are_shown_when_the_articles_are_forgotten(
    database, clock, release
):
    with database.write() as session:
        for article in session.query(Article):
            article.full_text = None
    (line,) = made(database, clock, release).sections[0].lines
    assert [(one.release, one.article) for one in line.quotes] == [(BODY, "")]


def test_what_was_rejected_is_left_out(database, clock, release):
    with database.write() as session:
        for line in session.query(Coverage):
            line.decision = "rejected"
    report = made(database, clock, release)
    assert report.sections == ()
    assert report.figures[0].value == 0


@pytest.mark.parametrize("language", SCREENS)
def test_it_is_written_in_every_language(database, clock, release, language):
    report = made(database, clock, release, language)
    page = Format().write(report, [words(language)]).decode()
    assert f'<html lang="{language}" dir="{language.direction}">' in page
    assert BODY in page
    title = "اللقاء" if language is Language.ARABIC else "La rencontre"
    assert title in page


def test_a_release_that_is_not_there_is_said(database, clock):
    with pytest.raises(NotFound, match="no release 7"):
        made(database, clock, 7)
