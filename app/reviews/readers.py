"""Readers' groups: who gets which editions by mail, with which sections, laid out how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reviews.calendar import EditionKind
from app.reviews.models import ReaderGroup
from app.reviews.plan import OTHERS, plan_of
from core.errors import BadInput, NotFound
from core.settings import Settings
from core.wording import worded
from distributor.contacts import lists
from distributor.models import MailingList
from monitor import watches

LAYOUTS: Final = ("", "fr", "ar", "en", "bilingual")
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A readers' group as it is shown; `members` are the contacts of its list."""

    id: int
    name: str
    mailing_list: str
    members: int
    channel: str
    layout: str
    sections: Sequence[str]
    kinds: Sequence[str]
    with_pdf: bool


def groups(session: Session) -> Sequence[Group]:
    rows = session.execute(
        select(ReaderGroup, MailingList)
        .join(MailingList, MailingList.id == ReaderGroup.mailing_list_id)
        .where(ReaderGroup.removed_at.is_(None))
        .order_by(ReaderGroup.id)
    ).all()
    return [
        Group(
            id=row.id,
            name=row.name,
            mailing_list=mailing_list.name,
            members=len(session.execute(lists.members(session, mailing_list)).all()),
            channel=row.channel,
            layout=row.layout,
            sections=tuple(row.sections),
            kinds=tuple(row.kinds),
            with_pdf=row.with_pdf,
        )
        for row, mailing_list in rows
    ]


def add(
    session: Session,
    *,
    name: str,
    list_name: str,
    channel: str,
    layout: str,
    sections: Sequence[str],
    kinds: Sequence[str],
    with_pdf: bool,
    settings: Settings,
    by: str,
    now: datetime,
) -> ReaderGroup:
    """Raises BadInput, or NotFound for a list that there is not."""
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME:
        raise BadInput(
            worded("A readers' group needs a name."),
            to="name",
            mend=worded("Give it one of 80 letters at most."),
        )
    if session.scalar(select(ReaderGroup.id).where(ReaderGroup.name == called)):
        raise BadInput(
            worded("There is a readers' group called %(name)s.", name=called),
            to="name",
            mend=worded("Choose another name, or remove that group first."),
        )
    _require_known("layout", layout, LAYOUTS)
    names = [line.name for line in watches.listed(session) if line.is_on]
    there = [*(one.key for one in plan_of(session, names).sections), *OTHERS]
    for section in sections:
        _require_known("sections", section, there)
    for kind in kinds:
        _require_known("kinds", kind, list(EditionKind))
    if not channel or channel not in settings.channels:
        raise BadInput(
            worded("The channel %(name)s is not set up.", name=channel),
            to="channel",
            mend=worded(
                "The channels are: %(channels)s.",
                channels=", ".join(sorted(settings.channels)),
            ),
        )
    list_id = lists.by_name(session, list_name).id
    wanted = list(kinds) or [EditionKind.MORNING.value]
    _require_free(session, list_id, wanted)
    group = ReaderGroup(
        name=called,
        mailing_list_id=list_id,
        channel=channel,
        layout=layout,
        sections=list(sections),
        kinds=wanted,
        with_pdf=with_pdf,
        made_by=by,
        made_at=now,
    )
    session.add(group)
    session.flush()
    return group


def _require_free(session: Session, list_id: int, kinds: Sequence[str]) -> None:
    """A list reads an edition once, in one group."""
    others = session.scalars(
        select(ReaderGroup).where(
            ReaderGroup.mailing_list_id == list_id, ReaderGroup.removed_at.is_(None)
        )
    )
    for other in others:
        if set(other.kinds) & set(kinds):
            raise BadInput(
                worded("The group %(name)s has this list already.", name=other.name),
                to="mailing_list",
                mend=worded(
                    "Give this group a list of its own, or remove that group first."
                ),
            )


def remove(session: Session, name: str, *, now: datetime) -> None:
    """The list and its contacts stay, and so does what the group read. Raises NotFound."""
    found = session.scalar(
        select(ReaderGroup).where(
            ReaderGroup.name == name, ReaderGroup.removed_at.is_(None)
        )
    )
    if found is None:
        raise NotFound(
            worded("There is no readers' group called %(name)s.", name=f"{name!r}"),
            to="group",
            mend=worded("See `parution review readers`."),
        )
    found.removed_at = now
    # Its name may be given again.
    found.name = f"{found.name} #{found.id}"
    session.flush()


def _require_known(field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise BadInput(
            worded("%(value)s is not known here.", value=value),
            to=field,
            mend=worded(
                "It can be: %(values)s.", values=", ".join(one for one in known if one)
            ),
        )
