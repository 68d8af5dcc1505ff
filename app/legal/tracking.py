"""That nobody is followed: what the settings say, and what the templates hold, looked at now.

A mail or a public page that loads nothing of others, runs nothing of others and rewrites no
link cannot tell who opened or followed it. The hash names the templates that were looked at.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.resources import folder
from core.settings import Settings

# Pages that people without an account open; what these are made of is followed.
_PUBLIC: Final = (
    "public*.html",
    "newsroom*.html",
    "preferences*.html",
    "privacy*.html",
    "mine*.html",
    "unsubscribe.html",
    "answer.html",
    "read.html",
)
# What a template is made of, and the styles of ours that it asks for.
_MADE_OF: Final = re.compile(
    r"""{%-?\s*(?:extends|include|import|from)\s+["'](?P<part>[^"']+)["']"""
    r"""|(?:/static/|\basset\(["'])(?P<style>[\w.-]+\.css)"""
)
# As the environments of pages and of mails look for a name: beside it, then in reports.
_BESIDE: Final = (".", "static", "../report")
# What a browser or a mail program fetches, or runs, without being asked.
_LOADS: Final = re.compile(
    r"""(?:\bsrc(?:set)?|\bposter|\bbackground|\bdata)\s*=\s*["']?\s*(?P<src>[^"'\s>]+)"""
    r"""|<link\b[^>]*\bhref\s*=\s*["']?(?P<link>[^"'\s>]+)"""
    r"""|url\(\s*["']?(?P<css>[^"')]+)"""
    r"""|@import\s+["']?(?P<imported>[^"';\s]+)""",
    re.IGNORECASE,
)
_RUNS: Final = re.compile(
    r"<(script|iframe|object|embed|form\s+action=.https?:)", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(r"^(https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """The settings, how many templates were looked at, their hash, and what was found amiss."""

    opens: bool
    clicks: bool
    templates: int
    digest: str
    # Each a file and what it would load or run of others.
    amiss: tuple[str, ...]

    @property
    def is_off(self) -> bool:
        return not (self.opens or self.clicks or self.amiss)


def look(settings: Settings) -> Tracking:
    looked = _templates(folder("templates").resolve())
    digest = hashlib.sha256()
    for name, content in looked.items():
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return Tracking(
        opens=settings.tracking.opens,
        clicks=settings.tracking.clicks,
        templates=len(looked),
        digest=digest.hexdigest(),
        amiss=tuple(
            f"{name}: {what}"
            for name, content in looked.items()
            for what in loaded(content.decode())
        ),
    )


def loaded(template: str) -> Iterator[str]:
    """What this text would load of others, or run; nothing where it stands alone."""
    for match in _LOADS.finditer(template):
        address = next(filter(None, match.groupdict().values()), "")
        if _ELSEWHERE.match(address):
            yield address
    for match in _RUNS.finditer(template):
        yield f"<{match[1].split()[0]}>"


def _templates(root: Path) -> Mapping[str, bytes]:
    """Mails and public pages with all that they are made of, in the order of their names."""
    waiting = [
        *(root / "email").iterdir(),
        root / "report" / "mail.html",
        *(path for pattern in _PUBLIC for path in (root / "web").glob(pattern)),
    ]
    found: dict[Path, bytes] = {}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = path.read_bytes()
            waiting += _parts(path, found[path].decode())
    return {str(path.relative_to(root)): found[path] for path in sorted(found)}


def _parts(path: Path, template: str) -> Iterator[Path]:
    for match in _MADE_OF.finditer(template):
        name = match["part"] or match["style"]
        places = [(path.parent / place / name).resolve() for place in _BESIDE]
        # What is not there loads nothing: that page fails, and its own tests say so.
        yield from [place for place in places if place.is_file()][:1]
