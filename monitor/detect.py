"""Detection on files: releases and articles as JSON lines in, predictions out.

read releases -> index
read articles -> check, group copies -> read again -> attribute each -> a line a pair

No database. Articles are read twice, so that all of them are checked before the first
prediction is made and none but the one at hand is held: a file may be larger than memory.
The same files give the same lines.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.errors import BadInput
from core.wording import worded
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.profile import cut
from monitor.matching.stories import group
from monitor.matching.values import (
    ArticleText,
    Attribution,
    Label,
    ReleaseText,
    VersionText,
)

_KINDS: Final[Mapping[Any, str]] = {str: "text", list: "a list", dict: "an object"}
_LONGEST_EVENT: Final = timedelta(days=60)


def detect(
    releases: Sequence[ReleaseText], articles: Iterable[ArticleText]
) -> Iterator[dict[str, Any]]:
    """Yield a line for each pair considered, and one for each other article in a story.

    A pair without a line is unrelated. *articles* are gone through twice: a list, or what
    `read_articles` gives. Raises `BadInput` before the first line when one is wrong.
    """
    index = ReleaseIndex(releases)
    leaders = group(articles)
    copied = {leader for article, leader in leaders.items() if article != leader}
    for article in articles:
        leader = leaders[article.id]
        story = leader if leader in copied else None
        found = attribute(article, index, with_unrelated=True)
        for attribution in found:
            yield _line(attribution, story)
        if not found and story is not None and releases:
            yield _line(
                Attribution(
                    article_id=article.id,
                    release_id=releases[0].id,
                    label=Label.UNRELATED,
                    score=0.0,
                ),
                story,
            )


def _line(attribution: Attribution, story: str | None) -> dict[str, Any]:
    return {
        "article_id": attribution.article_id,
        "release_id": attribution.release_id,
        "label": attribution.label.value,
        "score": round(attribution.score, 4),
        "passages": [[part.start, part.end] for part in attribution.passages],
        "cluster_id": story,
        "before_embargo": attribution.before_embargo,
        "reasons": [
            {"code": reason.code.value, **reason.fields, "text": reason.english}
            for reason in attribution.reasons
        ],
    }


def read_releases(path: Path) -> Sequence[ReleaseText]:
    """Read releases, one JSON object a line; raises `BadInput` naming line and field."""
    return [_release(row) for row in _rows(path)]


class ArticleFile:
    """The articles of a file, read anew each time they are gone through."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[ArticleText]:
        return (_article(row) for row in _rows(self._path))


def read_articles(path: Path) -> ArticleFile:
    """Articles, one JSON object a line; going through them raises `BadInput`.

    It names line and field.
    """
    return ArticleFile(path)


def _release(row: "_Row") -> ReleaseText:
    given = row.table("versions")
    versions = {
        language: _version(language, row.inside(f"versions.{language}", value))
        for language, value in given.items()
    }
    if not versions:
        raise row.bad("versions", "holds no language", "Give at least one version.")
    return ReleaseText(
        id=row.text("id"),
        issuer=row.text("issuer", optional=True),
        published_at=row.moment("published"),
        embargo_at=row.moment("embargo"),
        event_days=_event_days(row),
        official_names=row.texts("official_names", optional=True),
        versions=versions,
    )


def _version(language: str, row: "_Row") -> VersionText:
    title = row.text("title")
    paragraphs = row.texts("paragraphs")
    named = {
        name: row.text(name, optional=True)
        for name in ("kicker", "dateline", "boilerplate", "contact")
    }
    if any(named.values()):
        return VersionText(
            language=language, title=title, paragraphs=paragraphs, **named
        )
    return cut(language, title, paragraphs)


