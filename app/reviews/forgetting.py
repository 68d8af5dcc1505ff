"""An edition names the contact who wrote an article: when they are erased, it does not any more.

The by-line as the outlet printed it stays, and so does the mail that was sent.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from app.reviews.models import Edition
from core.text.any_case import in_json, surest_part

_CONTACT = "contact"
_HELD = ("whole", "content")


def editions_naming(session: Session, names: Collection[str]) -> Collection[str]:
    """The keys of editions that name a contact of one of these (folded) names."""
    return [
        row.key
        for row in _editions(session, names)
        if any(_without(getattr(row, held), names)[1] for held in _HELD)
    ]


def forget(session: Session, names: Collection[str]) -> None:
    for row in _editions(session, names):
        for held in _HELD:
            value, has_changed = _without(getattr(row, held), names)
            if has_changed:
                setattr(row, held, value)
    session.flush()


def _editions(session: Session, names: Collection[str]) -> Collection[Edition]:
    if not names:
        return ()
    parts = {surest_part(name) for name in names}
    looked = [
        cast(getattr(Edition, held), String).icontains(in_json(part), autoescape=True)
        for held in _HELD
        for part in sorted(parts)
    ]
    return session.scalars(select(Edition).where(or_(*looked))).all()


def _without(value: Any, names: Collection[str]) -> tuple[Any, bool]:
    """*value* without these names where a line says who wrote it, and whether it had one."""
    if isinstance(value, Mapping):
        made = {key: _without(inner, names) for key, inner in value.items()}
        told = {key: inner for key, (inner, _) in made.items()}
        has_changed = any(changed for _, changed in made.values())
        said = told.get(_CONTACT)
        if isinstance(said, str) and said:
            kept = [one for one in said.split(", ") if _folded(one) not in names]
            has_changed |= ", ".join(kept) != said
            told[_CONTACT] = ", ".join(kept)
        return told, has_changed
    if isinstance(value, list):
        parts = [_without(inner, names) for inner in value]
        return [one for one, _ in parts], any(changed for _, changed in parts)
    return value, False


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
