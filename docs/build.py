"""Writes the generated pages again, builds all of them as a site, and looks where links lead.

`make docs`, or `python -m docs.build [FOLDER]`: into build/docs/ without a folder. Nothing is
fetched; addresses outside the project are listed in `outside-links.txt`.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import relpath

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.api import make_api
from app.bootstrap import open_office
from app.web.pages_of_help import Rendered, headings_of, render
from core.settings import load
from docs import links, reference

ROOT = Path(__file__).parents[1]
INDEX = "docs/README.md"
OPENAPI = "openapi.json"
_LOOK = Path(__file__).parent / "site"
_STYLES = "docs.css"
_RIGHT_TO_LEFT = frozenset({"ar"})
_LANGUAGES = frozenset({"fr", "ar"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: a part of the index, or a page of it."""

    title: str
    page: str = ""


def main(folder: Path) -> int:
    for path, text in reference.written().items():
        (ROOT / path).write_text(text, encoding="utf-8")
    paths = links.tracked()
    # A page that was just written for the first time is not tracked yet.
    paths = sorted({*paths, *reference.written()})
    texts = links.pages(paths)
    broken = list(links.broken(texts, paths))
    for one in broken:
        print(one, file=sys.stderr)  # noqa: T201 - a command
    build(folder, texts, paths)
    outside = links.outside(texts)
    (folder / "outside-links.txt").write_text("\n".join([*outside, ""]))
    print(  # noqa: T201 - a command
        f"{len(texts)} pages are in {folder}; {len(broken)} links are broken; "
        f"{len(outside)} lead outside and were not asked."
    )
    return 1 if broken else 0


def build(folder: Path, texts: Mapping[str, str], paths: Sequence[str]) -> None:
    """The site in *folder*, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    template = Environment(
        loader=FileSystemLoader(_LOOK),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")
    navigation = tuple(_navigation(texts))
    site = _Site(folder, texts, frozenset(paths))
    for page, text in texts.items():
        for where in _outputs(page):
            rendered = site.render(page, text, where)
            _write(
                folder / where,
                template.render(
                    page=rendered,
                    language=language_of(page),
                    direction="rtl" if language_of(page) in _RIGHT_TO_LEFT else "ltr",
                    navigation=navigation,
                    here=page,
                    to=lambda path, where=where: _from(where, _output(path)),
                    styles=_from(where, _STYLES),
                ),
            )
    shutil.copyfile(_LOOK / _STYLES, folder / _STYLES)
    _write(folder / OPENAPI, json.dumps(openapi(), ensure_ascii=False, indent=1))


def language_of(page: str) -> str:
    """By the last part of its name: `daily-use.ar.md` is Arabic."""
    named = PurePosixPath(page).stem.rpartition(".")[2]
    return named if named in _LANGUAGES else "en"


class _Site:
    """Where each link leads in the site; what it leads to beside pages is copied."""

    def __init__(
        self, folder: Path, texts: Mapping[str, str], paths: frozenset[str]
    ) -> None:
        self._folder, self._texts, self._paths = folder, texts, paths

    def render(self, page: str, text: str, where: str) -> Rendered:
        return render(text, leads=lambda address: self._leads(page, address, where))

    def _leads(self, page: str, address: str, where: str) -> str | None:
        if links.is_outside(address):
            return address
        path, anchor = links.target(page, address)
        behind = f"#{anchor}" if anchor else ""
        if path in self._texts:
            return _from(where, _output(path)) + behind
        if path in self._paths:
            return _from(where, self._copied(path))
        inside = sorted(one for one in self._paths if one.startswith(f"{path}/"))
        index = f"{path}/README.md"
        if index in self._texts:
            return _from(where, _output(index)) + behind
        return _from(where, self._listed(path, inside)) if inside else None

    def _copied(self, path: str) -> str:
        there = self._folder / path
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, there)
        return path

    def _listed(self, folder: str, inside: Sequence[str]) -> str:
        """A page that leads to each file of a folder."""
        where = f"{folder}/index.html"
        if not (self._folder / where).exists():
            lines = [
                f'<li><a href="{_from(where, self._copied(path))}">{path}</a></li>'
                for path in inside
            ]
            _write(
                self._folder / where,
                '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
                f'<title>{folder}</title><link rel="stylesheet" '
                f'href="{_from(where, _STYLES)}"></head><body><main><h1>{folder}</h1>'
                f"<ul>{''.join(lines)}</ul></main></body></html>\n",
            )
        return where


def _navigation(texts: Mapping[str, str]) -> Iterator[Entry]:
    """The parts of the index, and each page that it names, in its order."""
    part, seen = "", set()
    for line in texts[INDEX].splitlines():
        if line.startswith("## "):
            part = line.removeprefix("## ")
            yield Entry(part)
            continue
        for address in links.addresses_of(line) if part else ():
            path, anchor = links.target(INDEX, address)
            if path in texts and path not in seen and not anchor:
                seen.add(path)
                yield Entry(_title(texts[path]), path)


def _title(text: str) -> str:
    return next(one.text for one in headings_of(text) if one.level == 1)


def _output(page: str) -> str:
    return f"{page.removesuffix('.md')}.html"


def _outputs(page: str) -> Sequence[str]:
    return [_output(page), "index.html"] if page == INDEX else [_output(page)]


def _from(where: str, path: str) -> str:
    return relpath(path, str(PurePosixPath(where).parent))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def openapi() -> Mapping[str, object]:
    """The description of the API, from an office that is gone afterwards."""
    with tempfile.TemporaryDirectory() as spare:
        settings = load(environment={"PARUTION_DATA_DIR": spare})
        with open_office(settings) as office:
            return make_api(office).openapi()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "docs"))