def _event_days(row: "_Row") -> Sequence[date]:
    """One ISO day, or two parted by a slash for an event of several days."""
    given = row.text("event", optional=True)
    if not given:
        return ()
    try:
        ends = [date.fromisoformat(day[:10]) for day in given.split("/")]
    except ValueError as error:
        raise row.bad(
            "event",
            f"is not a day: {given}",
            "Write 2018-12-05 or 2018-12-05/2018-12-07.",
        ) from error
    first, last = ends[0], ends[-1]
    if not first <= last <= first + _LONGEST_EVENT:
        raise row.bad(
            "event",
            f"is no span of days: {given}",
            "Put the first day before the slash.",
        )
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _article(row: "_Row") -> ArticleText:
    return ArticleText(
        id=row.text("id"),
        language=row.text("language", optional=True),
        title=row.text("title"),
        body=row.text("body"),
        published_at=row.moment("published"),
        outlet=row.text("outlet", optional=True),
        url=row.text("url", optional=True),
    )


class _Row:
    """One JSON object with the place it came from; reads fields and names what is wrong."""

    def __init__(self, values: Mapping[str, Any], place: str, prefix: str = "") -> None:
        self._values = values
        self._place = place
        self._prefix = prefix

    def bad(self, name: str, what: str, mend: str) -> BadInput:
        return BadInput(
            worded(
                "the field %(prefix)s%(name)s %(what)s.",
                prefix=self._prefix,
                name=name,
                what=what,
            ),
            to=self._place,
            mend=mend,
        )

    def inside(self, name: str, value: object) -> "_Row":
        if not isinstance(value, dict):
            raise self.bad(name, "is not an object", "Write it as {...}.")
        return _Row(value, self._place, f"{self._prefix}{name}.")

    def _get(self, name: str, kind: type, *, optional: bool) -> Any:
        value = self._values.get(name)
        if value is None and optional:
            return kind()
        if value is None:
            raise self.bad(name, "is missing", "Add it to this line.")
        if not isinstance(value, kind):
            wanted = _KINDS[kind]
            raise self.bad(name, f"is not {wanted}", f"Write it as {wanted}.")
        return value

    def text(self, name: str, *, optional: bool = False) -> str:
        return str(self._get(name, str, optional=optional))

    def texts(self, name: str, *, optional: bool = False) -> Sequence[str]:
        values = self._get(name, list, optional=optional)
        if not all(isinstance(value, str) for value in values):
            raise self.bad(name, "holds something that is not text", "Quote each item.")
        return tuple(values)

    def table(self, name: str) -> Mapping[str, Any]:
        return dict(self._get(name, dict, optional=False))

    def moment(self, name: str) -> datetime | None:
        given = self.text(name, optional=True)
        if not given:
            return None
        try:
            moment = datetime.fromisoformat(given)
        except ValueError as error:
            raise self.bad(
                name, f"is not a time: {given}", "Write 2018-12-04T08:00:00+01:00."
            ) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rows(path: Path) -> Iterator[_Row]:
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadInput(
                worded("this is not JSON (%(error)s).", error=error),
                to=place,
                mend=worded("Write one JSON object a line."),
            ) from error
        if not isinstance(value, dict):
            raise BadInput(
                worded("this is not a JSON object."),
                to=place,
                mend=worded("Write one object a line."),
            )
        row = _Row(value, place)
        known = row.text("id")
        if known in seen:
            raise row.bad("id", f"stands twice: {known}", "Give each line its own.")
        seen.add(known)
        yield row


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, one at a time."""
    try:
        # Bytes: U+2028 may stand unescaped inside a JSON string, and ends no line.
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _decoded(line, place=f"{path}, line {number}")
    except OSError as error:
        raise BadInput(
            worded("the file cannot be read (%(strerror)s).", strerror=error.strerror),
            to=str(path),
            mend=worded("Check its name and its rights."),
        ) from error


def _decoded(line: bytes, *, place: str) -> str:
    try:
        return line.decode("utf-8").removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadInput(
            worded("the line is not UTF-8 (byte %(start)s).", start=error.start),
            to=place,
            mend=worded("Save the file as UTF-8."),
        ) from error
