"""What programs send: texts, moments and places in a list, each within what rows can hold."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from core.errors import BadInput
from core.wording import worded

Item = TypeVar("Item")

# Larger numbers fit no row of either database.
LAST_ID: Final = 2**31 - 1
Id = Annotated[int, Field(ge=1, le=LAST_ID)]
# A text without what no database takes; a line, without what would break it.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200_000)]
Sentence = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=500)]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
Address = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=320)
]
Url = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=2_000)
]
WallTime = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9T: -]*$", max_length=20),
    Field(description="A wall time without a zone.", examples=["2026-11-24T09:00"]),
]
Zone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_+/-]*$", max_length=60),
    Field(description="The zone of wall times; empty is the office's."),
]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
_FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2999, 12, 31, tzinfo=UTC)


def _within(moment: datetime) -> datetime:
    if not _FIRST <= moment <= _LAST:
        raise ValueError("a moment between 1900 and 2999 is needed")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_within)]

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[
    str,
    Query(
        pattern=r"^[A-Za-z0-9_-]*$",
        max_length=200,
        description="Where to go on: the `next` of the page before.",
    ),
]


class Given(BaseModel):
    """What a program sends: exactly the fields it may say, so that none slips through."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(BaseModel, Generic[Item]):
    """A part of a list; `next` is null at its end."""

    items: Sequence[Item]
    next: str | None = None


def page(
    found: Sequence[Item], limit: int, place: Callable[[Item], Sequence[Any]]
) -> Page[Item]:
    """The first *limit* of one more than that; *place* names where an item stands."""
    items = found[:limit]
    further = _written(place(items[-1])) if len(found) > limit else None
    return Page[Item](items=items, next=further)


def place(last: int) -> str:
    """The cursor of a list by id."""
    return _written([last])


def after_id(after: str) -> int | None:
    """The id a cursor names. Raises BadInput."""
    if not after:
        return None
    match _read(after):
        case [int(last)] if 0 < last <= LAST_ID:
            return last
    raise _no_place(after)


def after_moment(after: str) -> tuple[datetime, int] | None:
    """The moment and id a cursor names. Raises BadInput."""
    if not after:
        return None
    match _read(after):
        case [str(written), int(last)] if 0 < last <= LAST_ID:
            try:
                return _within(datetime.fromisoformat(written)), last
            except (ValueError, TypeError) as error:
                raise _no_place(after) from error
    raise _no_place(after)


def _written(parts: Sequence[Any]) -> str:
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in parts]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(after: str) -> Any:
    padded = after + "=" * (-len(after) % 4)
    try:
        return json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _no_place(after) from error


def _no_place(after: str) -> BadInput:
    return BadInput(
        worded("%(after)s is no place in this list.", after=f"{after!r}"),
        to="after",
        mend=worded(
            "Give the `next` of the page before, or nothing to begin at the first."
        ),
    )
