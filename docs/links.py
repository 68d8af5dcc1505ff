"""Looks where the links and pictures of every page lead; outside addresses are only listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import normpath
from subprocess import run
from urllib.parse import unquote, urlsplit

from app.web.pages_of_help import addresses_of, headings_of

ROOT = Path(__file__).parents[1]
# Releases as an office has them: what they link to is the press's affair.
_NO_PAGES = ("config/", "tests/data/gold/")


@dataclass(frozen=True, slots=True)
class Broken:
    page: str
    address: str
    why: str

    def __str__(self) -> str:
        return f"{self.page}: {self.address} ({self.why})"


def tracked() -> Sequence[str]:
    """Every file that belongs to the project, as paths from its root."""
    listed = run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [
        path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()
    ]


def pages(paths: Sequence[str]) -> Mapping[str, str]:
    """The text of each page of Markdown among *paths*."""
    return {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in paths
        if path.endswith(".md") and not path.startswith(_NO_PAGES)
    }


def is_outside(address: str) -> bool:
    return bool(urlsplit(address).scheme)


def target(page: str, address: str) -> tuple[str, str]:
    """The path a link of *page* leads to, from the root, and its anchor."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if not path:
        return page, unquote(parts.fragment)
    whole = normpath(str(PurePosixPath(page).parent / path))
    return whole, unquote(parts.fragment)


def broken(texts: Mapping[str, str], paths: Sequence[str]) -> Iterator[Broken]:
    folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    there = {*paths, *folders}
    anchors = {
        page: {one.anchor for one in headings_of(text)} for page, text in texts.items()
    }
    for page, text in texts.items():
        for address in addresses_of(text):
            if is_outside(address):
                continue
            path, anchor = target(page, address)
            if path not in there:
                yield Broken(page, address, "there is no such file")
            elif anchor and anchor not in anchors.get(path, ()):
                yield Broken(page, address, "there is no such heading")


def outside(texts: Mapping[str, str]) -> Sequence[str]:
    """The addresses that lead out of the project, each once."""
    found = {
        address
        for text in texts.values()
        for address in addresses_of(text)
        if is_outside(address)
    }
    return sorted(found)
