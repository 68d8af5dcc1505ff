"""Editing: what a person typed of a release -> its facts and versions, or why not.

Merged with what others saved meanwhile, field by field; where both changed the same one,
nothing is written and both are told.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.i18n import N_
from core.models import Account, Release, Version
from core.releases import locked_release
from core.values import Language
from core.wording import worded
from distributor.releases import changing, edits, facts, freshness
from distributor.releases.edits import words_seal

_SPACES: Final = re.compile(r"[ \t\n]+")
LONGEST_TITLE: Final = 1_000
LONGEST_BODY: Final = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One version as a form sends it, with the seal of the words it was shown with."""

    language: str
    title: str
    body: str
    # Empty when there was no such version.
    seal: str

    @property
    def words(self) -> tuple[str, str]:
        return (one_line(self.title), plain_lines(self.body))

    @property
    def untouched(self) -> bool:
        return words_seal(*self.words) == self.seal or (
            not self.seal and not any(one.strip() for one in self.words)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a form sends. Without *shown*, the facts are not changed."""

    versions: Sequence[Typed]
    facts: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    # Whether the person knows that planned dispatches must be sealed again.
    breaks_seals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A version, or a fact, that somebody else changed since the form was shown."""

    # A language, or the name of a fact.
    name: str
    mine: tuple[str, str]
    theirs: tuple[str, str]
    by: str = ""
    at: datetime | None = None


class Clashing(Conflict):
    """Two people changed the same words; neither loses any."""

    code = "clashing"

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(
            N_("Somebody else changed the same words meanwhile, so nothing was saved."),
            to="release",
            mend=N_("Compare both texts below, bring them together, and save."),
        )
        self.clashes = clashes


def save(
    session: Session, release_id: int, draft: Draft, *, by: Account, now: datetime
) -> bool:
    """Answers whether anything changed. Raises Clashing, Conflict and BadInput before it does."""
    release = locked_release(session, release_id)
    touched = [
        one
        for one in draft.versions
        if not one.untouched and one.words != _words(_version(release, one.language))
    ]
    merged, clashes = facts.merge(facts.of(session, release), draft.facts, draft.shown)
    # What another person typed is told before what is wrong with one's own.
    found = [*_clashes(session, release, touched), *(_fact(one) for one in clashes)]
    if found:
        raise Clashing(found)
    wanted = facts.read(session, release, merged) if merged else None
    if not touched and wanted is None:
        return False
    changing.require(session, release_id, breaks_seals=draft.breaks_seals)
    for one in touched:
        write(session, release, one, by=by, now=now)
    if wanted is not None:
        facts.write(session, release, wanted)
    session.flush()
    return True


def write(
    session: Session,
    release: Release,
    typed: Typed,
    *,
    by: Account,
    now: datetime,
    apart: bool = False,
) -> None:
    """Give a version these words, and keep those it had."""
    version = _version(release, typed.language)
    before = None if version is None else (version.title, version.body)
    title, body = typed.words
    if not title and not body.strip():
        raise BadInput(
            worded("A version cannot be saved without any words."),
            to=f"title-{typed.language}",
            mend=worded("Write some, or take this language out with its own button."),
        )
    begins = version is None
    if version is None:
        version = Version(language=_language(typed.language), file_name="")
        release.versions.append(version)
    version.title, version.body = title, body
    session.flush()
    edits.keep(
        session,
        release,
        typed.language,
        before=before,
        after=(title, body),
        by=by,
        now=now,
        apart=apart,
    )
    if begins:
        freshness.begun(session, release, typed.language, by=by, now=now)


def restore(
    session: Session,
    release_id: int,
    edit_id: int,
    *,
    breaks_seals: bool,
    by: Account,
    now: datetime,
) -> None:
    """Put the words of an earlier edit back, as a new one."""
    release = locked_release(session, release_id)
    edit = edits.found(session, release_id, edit_id)
    if (edit.title, edit.body) == _words(_version(release, edit.language)):
        return
    changing.require(session, release_id, breaks_seals=breaks_seals)
    typed = Typed(language=edit.language, title=edit.title, body=edit.body, seal="")
    write(session, release, typed, by=by, now=now, apart=True)


def take_out(
    session: Session,
    release_id: int,
    language: str,
    *,
    seal: str,
    breaks_seals: bool,
    by: Account,
    now: datetime,
) -> None:
    """Take a language out; its words stay among the edits and can be put back."""
    release = locked_release(session, release_id)
    version = _version(release, language)
    if version is None:
        return
    if words_seal(*_words(version)) != seal:
        words = _words(version)
        raise Clashing(_clashes(session, release, [_typed(language, words, seal)]))
    if any(one.language == language for one in release.attachments):
        raise BadInput(
            worded("Files go with this language, so it cannot be taken out."),
            to=f"title-{language}",
            mend=worded("Remove its files first."),
        )
    changing.require(session, release_id, breaks_seals=breaks_seals)
    words = (version.title, version.body)
    edits.keep(
        session,
        release,
        language,
        before=words,
        after=words,
        by=by,
        now=now,
        apart=True,
    )
    freshness.taken_out(session, release_id, language)
    release.versions.remove(version)
    session.flush()


def seal_of(version: Version | None) -> str:
    """What a form carries for a version; empty where there is none."""
    return "" if version is None else words_seal(*_words(version))


def one_line(text: str) -> str:
    """A title; the narrow spaces of French stay, which must not break."""
    return _SPACES.sub(" ", plain_lines(text)).strip(" ")


def plain_lines(text: str) -> str:
    """A text with line ends of one kind, and without signs that no text has."""
    return _printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _printable(text: str) -> str:
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc"
    )


def _typed(language: str, words: tuple[str, str], seal: str) -> Typed:
    return Typed(language=language, title=words[0], body=words[1], seal=seal)


def _version(release: Release, language: str) -> Version | None:
    return next((one for one in release.versions if one.language == language), None)


def _words(version: Version | None) -> tuple[str, str]:
    if version is None:
        return ("", "")
    return (one_line(version.title), plain_lines(version.body))


def _language(given: str) -> str:
    try:
        return Language(given).value
    except ValueError:
        raise BadInput(
            worded("This is not a language that this office writes."),
            to="language",
            mend=worded("Choose one of the list."),
        ) from None


def _clashes(
    session: Session, release: Release, touched: Sequence[Typed]
) -> Sequence[Clash]:
    clashes = [
        Clash(
            name=one.language,
            mine=one.words,
            theirs=_words(_version(release, one.language)),
        )
        for one in touched
        if one.seal != seal_of(_version(release, one.language))
    ]
    if not clashes:
        return ()
    last = edits.last_by(session, release.id)
    return [
        replace(one, by=last[one.name].by, at=last[one.name].at)
        if one.name in last
        else one
        for one in clashes
    ]


def _fact(clash: facts.FactClash) -> Clash:
    return Clash(name=clash.name, mine=(clash.mine, ""), theirs=(clash.theirs, ""))
