"""What the journal tells of a changed row. Decides only: takes values, returns values."""

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

# A column with such a name is told to have changed, and never what it holds.
_SECRET: Final = re.compile(
    r"password|secret|token|totp|passkey|credential|recovery|(^|_)key$|_hash$"
)
CHANGED: Final = "changed"
# Longer texts are told by their beginning and their hash.
_MOST_LETTERS: Final = 300
# Beyond so many rows of one sort, one transaction is one line that counts them.
_MOST_LINES: Final = 50


class Act(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Values(StrEnum):
    """What of a row's values is told."""

    WHOLE = "whole"
    # Of people: which fields changed, and a keyed hash by which equal values are known.
    HASHED = "hashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How the journal tells of one table's rows."""

    values: Values = Values.WHOLE
    # What a line is about, with the row's own columns: "release:{release_id}".
    about: str = ""
    # Verbs other than table.added, table.changed and table.removed.
    verbs: Mapping[Act, str] = field(default_factory=dict)
    # The column whose new value is the verb: dispatch.state makes dispatch.paused.
    state: str = ""
    # Only these columns, where the row keeps books of its own beside them.
    only: Collection[str] = ()
    # All but these.
    without: Collection[str] = ()
    # Whether what jobs do is told too; what they do all day has trails of its own.
    by_jobs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row of a table: its key, and every column's value before and after the change."""

    table: str
    key: tuple[Any, ...]
    act: Act
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    what: str
    about: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    # How many rows it stands for, where it counts them and tells no values.
    rows: int = 0


def line_of(change: Change, told: Told, *, key: bytes) -> Line | None:
    """None where nothing that is told has changed."""
    names = [
        name
        for name in {**change.before, **change.after}
        if (not told.only or name in told.only)
        and name not in told.without
        and change.before.get(name, _nothing(change.after.get(name)))
        != change.after.get(name)
    ]
    if not names and change.act is not Act.REMOVED:
        return None
    say = _hashed(key) if told.values is Values.HASHED else plain
    return Line(
        what=_verb(change, told),
        about=_about(change, told),
        before=_said(change.before, names, say),
        after=_said(change.after, names, say),
    )


def counted(table: str, act: Act, rows: int) -> Line:
    """Many rows at once, by one statement."""
    return Line(what=f"{table}.{act}", about=table, after={"rows": rows}, rows=rows)


def gathered(lines: Sequence[Line]) -> Sequence[Line]:
    """As they are written: counts of one sort added up, and a crowd of one sort counted."""
    crowd = Counter(_sort(line) for line in lines)
    kept: dict[object, Line] = {}
    for place, line in enumerate(lines):
        sort = _sort(line)
        if not line.rows and crowd[sort] <= _MOST_LINES:
            kept[place] = line
            continue
        before = kept[sort].rows if sort in kept else 0
        rows = before + (line.rows or 1)
        kept[sort] = Line(
            what=line.what, about=sort[1], after={"rows": rows}, rows=rows
        )
    return list(kept.values())


def plain(value: Any) -> Any:
    """As JSON keeps it; a long text by its beginning, its length and its hash."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return _by_hash("", value)
    if isinstance(value, Mapping | list | tuple):
        written = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        return json.loads(written) if len(written) <= _MOST_LETTERS else _short(written)
    text = str(value)
    return text if len(text) <= _MOST_LETTERS else _short(text)


def _short(text: str) -> str:
    return _by_hash(f"{text[:_MOST_LETTERS]}… ", text.encode("utf-8", "replace"))


def _nothing(value: Any) -> Any:
    """What a field without anything in it is like before its row is there."""
    return value if value in (None, "", [], {}) else None


def _by_hash(beginning: str, content: bytes) -> str:
    return f"{beginning}({len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()})"


def _hashed(key: bytes) -> Callable[[Any], Any]:
    def say(value: Any) -> Any:
        if value is None or value in ("", [], {}):
            return value
        made = hmac.digest(key, repr(plain(value)).encode("utf-8", "replace"), "sha256")
        return f"#{made.hex()[:16]}"

    return say


def _said(
    values: Mapping[str, Any], names: Sequence[str], say: Callable[[Any], Any]
) -> Mapping[str, Any]:
    return {
        name: CHANGED
        if _SECRET.search(name) and values[name] is not None
        else say(values[name])
        for name in names
        if name in values
    }


def _verb(change: Change, told: Told) -> str:
    if change.act in told.verbs:
        return told.verbs[change.act]
    state = change.after.get(told.state) if told.state else None
    if change.act is Act.CHANGED and state != change.before.get(told.state):
        return f"{change.table}.{state}"
    return f"{change.table}.{change.act}"


def _about(change: Change, told: Told) -> str:
    if told.about:
        return told.about.format(**{**change.before, **change.after})
    return f"{change.table}:{'-'.join(map(str, change.key))}"


def _sort(line: Line) -> tuple[str, str]:
    return line.what, line.about.partition(":")[0]
