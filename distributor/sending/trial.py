"""Trial: a release as it is now, mailed to an address of the office, and remembered by its seal.

rendered -> marked as a test -> one notice by the ledger for each language -> a row each
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.ids import Ids
from core.keys import Links
from core.models import Account, Release
from core.settings import Settings
from core.values import Language
from core.wording import worded
from core.zones import ZoneRules
from distributor.contacts import addresses
from distributor.models import Delivery, TestMail
from distributor.sending import mailings, message, preview, splice
from distributor.sending.bodies import Composed
from distributor.sending.message import Person
from distributor.sending.rendering import render
from distributor.sending.sealing import release_seal

_MARKS: Final = {
    Language.FRENCH: "[Essai]",
    Language.ARABIC: "[تجربة]",
    Language.ENGLISH: "[Test]",
    Language.AMAZIGH: "[Essai]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test mail of a release under one seal."""

    language: str
    address: str
    by: str
    at: datetime
    # What became of it: a state of a delivery.
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One wish to see a release in a mailbox; its key names it, so that it is sent once."""

    address: str
    channel: str
    languages: Collection[str]
    key: str
    # Whether the mail greets the sample by name.
    named: bool = True


def tested(session: Session, release_id: int, seal: str) -> Sequence[Tested]:
    """The test mails of a release as it is under *seal*; empty when it changed since the last."""
    rows = session.execute(
        select(TestMail, Account.name, Delivery.state)
        .join(Account, Account.id == TestMail.account_id)
        .join(Delivery, Delivery.dispatch_id == TestMail.dispatch_id)
        .where(TestMail.release_id == release_id, TestMail.seal == seal)
        .order_by(TestMail.id.desc())
    )
    return [
        Tested(
            language=row.language, address=row.address, by=by, at=row.at, state=state
        )
        for row, by, state in rows
    ]


def ever(session: Session, release_id: int) -> datetime | None:
    """When a test was last sent, of whatever words."""
    return session.scalar(
        select(TestMail.at)
        .where(TestMail.release_id == release_id)
        .order_by(TestMail.id.desc())
        .limit(1)
    )


def own_address(given: str, settings: Settings) -> str:
    """An address of the office as it is written on envelopes. Raises BadInput for any other."""
    refused = BadInput(
        worded("A test goes only to addresses of this office."),
        to="address",
        mend=worded("Give one under its own domain, or one that the settings name."),
    )
    try:
        read = addresses.read(given)
    except BadInput:
        raise refused from None
    organisation = settings.organisation
    known = [
        organisation.sender,
        organisation.reply_to,
        *settings.sending.seeds,
        *settings.alerts.to,
    ]
    keys = {addresses.read(one).key for one in known if one}
    domain = addresses.read(organisation.sender).key.rpartition("@")[2]
    if read.key not in keys and read.key.rpartition("@")[2] != domain:
        raise refused
    return read.written


def send(
    session: Session,
    release: Release,
    order: Order,
    *,
    channels: Collection[str],
    by: Account,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    links: Links,
    now: datetime,
) -> Sequence[int]:
    """Answers the dispatches. *channels* are those that a program sends through."""
    address = own_address(order.address, settings)
    if order.channel not in channels:
        raise BadInput(
            worded("No program sends through this channel."),
            to="channel",
            mend=worded("Choose one of the list."),
        )
    has = [one.language for one in release.versions]
    wanted = [one for one in has if one in order.languages]
    if not wanted:
        raise BadInput(
            worded("The release has no version in this language."),
            to="language",
            mend=worded("Choose another language, or write this version first."),
        )
    seal = release_seal(release, settings)
    made = []
    for language in wanted:
        dispatch = mailings.send_notice(
            session,
            about=f"test:{release.id}:{language}",
            addresses=[address],
            channel=order.channel,
            bodies=[
                _composed(
                    session,
                    release,
                    Language(language),
                    named=order.named,
                    settings=settings,
                    links=links,
                    now=now,
                )
            ],
            key=f"test:{order.key}:{language}",
            settings=settings,
            zone_rules=zone_rules,
            ids=ids,
            now=now,
        )
        if dispatch is None:
            raise Conflict(
                worded(
                    "This address must not be mailed: it is among the suppressions."
                ),
                to="address",
                mend=worded("Give another address of the office."),
            )
        made.append(dispatch.id)
        _remember(
            session,
            TestMail(
                release_id=release.id,
                seal=seal,
                language=language,
                address=address,
                dispatch_id=dispatch.id,
                account_id=by.id,
                at=now,
            ),
        )
    return made


def _remember(session: Session, row: TestMail) -> None:
    """Once for each mail: the same wish may be said twice."""
    known = session.scalar(
        select(TestMail.id).where(TestMail.dispatch_id == row.dispatch_id)
    )
    if known is None:
        session.add(row)


def _composed(
    session: Session,
    release: Release,
    language: Language,
    *,
    named: bool,
    settings: Settings,
    links: Links,
    now: datetime,
) -> Composed:
    """The words, pictures and files of the real mail; its links lead nowhere."""
    text = preview.read(session, release, language, settings, now)
    rendered = render(text, settings)
    letter = message.bind(text.cover, rendered, settings, links=links, signs=False)
    reader = preview.sample(release, language, named=named)
    values = letter.values(
        Person(address=reader.address, name=reader.name, token=preview.TOKEN)
    )
    return Composed(
        language=language,
        subject=f"{_MARKS[language]} {text.subject}",
        plain=splice.rendered(rendered.plain, values),
        page=splice.rendered(rendered.page, values),
        files=[
            *(one.file for one in text.pictures),
            *text.files,
        ],
    )
