"""Sends an edition to its readers' groups through the ledger: one body for each language.

An edition is its own seal and approval; the same edition asked for twice is sent once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reviews import editions
from app.reviews.calendar import EditionKind
from app.reviews.counting import recounted
from app.reviews.filling import LANGUAGE
from app.reviews.models import Edition, ReaderGroup
from app.reviews.plan import WATCH
from core.i18n import Words, words
from core.ids import Ids
from core.reporting.document import Document, Heading
from core.reporting.formats import html, pdf
from core.reporting.formats import json as json_format
from core.reporting.layout import lay_out
from core.reporting.plain import plain
from core.reporting.report import Report, ReportSection
from core.reporting.writing import Write, written
from core.settings import Settings
from core.values import SCREENS, Language
from core.zones import ZoneRules
from distributor.channels.base import File
from distributor.models import Delivery, Dispatch
from distributor.sending.bodies import (
    PREFERENCES,
    READ,
    UNSUBSCRIBE,
    Composed,
    cleared,
)
from distributor.sending.mailings import send_edition
from distributor.states import Purpose

# Mail programs cut what is longer; beyond, the mail holds the first page.
_LONGEST_PAGE: Final = 95_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMail:
    """What one readers' group gets, composed: nothing slow is left to do."""

    list_id: int
    channel: str
    bodies: Sequence[Composed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Composes an edition outside any transaction that writes, then gives it away in one."""

    settings: Settings
    zone_rules: ZoneRules
    ids: Ids
    write: Write = written

    def compose(self, session: Session, row: Edition) -> Sequence[GroupMail]:
        report = editions.report_of(row)
        return [
            GroupMail(
                list_id=group.mailing_list_id,
                channel=group.channel,
                bodies=bodies(report, group, settings=self.settings, write=self.write),
            )
            for group in _groups(session, row)
            if row.version > 1 or self._has_something(report, group)
        ]

    def _has_something(self, report: Report, group: ReaderGroup) -> bool:
        """An edition with nothing in a group's sections is an empty one to its readers."""
        lines = any(section.lines for section in for_group(report, group).sections)
        return lines or not group.sections or self.settings.review.empty

    def send(
        self, session: Session, row: Edition, mails: Sequence[GroupMail], now: datetime
    ) -> None:
        """Give it to the distributor, group after group; nobody gets it twice."""
        reached: set[int] = set()
        earlier = _earlier(session, row)
        for mail in mails:
            dispatch = send_edition(
                session,
                about=about(row),
                list_id=mail.list_id,
                channel=mail.channel,
                bodies=mail.bodies,
                at=_leaves_at(row, now),
                zone=self.settings.organisation.zone,
                key=f"{about(row)}/list:{mail.list_id}",
                leave_out=sorted(reached),
                same_as=earlier if _sent_to(session, earlier) else (),
                settings=self.settings,
                zone_rules=self.zone_rules,
                ids=self.ids,
                now=now,
            )
            if dispatch is not None:
                reached |= _contacts(session, dispatch)


def _leaves_at(row: Edition, now: datetime) -> datetime:
    """Its hour: ticks that stood still longer than the grace hold it (S5).

    Only a person's validation makes it later. What nobody read leaves at its hour or waits:
    a machine that is back at noon, or whose backup is, may have sent it at eight.
    """
    read_at = row.validated_at if row.validated_by else None
    return max(row.ready_at or now, read_at or row.ready_at or now)


def about(row: Edition) -> str:
    """What the distributor calls this version of an edition."""
    return f"edition:{row.id}"


def bodies(
    report: Report, group: ReaderGroup, *, settings: Settings, write: Write = written
) -> Sequence[Composed]:
    """One mail for each language of the group's layout, the office's own language first."""
    shown = _without_signs(for_group(report, group))
    return [
        _composed(
            shown,
            spoken,
            with_pdf=group.with_pdf,
            settings=settings,
            write=write,
        )
        for spoken in layouts(group.layout, settings.language)
    ]


def for_group(report: Report, group: ReaderGroup) -> Report:
    """The sections the group reads and what rests on them, without links to our pages."""
    if not group.sections:
        return replace(report, address=None)
    chosen = [
        section
        for section in (_chosen(one, group) for one in report.sections)
        if section is not None
    ]
    printed = {
        article
        for section in chosen
        for line in section.lines
        for article in line.articles
    }
    subset = replace(
        report,
        sections=tuple(chosen),
        essentials=tuple(
            one for one in report.essentials if printed.intersection(one.articles)
        ),
        # Readers have no account: their own signed page is all of ours they can open.
        address=None,
    )
    return recounted(subset)


def _chosen(section: ReportSection, group: ReaderGroup) -> ReportSection | None:
    """The section, or of a section by language the lines of the watches they read."""
    if section.key in group.sections:
        return section
    if not section.key.startswith(LANGUAGE):
        return None
    wanted = {key.removeprefix(WATCH) for key in group.sections}
    lines = [
        line for line in section.lines if wanted.intersection(line.about.split(", "))
    ]
    return replace(section, lines=tuple(lines)) if lines else None


def groups_of(session: Session, row: Edition) -> Sequence[ReaderGroup]:
    """The groups of this kind of editions, the first first; behind them those that are gone."""
    kind = (
        EditionKind.FLASH if f"/{EditionKind.FLASH}" in row.key else EditionKind.MORNING
    )
    rows = session.scalars(select(ReaderGroup).order_by(ReaderGroup.id))
    there = [group for group in rows if kind in group.kinds]
    return sorted(there, key=lambda group: group.removed_at is not None)


def layouts(layout: str, own: str) -> Sequence[Sequence[Words]]:
    """The languages of each body."""
    if layout == "bilingual":
        both = sorted((Language.FRENCH, Language.ARABIC), key=lambda one: one != own)
        return [[words(one) for one in both]]
    if layout:
        return [[words(Language(layout))]]
    return [[words(one)] for one in sorted(SCREENS, key=lambda one: one != own)]


def _composed(
    report: Report,
    spoken: Sequence[Words],
    *,
    with_pdf: bool,
    settings: Settings,
    write: Write,
) -> Composed:
    document = lay_out(report, spoken)
    doors = _doors(settings, spoken[0])
    has_page = bool(settings.web.public_url)
    page, is_cut = html.mail(document, doors), False
    if len(page.encode()) > _LONGEST_PAGE:
        document, is_cut = _first_page(document), True
        page = html.mail(document, doors, is_cut=True)
    return Composed(
        language=spoken[0].language,
        subject=document.title,
        plain=_plain(document, spoken[0], doors, is_cut=is_cut),
        page=page,
        # What was cut is to be read somewhere.
        files=_files(report, spoken, write)
        if with_pdf or (is_cut and not has_page)
        else (),
    )


def _files(report: Report, spoken: Sequence[Words], write: Write) -> Sequence[File]:
    return [
        File(
            name=f"review-{report.day.isoformat()}-{report.edition}.{pdf.Format.suffix}",
            media_type=pdf.Format.media_type,
            content=write(pdf.Format.name, report, [one.language for one in spoken]),
        )
    ]


def _doors(settings: Settings, spoken: Words) -> html.Doors:
    return html.Doors(
        read=READ,
        preferences=PREFERENCES,
        unsubscribe=UNSUBSCRIBE,
        privacy=settings.notice_url(spoken.language),
        declaration=settings.legal.declaration,
    )


def _plain(
    document: Document, spoken: Words, doors: html.Doors, *, is_cut: bool
) -> str:
    _ = spoken.gettext
    parts = [
        plain(document),
        _(
            "This mail holds the first page. The whole is in the attached file or on the page."
        )
        if is_cut
        else "",
        # One line each: where there is no such page, its line goes.
        *(
            f"{name}: {sign}"
            for name, sign in (
                (_("Read it as a page"), READ),
                (_("Pause it, or choose your language"), PREFERENCES),
                (_("Receive the review no more"), UNSUBSCRIBE),
                (_("What we keep of you, why, and your rights"), doors.privacy),
            )
            if sign
        ),
        _("Processing declared to the CNDP under number {number}.").format(
            number=doors.declaration
        )
        if doors.declaration
        else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _first_page(document: Document) -> Document:
    """Up to where the annex begins."""
    places = [
        place
        for place, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.on_new_page
    ]
    return replace(document, blocks=document.blocks[: places[0] if places else None])


def _without_signs(report: Report) -> Report:
    """Others wrote the headlines: what they hold of our private signs is taken out."""
    text = json_format.Format().write(report, ()).decode()
    return json_format.read(json.loads(cleared(text)))


def _groups(session: Session, row: Edition) -> Sequence[ReaderGroup]:
    """The groups of the edition's kind; of a new version, the lists that got one before.

    A group may be gone by now: who got version 1 gets version 2, of the same sections.
    """
    every = groups_of(session, row)
    before = _sent_to(session, _earlier(session, row))
    if before:
        by_list = {group.mailing_list_id: group for group in reversed(every)}
        return [by_list[list_id] for list_id in before if list_id in by_list]
    return [group for group in every if group.removed_at is None]


def _sent_to(session: Session, named: Sequence[str]) -> Sequence[int]:
    """The lists that got one of these versions, in their order."""
    found = session.scalars(
        select(Dispatch.mailing_list_id)
        .where(Dispatch.about.in_(named), Dispatch.purpose == Purpose.EDITION)
        .order_by(Dispatch.id)
    )
    return list(dict.fromkeys(one for one in found if one is not None))


def _earlier(session: Session, row: Edition) -> Sequence[str]:
    """The versions before this one, as the distributor calls them."""
    before = session.scalars(
        select(Edition)
        .where(Edition.key == row.key, Edition.version < row.version)
        .order_by(Edition.version)
    )
    return [about(one) for one in before]


def _contacts(session: Session, dispatch: Dispatch) -> set[int]:
    found = session.scalars(
        select(Delivery.contact_id).where(
            Delivery.dispatch_id == dispatch.id, Delivery.contact_id.is_not(None)
        )
    )
    return {one for one in found if one is not None}
