"""Somebody asks for their own data on a page: noted as a request, and a link is mailed to them.

The page itself shows little, because whoever was passed a mail may open it. The link goes to
the address that the mail was sent to, opens for three days, and stands in that mail alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bootstrap import Office
from core.errors import NotFound
from core.i18n import Words, words
from core.journal.actor import VISITOR
from core.keys import Purpose
from core.values import SCREENS, Language
from core.wording import worded
from core.zones import wall_of
from distributor.after.linked import TooOld
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.models import Delivery, Dispatch
from distributor.sending.bodies import MINE, Composed
from distributor.sending.mailings import send_notice
from distributor.states import Asked, Came, Settled

OPENS_FOR: Final = timedelta(days=3)
_ABOUT: Final = "mine:"


class LinkOver(NotFound):
    """It was ours, and its days are over."""

    code = "link-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Whom a mailed link lets in, and which request it answers."""

    address: str
    language: Language
    request_id: int


def ask(session: Session, office: Office, address: str, language: Language) -> bool:
    """Note the wish and mail the link; False where nothing may or can be mailed there.

    Asked again on one day, one mail leaves. Raises TooOld without an address.
    """
    if not address:
        raise TooOld
    settings, now = office.settings, office.clock.now()
    line = requests.note(
        session,
        Wish(kind=Asked.ACCESS, address=address, came_by=Came.PAGE),
        days=settings.legal.answer_days,
        zone=settings.organisation.zone,
        by=VISITOR,
        now=now,
    )
    channel = settings.alerts.channel or next(iter(office.channels), "")
    if not (settings.web.public_url and channel in office.channels):
        return False
    day = wall_of(now, settings.organisation.zone).date()
    said = words(language if language in SCREENS else Language.FRENCH)
    made = send_notice(
        session,
        about=f"{_ABOUT}{line.id}",
        addresses=[address],
        channel=channel,
        bodies=[_composed(office, said, language)],
        key=f"{_ABOUT}{line.id}/{day}",
        settings=settings,
        zone_rules=office.zone_rules,
        ids=office.ids,
        now=now,
    )
    return made is not None


def opened(session: Session, office: Office, signed: str) -> Door:
    """Raises NotFound for a link that we did not mail, or that is too old."""
    token = office.links.read(Purpose.MINE, signed)
    row = session.execute(
        select(Delivery.address, Delivery.language, Dispatch.about, Dispatch.planned_at)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(Delivery.token == token, Dispatch.about.startswith(_ABOUT))
    ).one_or_none()
    if token is None or row is None or not row.address:
        raise NotFound(
            worded("This link belongs to no message of ours."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )
    if office.clock.now() > row.planned_at + OPENS_FOR:
        raise LinkOver(
            worded("This link opened your data for three days, which are over."),
            to="token",
            mend=worded("Ask for another one on the page of what you receive."),
        )
    return Door(
        address=row.address,
        language=Language(row.language),
        request_id=int(row.about.removeprefix(_ABOUT)),
    )


def taken(session: Session, office: Office, door: Door) -> None:
    """They have it: the request is answered, once."""
    if requests.of(session, door.request_id).is_open:
        requests.answer(
            session,
            door.request_id,
            Settled.GRANTED,
            by=VISITOR,
            now=office.clock.now(),
        )


def _composed(office: Office, said: Words, language: Language) -> Composed:
    _ = said.gettext
    organisation = office.settings.organisation.called(said.language)
    subject = _("Your data at %(organisation)s") % {"organisation": organisation}
    first = _(
        "You, or somebody with a mail of yours, asked for all that we keep of you."
    )
    open_it = _("Open this link within three days to receive it:")
    not_you = _("If it was not you, do nothing: only whoever reads this mail gets it.")
    privacy = office.settings.notice_url(said.language)
    about = _("What we keep of you, why, and your rights:")
    frame = f'lang="{said.language.value}" dir="{said.direction}"'
    return Composed(
        language=language,
        subject=subject,
        plain=(
            f"{first}\n\n{open_it}\n{MINE}\n\n{not_you}\n\n"
            f"-- \n{organisation}\n{about}\n{privacy}\n"
        ),
        page="\n".join(
            [
                "<!doctype html>",
                f'<html {frame}><head><meta charset="utf-8"></head>',
                f'<body {frame} style="font-family: sans-serif; line-height: 1.5">',
                f"<p>{escape(first)}</p>",
                f"<p>{escape(open_it)}</p>",
                f'<p><a href="{MINE}">{MINE}</a></p>',
                f"<p>{escape(not_you)}</p>",
                f'<p><small>{escape(organisation)} · {escape(about)} <a href="{escape(privacy)}">{escape(privacy)}</a></small></p>',
                "</body></html>",
            ]
        ),
    )
