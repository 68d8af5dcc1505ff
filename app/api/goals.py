"""What a release is to achieve and to say, what it is found by, and who answered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.callers import Caller, Reader, Watcher, Writer
from app.api.kinds import Address, Given, Id, Line, Sentence
from app.api.repeating import Route
from app.reviews.authors import AuthorLine, of_release
from app.telling import releases as telling
from app.telling.releases import GoalRow, ProfileRow
from core.errors import BadInput
from core.values import SCREENS, Language
from core.wording import worded
from distributor.after import hearing
from distributor.after.hearing import Heard
from monitor import goals, profiles

routes = APIRouter(prefix="/releases", tags=["releases"], route_class=Route)

Place = Annotated[int, Path(ge=1, le=5, description="1 for the first.")]
_Items = Annotated[list[Line], Field(max_length=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedRow:
    """Whom a release reached, how each stands to its coverage, and who wrote unasked."""

    lines: Sequence[AuthorLine]
    uninvited: Sequence[AuthorLine]
    forgotten: int


class Aim(Given):
    objective: Sentence = ""
    audience: Sentence = ""


class MessageText(Given):
    text: Sentence = Field(min_length=1, examples=["One desk replaces the paper file."])


class ProfileParts(Given):
    """Only the parts that are given change; each as one item a line."""

    sent_at: _Items | None = None
    event_days: _Items | None = None
    event_names: _Items | None = None
    people: _Items | None = None
    places: _Items | None = None
    organisations: _Items | None = None
    figures: _Items | None = None


class HeardAnswer(Given):
    email: Address = Field(examples=["nadia@presse.example"])
    answer: Heard


@routes.get("/{release_id}/goal", summary="What a release is to achieve and to say")
def goal(caller: Reader, release_id: Id) -> GoalRow:
    with caller.office.database.read() as session:
        return telling.goal(session, release_id)


@routes.put("/{release_id}/goal", summary="Set its objective and its audience")
def aim(caller: Watcher, release_id: Id, given: Aim) -> GoalRow:
    with caller.office.database.write() as session:
        goals.aim(
            session,
            release_id,
            objective=given.objective,
            audience=given.audience,
            by=caller.name,
            now=caller.office.clock.now(),
        )
        return telling.goal(session, release_id)


@routes.put("/{release_id}/messages/{place}/{language}", summary="Set a key message")
def say(
    caller: Watcher,
    release_id: Id,
    place: Place,
    language: Language,
    given: MessageText,
) -> GoalRow:
    with caller.office.database.write() as session:
        _say(session, caller, release_id, place, language, text=given.text)
        return telling.goal(session, release_id)


@routes.delete(
    "/{release_id}/messages/{place}/{language}",
    summary="Take a key message back in one language",
)
def unsay(caller: Watcher, release_id: Id, place: Place, language: Language) -> GoalRow:
    with caller.office.database.write() as session:
        _say(session, caller, release_id, place, language, text="")
        return telling.goal(session, release_id)


@routes.delete("/{release_id}/messages/{place}", summary="Take a key message back")
def remove(caller: Watcher, release_id: Id, place: Place) -> GoalRow:
    with caller.office.database.write() as session:
        goals.remove(session, release_id, place=place)
        return telling.goal(session, release_id)


@routes.get("/{release_id}/profile", summary="What articles are found by")
def profile(caller: Reader, release_id: Id) -> ProfileRow:
    with caller.office.database.read() as session:
        return telling.profile(session, release_id)


@routes.patch("/{release_id}/profile", summary="Correct what articles are found by")
def edit(caller: Watcher, release_id: Id, given: ProfileParts) -> ProfileRow:
    parts = given.model_dump(exclude_none=True)
    with caller.office.database.write() as session:
        now = caller.office.clock.now()
        profiles.edit(session, release_id, parts, by=caller.name, now=now)
        return telling.profile(session, release_id)


@routes.delete("/{release_id}/profile", summary="Take every correction back")
def reset(caller: Watcher, release_id: Id) -> ProfileRow:
    with caller.office.database.write() as session:
        now = caller.office.clock.now()
        profiles.reset(session, release_id, by=caller.name, now=now)
        return telling.profile(session, release_id)


@routes.get("/{release_id}/answers", summary="Who answered an invitation, and what")
def answers(caller: Reader, release_id: Id) -> Sequence[hearing.Given]:
    with caller.office.database.read() as session:
        return hearing.given(session, release_id)


@routes.post("/{release_id}/answers", summary="Record an answer that was heard")
def hear(caller: Writer, release_id: Id, given: HeardAnswer) -> hearing.Given:
    with caller.office.database.write(ledger=True) as session:
        return hearing.note(
            session,
            release_id,
            given.email,
            answer=given.answer,
            said_by=caller.name,
            now=caller.office.clock.now(),
        )


@routes.get("/{release_id}/authors", summary="Who was reached, and who wrote")
def authors(caller: Reader, release_id: Id) -> ReachedRow:
    with caller.office.database.read() as session:
        known = of_release(session, release_id)
    return ReachedRow(
        lines=known.lines, uninvited=known.uninvited, forgotten=known.forgotten
    )


def _say(
    session: Session,
    caller: Caller,
    release_id: int,
    place: int,
    language: Language,
    *,
    text: str,
) -> None:
    if language not in SCREENS:
        raise BadInput(
            worded("A message is in one of: %(screens)s.", screens=", ".join(SCREENS)),
            to="language",
            mend=worded("Give the language of its words."),
        )
    goals.say(
        session,
        release_id,
        place=place,
        language=language,
        text=text,
        by=caller.name,
        now=caller.office.clock.now(),
    )
