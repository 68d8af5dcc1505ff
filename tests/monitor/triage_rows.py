"""Makers for tests of triage: releases, articles of several outlets, and open proposals."""

from datetime import timedelta

from sqlalchemy import select

from core.models import Outlet, Release
from monitor import triage
from monitor.models import Article, Coverage, CoverageDecision, Story
from monitor.triage import Act, Verb, Wanted

TEXT = "La rencontre des agences se tient mercredi à Rabat, dit le ministère."
REASON = {"code": "in-time", "days": "1"}
SIGNS = {"core": 0.5, "kind": 1.0, "names": 0.25, "sure": 0.6}


def a_release(session, now, number):
    row = session.scalar(select(Release).where(Release.number == number))
    if row is None:
        row = Release(
            number=number, kind="communique", zone="Africa/Casablanca", created_at=now
        )
        session.add(row)
        session.flush()
    return row


def a_proposal(
    session,
    now,
    number,
    *,
    release=1,
    story=None,
    language="fr",
    label="mention",
    outlet=None,
    title=None,
):
    """An article of an outlet of its own, proposed for a release; the line's row."""
    name = outlet or f"Outlet {number}"
    row = session.scalar(select(Outlet).where(Outlet.name == name)) or Outlet(name=name)
    session.add(row)
    session.flush()
    article = Article(
        outlet_id=row.id,
        url=f"https://o{number}.test/1",
        address_hash=number,
        title=title or f"Titre {number}",
        title_hash=number,
        language=language,
        first_seen_at=now,
        full_text=TEXT,
    )
    session.add(article)
    session.flush()
    if story is not None:
        if session.get(Story, story) is None:
            session.add(
                Story(
                    id=story,
                    origin_id=article.id,
                    first_at=now,
                    last_at=now,
                    articles=0,
                )
            )
            session.flush()
        session.get(Story, story).articles += 1
        article.story_id = story
    line = Coverage(
        article_id=article.id,
        release_id=release,
        label=label,
        score=0.6,
        reasons=[REASON],
        passages=[],
        signs=SIGNS,
        found_at=now,
        decision="proposed",
    )
    session.add(line)
    session.flush()
    return line


class Desk:
    """A desk with two releases, and people who decide."""

    def __init__(self, database, clock):
        self.database, self.clock = database, clock
        with database.write() as session:
            for number in ("1/2026", "2/2026"):
                a_release(session, clock.now(), number)

    def put(self, number, **details):
        with self.database.write() as session:
            return a_proposal(session, self.clock.now(), number, **details).id

    def act(self, line, verb, *, by="Salma", **details):
        self.clock.wait(timedelta(seconds=1))
        with self.database.write() as session:
            return triage.act(
                session,
                line,
                Act(verb=Verb(verb), **details),
                by=by,
                now=self.clock.now(),
            )

    def take_back(self, line, *, by="Salma", seen=None):
        self.clock.wait(timedelta(seconds=1))
        with self.database.write() as session:
            return triage.take_back(
                session, line, seen=seen, by=by, now=self.clock.now()
            )

    def queue(self, wanted=None, **page):
        with self.database.read() as session:
            return triage.queue(session, wanted or Wanted(), **page)

    def line(self, line):
        with self.database.read() as session:
            return session.get_one(Coverage, line)

    def of(self, release):
        with self.database.read() as session:
            return session.scalars(
                select(Coverage).where(Coverage.release_id == release)
            ).all()

    def story_of(self, line):
        with self.database.read() as session:
            return session.get_one(Coverage, line).article.story_id

    def said(self, line):
        with self.database.read() as session:
            return [
                (one.decision, one.rejection, one.by)
                for one in session.scalars(
                    select(CoverageDecision)
                    .where(CoverageDecision.coverage_id == line)
                    .order_by(CoverageDecision.id)
                )
            ]
