"""What the press office of the rehearsal says, from desk.toml: its goal, answers, tones, errors."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bootstrap import Office
from core.jobs import Job
from core.journal import acting
from core.journal.actor import PAGE
from core.models import Release
from core.values import Language
from core.zones import moment_of
from distributor.after import hearing
from distributor.after.hearing import Heard
from monitor import coverage, goals, rectifying
from monitor.models import Article, Coverage
from monitor.rectifying import Stage
from monitor.states import Decision, Rejection

NAME: Final = "Youssef Bennani"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAnswer:
    """What some people answer to an invitation at a moment."""

    invitation: str
    at: datetime
    answer: Heard
    addresses: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said of the article at *path* as coverage of a release."""

    release: str
    path: str
    tone: str = "none"
    on_front: bool = False
    wrong: str = ""
    right: str = ""
    redress: str = Stage.NOTED.value
    # A `Rejection`: the article does not cover it.
    rejected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    goal: dict[str, str]
    messages: Sequence[dict[str, str]]
    heard: Sequence[HeardAnswer]
    sayings: Sequence[Saying]


def read(folder: Path, *, zone: str) -> Script:
    """desk.toml of *folder*, its wall times in *zone*."""
    with (folder / "desk.toml").open("rb") as file:
        parts = tomllib.load(file)
    rejected = [
        Saying(release=one["release"], path=one["path"], rejected=one["because"])
        for one in parts["rejection"]
    ]
    return Script(
        goal=parts["goal"],
        messages=parts["message"],
        heard=[_heard(one, zone) for one in parts["heard"]],
        sayings=[*(Saying(**one) for one in parts["saying"]), *rejected],
    )


def aim(session: Session, script: Script, *, now: datetime) -> None:
    """Set the release's goal and its key messages, as before an event."""
    release_id = _release(session, script.goal["release"])
    goals.aim(
        session,
        release_id,
        objective=script.goal["objective"],
        audience=script.goal["audience"],
        by=NAME,
        now=now,
    )
    for place, message in enumerate(script.messages, start=1):
        for language, text in message.items():
            goals.say(
                session,
                release_id,
                place=place,
                language=Language(language),
                text=text,
                by=NAME,
                now=now,
            )


class Desk:
    """Hears and says each thing once; the rehearsal's folder is as young as this object."""

    def __init__(self, office: Office, script: Script) -> None:
        self._office = office
        self._heard = list(script.heard)
        self._sayings = list(script.sayings)

    def tick(self) -> int:
        now = self._office.clock.now()
        heard = [one for one in self._heard if one.at <= now]
        with (
            acting(NAME, via=PAGE),
            self._office.database.write(ledger=True) as session,
        ):
            for one in heard:
                _hear(session, one, now=now)
            said = list(_found(session, self._sayings))
            for saying, line in said:
                _say(session, line, saying, now=now)
        # Only what is committed is done.
        self._heard = [one for one in self._heard if one not in heard]
        done = [saying for saying, _ in said]
        self._sayings = [one for one in self._sayings if one not in done]
        return len(heard) + len(said)

    def next_due(self) -> datetime | None:
        with self._office.database.read() as session:
            if any(_found(session, self._sayings)):
                return self._office.clock.now()
        return min((one.at for one in self._heard), default=None)


def job(desk: Desk) -> Job:
    return Job(
        name="desk",
        every=timedelta(seconds=20),
        run=desk.tick,
        next_due=desk.next_due,
    )


def _heard(row: dict[str, Any], zone: str) -> HeardAnswer:
    return HeardAnswer(
        invitation=row["invitation"],
        at=moment_of(row["at"], zone),
        answer=Heard(row["answer"]),
        addresses=row["from"],
    )


def _hear(session: Session, heard: HeardAnswer, *, now: datetime) -> None:
    release_id = _release(session, heard.invitation)
    for address in heard.addresses:
        hearing.note(
            session,
            release_id,
            address,
            answer=heard.answer,
            said_by=hearing.BY_TELEPHONE,
            now=now,
        )


def _found(
    session: Session, sayings: Sequence[Saying]
) -> Iterator[tuple[Saying, Coverage]]:
    """What can be said now, with the coverage line that it is said of."""
    if not sayings:
        return
    rows = session.execute(
        select(Coverage, Article.url, Release.number)
        .join(Article, Article.id == Coverage.article_id)
        .join(Release, Release.id == Coverage.release_id)
    ).all()
    for saying in sayings:
        for line, url, number in rows:
            if number == saying.release and url.endswith(f"/{saying.path}"):
                yield saying, line


def _say(session: Session, line: Coverage, saying: Saying, *, now: datetime) -> None:
    rejection = Rejection(saying.rejected) if saying.rejected else None
    coverage.decide(
        session,
        line.id,
        Decision.REJECTED if rejection else Decision.CONFIRMED,
        by=NAME,
        now=now,
        rejection=rejection,
    )
    coverage.say_tone(session, line.id, coverage.tone_named(saying.tone))
    coverage.say_front(session, line.id, on_front=saying.on_front)
    if saying.wrong:
        noted = rectifying.note(
            session,
            line.id,
            wrong=saying.wrong,
            right=saying.right,
            by=NAME,
            now=now,
        )
        if saying.redress != Stage.NOTED:
            rectifying.advance(session, noted.id, Stage(saying.redress), now=now)


def _release(session: Session, number: str) -> int:
    return session.scalars(select(Release.id).where(Release.number == number)).one()
