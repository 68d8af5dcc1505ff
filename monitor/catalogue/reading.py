"""Reads a list of outlets from a file: TOML, OPML or tab-separated."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.errors import BadInput
from core.resources import folder
from core.wording import worded
from monitor.catalogue import opml, tsv, written
from monitor.catalogue.listed import ListedOutlet, require_outlet

# The list that is shipped, under the name it is imported by.
STARTER: Final = "starter"
# A thousand times a usual list; what is larger is no list of outlets.
_MOST_BYTES: Final = 5 * 1024 * 1024

_READERS: Final[Mapping[str, Callable[[str, bytes], Iterator[ListedOutlet]]]] = {
    ".toml": written.read,
    ".opml": opml.read,
    ".xml": opml.read,
    ".tsv": tsv.read,
}


def read_list(path: Path) -> tuple[ListedOutlet, ...]:
    """The outlets *path* lists, each once. Raises BadInput naming file, line and field."""
    if str(path) == STARTER and not path.exists():
        path = folder("config") / "starter" / "outlets.toml"
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(
            worded("This is no list of outlets: neither TOML, OPML nor tab-separated."),
            to=str(path),
            mend=worded(
                "Give a file that ends in .toml, .opml or .tsv, or the word %(starter)s.",
                starter=STARTER,
            ),
        )
    return parsed(str(path), _content(path), reader)


def read_content(name: str, content: bytes) -> tuple[ListedOutlet, ...]:
    """The outlets of a file that was sent from a screen. Raises BadInput."""
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise BadInput(
            worded("This is no list of outlets: neither TOML, OPML nor tab-separated."),
            to=name,
            mend=worded("Give a file that ends in .toml, .opml or .tsv."),
        )
    return parsed(name, content, reader)


def parsed(
    name: str, content: bytes, reader: Callable[[str, bytes], Iterator[ListedOutlet]]
) -> tuple[ListedOutlet, ...]:
    """The same, of *content* that came from *name*."""
    if len(content) > _MOST_BYTES:
        raise BadInput(
            worded(
                "The list is larger than %(most_bytes)s MB.",
                most_bytes=_MOST_BYTES // 1024**2,
            ),
            to=name,
            mend=worded("Part it into several files."),
        )
    found: dict[str, ListedOutlet] = {}
    for outlet in reader(name, content):
        require_outlet(outlet)
        known = found.get(outlet.name)
        found[outlet.name] = (
            outlet
            if known is None
            else replace(known, sources=known.sources + outlet.sources)
        )
    return tuple(found.values())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            worded("The file cannot be read: %(strerror)s.", strerror=error.strerror),
            to=str(path),
            mend=worded("Check the path and who may read it."),
        ) from error
