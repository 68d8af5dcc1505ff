"""Lists in TOML, as an office writes them by hand; `write` makes what `read` reads."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from core.errors import BadInput
from core.wording import Worded, worded
from monitor.catalogue.listed import USUAL_TIER, ListedOutlet, ListedSource
from monitor.catalogue.options import OPTIONS
from monitor.sources.base import tidied

_TEXTS: Final = ("name", "name_ar", "language", "kind", "region", "homepage", "known")
_FIELDS: Final = frozenset({*_TEXTS, "tier", "sources"})
_HEADER = re.compile(r"^\s*\[\[\s*outlet\s*\]\]")
_LINE = re.compile(r"line (\d+)")


def read(name: str, content: bytes) -> Iterator[ListedOutlet]:
    """The `[[outlet]]` tables. Raises BadInput naming line and field."""
    try:
        text = content.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BadInput(
            worded("The list is not UTF-8."), to=name, mend=worded("Save it as UTF-8.")
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = _LINE.search(str(error))
        raise BadInput(
            worded("The list is not TOML: %(error)s.", error=error),
            to=f"{name}, line {line[1]}" if line else name,
            mend=worded("Compare it with config/starter/outlets.toml."),
        ) from error
    tables = document.get("outlet", [])
    if set(document) - {"outlet"} or not _are_tables(tables):
        raise BadInput(
            worded("The list holds something else than [[outlet]] tables."),
            to=name,
            mend=worded("Compare it with config/starter/outlets.toml."),
        )
    places = _Places(name, text)
    seen: set[str] = set()
    for number, table in enumerate(tables):
        outlet = _outlet(table, places, number)
        if outlet.name in seen:
            raise BadInput(
                worded("%(name)s is listed twice.", name=f"{outlet.name!r}"),
                to=f"{outlet.place}, name",
                mend=worded("Put its sources together under one [[outlet]]."),
            )
        seen.add(outlet.name)
        yield outlet


def write(outlets: Iterable[ListedOutlet]) -> str:
    return "\n".join(_table(outlet) for outlet in outlets)


class _Places:
    """Where a table, or a field in it, stands: tomllib says it of its own errors only."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._lines = text.splitlines()
        self._starts = [
            number
            for number, line in enumerate(self._lines, start=1)
            if _HEADER.match(line)
        ]

    def of(self, number: int, *wanted: str) -> str:
        """The line of the table *number*, or the first after it with one of *wanted*."""
        if number >= len(self._starts):
            return self._name
        start = self._starts[number]
        ends = [*self._starts[number + 1 :], len(self._lines) + 1][0]
        for word in wanted:
            for line in range(start, ends):
                if word in self._lines[line - 1]:
                    return f"{self._name}, line {line}"
        return f"{self._name}, line {start}"


def _outlet(table: Mapping[str, Any], places: _Places, number: int) -> ListedOutlet:
    place = places.of(number)
    unknown = sorted(set(table) - _FIELDS)
    if unknown:
        raise BadInput(
            worded("An outlet has no field %(unknown)s.", unknown=f"{unknown[0]!r}"),
            to=f"{places.of(number, unknown[0])}, {unknown[0]}",
            mend=worded(
                "The fields are: %(value)s.",
                value=", ".join([*_TEXTS, "tier", "sources"]),
            ),
        )
    tier = table.get("tier", USUAL_TIER)
    if not isinstance(tier, int) or isinstance(tier, bool):
        raise _wrong(places.of(number, "tier"), "tier", worded("a number"))
    sources = table.get("sources", [])
    if not _are_tables(sources):
        raise _wrong(
            places.of(number, "sources"), "sources", worded("a list of sources")
        )
    texts = {
        key: _text(table.get(key, ""), f"{places.of(number, key)}", key)
        for key in _TEXTS
    }
    return ListedOutlet(
        **texts,
        tier=tier,
        sources=tuple(_source(one, places, number) for one in sources),
        place=place,
    )


def _source(table: Mapping[str, Any], places: _Places, number: int) -> ListedSource:
    url = str(table.get("url") or "")
    # As it is written, which differs where a sign must be escaped.
    place = places.of(number, url or "sources", _quoted(url), "sources")
    texts = {key: _text(value, place, key) for key, value in table.items()}
    return ListedSource(
        kind=texts.pop("kind", "feed"),
        url=texts.pop("url", ""),
        options=texts,
        place=place,
    )


def _text(value: Any, place: str, field: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, field, worded("a text in quotes"))
    return tidied(value)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _wrong(place: str, field: str, wanted: Worded) -> BadInput:
    return BadInput(
        worded("`%(field)s` is not %(wanted)s.", field=field, wanted=wanted),
        to=f"{place}, {field}",
        mend=worded("Compare it with config/starter/outlets.toml."),
    )


def _table(outlet: ListedOutlet) -> str:
    lines = ["[[outlet]]"]
    for key in _TEXTS:
        if value := getattr(outlet, key):
            lines.append(f"{key} = {_quoted(value)}")
            if key == "homepage":
                lines.append(f"tier = {outlet.tier}")
    if not outlet.homepage:
        lines.append(f"tier = {outlet.tier}")
    if outlet.sources:
        lines += ["sources = [", *map(_line, outlet.sources), "]"]
    return "\n".join(lines) + "\n"


def _line(source: ListedSource) -> str:
    said = {"kind": source.kind, "url": source.url} | {
        name: source.options[name] for name in OPTIONS if source.options.get(name)
    }
    fields = ", ".join(f"{key} = {_quoted(value)}" for key, value in said.items())
    return f"  {{ {fields} }},"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, once no sign is left that only JSON lets stand.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
