"""A release as the editor shows it: its columns, its facts, and what was found beside each field."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.web.editor_form import EditForm
from app.web.pages import Pages
from core.errors import OfficeError
from core.i18n import Words
from core.models import Account, Release, Version
from core.releases import found_release
from core.values import Language, ReleaseKind
from distributor.checks.base import Finding, Level
from distributor.releases import changing, comments, edits, facts, freshness, importing
from distributor.releases.attaching import AttachmentRole
from distributor.releases.changing import Standing
from distributor.releases.comparing import Part, compare
from distributor.releases.editing import Clash, Clashing, seal_of
from distributor.releases.edits import Edit
from distributor.releases.freshness import Stale
from distributor.sending.looking import look

# What a form calls the rest: findings of no field of its own.
GENERAL: Final = "general"
_AT: Final = re.compile(r"(fr|ar|en|zgh)(?::(\d+)|, (title|body))?")
_FIELDS: Final = {"attachments": "files"} | {name: name for name in facts.NAMES}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """One finding in the reader's language, beside the field it concerns."""

    is_red: bool
    what: str
    mend: str
    # The line of the text; 0 where it concerns all of it.
    line: int = 0

    def told(self) -> Mapping[str, Any]:
        return {
            "red": self.is_red,
            "what": self.what,
            "mend": self.mend,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Why a language is to be translated again, and what changed since."""

    of: str
    # None where the two were never compared.
    parts: Sequence[Part] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashShown:
    clash: Clash
    # From what the other saved to what this person typed.
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    language: Language
    title: str
    body: str
    seal: str
    is_kept: bool
    edit: Edit | None
    outdated: Outdated | None
    clash: ClashShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one look at the editor shows beside what is kept."""

    typed: EditForm | None = None
    error: OfficeError | None = None
    status: int = 200
    # A language to begin.
    add: str = ""
    # What was just done, as a sentence.
    done: str = ""
    # A field of the forms below the editor: a remark that could not be kept.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    release: Release
    standing: Standing
    columns: Sequence[Column]
    facts: Mapping[str, str]
    shown: str
    # Facts that somebody else changed, with what they say now.
    clashing: Mapping[str, str]
    found: Mapping[str, Sequence[FoundLine]]
    more: Sequence[Language] = field(default_factory=tuple)


def page(
    pages: Pages,
    request: Request,
    release_id: int,
    asked: Asked,
    *,
    account: Account,
) -> Response:
    office = pages.office
    with office.database.read() as session:
        release = found_release(session, release_id)
        shown = view(session, office, release, asked, pages.words(request))
        return pages.show(
            request,
            "edit.html",
            account=account,
            status=asked.status,
            view=shown,
            release=release,
            remarks=comments.listed(session, release_id),
            asked=asked,
            error=asked.error,
            kinds=tuple(ReleaseKind),
            zones=_zones(office, release),
            roles=tuple(AttachmentRole),
            suffixes=[one for one in importing.suffixes() if one != ".pdf"],
        )


def view(
    session: Session, office: Office, release: Release, asked: Asked, said: Words
) -> View:
    standing = changing.standing(session, release.id)
    clashes = asked.error.clashes if isinstance(asked.error, Clashing) else ()
    kept = dict(facts.of(session, release))
    return View(
        release=release,
        standing=standing,
        columns=_columns(session, release, standing, asked, clashes),
        facts=kept | dict(asked.typed.facts() if asked.typed else {}),
        # After a clash the other's words have been seen: what is sent next is meant.
        shown=_base(kept, asked),
        clashing={
            one.name: one.theirs[0] for one in clashes if one.name in facts.NAMES
        },
        found=found(session, office, release.id, said),
        more=[
            one
            for one in Language
            if one not in {version.language for version in release.versions}
            and one not in (Language.FRENCH, Language.ARABIC)
            and one.value != asked.add
        ],
    )


def found(
    session: Session, office: Office, release_id: int, said: Words
) -> Mapping[str, Sequence[FoundLine]]:
    """What the checks find in the words and facts, by field. Asks no name server."""
    lines: dict[str, list[FoundLine]] = {}
    findings = look(
        session,
        release_id=release_id,
        list_name=None,
        wall=None,
        zone=office.settings.organisation.zone,
        channel="",
        settings=office.settings,
        zone_rules=office.zone_rules,
        domain=None,
        now=office.clock.now(),
    )
    for one in findings:
        what, mend = one.said(said)
        for slot, line in _slots(one):
            lines.setdefault(slot, []).append(
                FoundLine(
                    is_red=one.level is Level.RED, what=what, mend=mend, line=line
                )
            )
    return lines


def stale_languages(session: Session, release: Release) -> Sequence[str]:
    return list(freshness.stale(session, release))


def _slots(finding: Finding) -> Sequence[tuple[str, int]]:
    """The fields a finding concerns; two languages that disagree both show it."""
    if finding.to in _FIELDS:
        return [(_FIELDS[finding.to], 0)]
    exact = _AT.fullmatch(finding.to)
    if exact is not None:
        return [(f"{exact[3] or 'body'}-{exact[1]}", int(exact[2] or 0))]
    named = [one for one in re.split(r"\W+", finding.to) if one in set(Language)]
    return [(f"body-{one}", 0) for one in named] or [(GENERAL, 0)]


def _columns(
    session: Session,
    release: Release,
    standing: Standing,
    asked: Asked,
    clashes: Sequence[Clash],
) -> Sequence[Column]:
    kept = {one.language: one for one in release.versions}
    # What this person left alone is shown as it is now.
    typed = {
        one.language: one
        for one in (asked.typed.versions() if asked.typed else ())
        if not one.untouched
    }
    stale = freshness.stale(session, release)
    last = edits.last_by(session, release.id)
    wanted = {*kept, *typed, asked.add}
    if standing.left_by is None:
        wanted |= {Language.FRENCH, Language.ARABIC}
    return [
        _column(
            language,
            kept.get(language),
            (typed[language].title, typed[language].body, typed[language].seal)
            if language in typed
            else None,
            edit=last.get(language),
            stale=stale.get(language),
            clash=next((one for one in clashes if one.name == language), None),
        )
        for language in Language
        if language in wanted
    ]


def _column(
    language: Language,
    version: Version | None,
    typed: tuple[str, str, str] | None,
    *,
    edit: Edit | None,
    stale: Stale | None,
    clash: Clash | None,
) -> Column:
    seal = seal_of(version)
    title, body = (version.title, version.body) if version else ("", "")
    if typed is not None:
        title, body, seal = typed[0], typed[1], seal if clash else typed[2]
    return Column(
        language=language,
        title=title,
        body=body,
        seal=seal,
        is_kept=version is not None,
        edit=edit if version is not None else None,
        outdated=None
        if stale is None
        else Outdated(
            of=stale.of,
            parts=None
            if stale.before is None
            else compare("\n\n".join(stale.before), "\n\n".join(stale.after)),
        ),
        clash=None
        if clash is None
        else ClashShown(
            clash=clash,
            parts=compare("\n\n".join(clash.theirs), "\n\n".join(clash.mine)),
        ),
    )


def _base(kept: Mapping[str, str], asked: Asked) -> str:
    before: Mapping[str, str] = kept
    if asked.typed is not None and not isinstance(asked.error, Clashing):
        before = asked.typed.before()
    return json.dumps(dict(before), ensure_ascii=False)


def _zones(office: Office, release: Release) -> Sequence[str]:
    return list(dict.fromkeys([office.settings.organisation.zone, release.zone, "UTC"]))
