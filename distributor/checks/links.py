"""Links: those that lead nowhere, those that lead where no journalist can go.

Whether a page outside answers is not asked: a check reaches no network.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

from core.errors import FetchRefused
from core.i18n import N_
from core.web import address
from distributor.checks.base import Case, Finding, Level, VersionText
from distributor.checks.reading import markup
from distributor.checks.reading.markup import Link
from distributor.checks.reading.plain import line_of

_BARE: Final = re.compile(
    r"(?<![(<\w])(?:https?|file)://?[^\s<>)\]»\"]*", re.IGNORECASE
)
# Markdown refuses these as links, so that they stay in the text.
_LOCAL_FILE: Final = re.compile(
    r"\bfile:/+[^\s)>\]]*|(?<![\w\\])\\\\[\w.-]+\\[^\s)>\]]*|\b[A-Za-z]:\\[^\s)>\]]*"
)
_SCHEME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_MAILBOX: Final = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
_AT_HOME: Final = (
    ".localhost",
    ".local",
    ".lan",
    ".intranet",
    ".intra",
    ".internal",
    ".corp",
    ".home",
    ".home.arpa",
    ".localdomain",
)
_PASSED: Final = frozenset({"tel", "sms", "cid"})


class Check:
    name: ClassVar[str] = "links"
    levels: ClassVar[Mapping[str, Level]] = {
        "broken-link": Level.RED,
        "private-link": Level.RED,
        "suspect-link": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        files = {one.name for one in case.attachments}
        for version in case.versions:
            read = markup.read(version.body)
            for link in _links(version, read):
                fault = _fault(link.target, files, read.headings)
                if fault:
                    yield _finding(fault, link, version)
            for picture in read.pictures:
                if _is_missing(picture.source, files):
                    link = Link(
                        target=picture.source,
                        words=picture.alternative,
                        line=picture.line,
                    )
                    yield _finding("broken-link", link, version)


_SAYS: Final[Mapping[str, tuple[str, str]]] = {
    "broken-link": (
        N_("The link to “{target}” leads nowhere."),
        N_("Attach the file, correct the link, or take it out."),
    ),
    "private-link": (
        N_("The link to “{target}” opens only inside the office."),
        N_("Put the document where everybody can read it, or attach it."),
    ),
    "suspect-link": (
        N_("The link to “{target}” is not a complete address."),
        N_("Write it as https://, as mailto:, or take it out."),
    ),
}


def _finding(check: str, link: Link, version: VersionText) -> Finding:
    what, mend = _SAYS[check]
    return Finding(
        check=check,
        level=Check.levels[check],
        what=what,
        mend=mend,
        to=f"{version.language}:{link.line}",
        values={"target": link.target[:200]},
    )


def _links(version: VersionText, read: markup.Markup) -> Sequence[Link]:
    """The links of the page, and the addresses that mail programs make links of."""
    found = list(read.links)
    known = {one.target for one in found} | {one.words for one in found}
    for pattern in (_BARE, _LOCAL_FILE):
        for match in pattern.finditer(version.body):
            target = match.group().rstrip(".,;:!?*_'’")
            if target not in known:
                known.add(target)
                line = line_of(version.body, match.start())
                found.append(Link(target=target, words="", line=line))
    return found


def _fault(target: str, files: set[str], headings: Sequence[str]) -> str:
    """The check that a link does not pass; empty when it passes all."""
    if _LOCAL_FILE.match(target):
        return "private-link"
    scheme = _SCHEME.match(target)
    if scheme is None:
        if target.startswith("#"):
            missing = _slug(unquote(target[1:])) not in map(_slug, headings)
        else:
            missing = _is_missing(target, files)
        return "broken-link" if missing else ""
    return _schemed(target, scheme.group()[:-1].lower())


def _schemed(target: str, scheme: str) -> str:
    if scheme in {"http", "https"}:
        return _web_fault(target)
    if scheme == "mailto":
        named = unquote(target[len("mailto:") :].partition("?")[0])
        return "" if _MAILBOX.fullmatch(named) else "suspect-link"
    return "" if scheme in _PASSED else "suspect-link"


def _web_fault(target: str) -> str:
    host = _host(target)
    if not host:
        return "broken-link"
    if _is_private(host):
        return "private-link"
    try:
        address.split(target)
    except FetchRefused:
        return "suspect-link"
    return ""


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(_AT_HOME):
        return True
    try:
        literal = ip_address(host)
    except ValueError:
        return "." not in host
    return not address.may_dial(literal, ())


def _is_missing(target: str, files: set[str]) -> bool:
    """Whether a relative address names no attachment."""
    if _SCHEME.match(target):
        return False
    if target.startswith("//"):
        return False
    name = unquote(re.split("[#?]", target)[0]).removeprefix("./")
    return name not in files


def _slug(heading: str) -> str:
    return re.sub(r"[\W_]+", "-", heading.casefold()).strip("-")
