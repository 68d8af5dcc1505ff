"""How this installation stands before the law: its measures, its numbers, what it must still say."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import retention
from app.legal.processors import Abroad, Processor
from app.legal.register import Measure, Missing, Number
from app.legal.tracking import Tracking
from core.i18n import N_
from core.models import Account
from core.settings import Settings
from distributor.contacts import requests
from distributor.models import Contact, Delivery, PersonRequest, Suppression
from monitor.models import Article, Byline

_CONTACTS: Final = "contacts"


def measures(settings: Settings) -> Iterator[Measure]:
    web = settings.web
    for what, is_on in (
        (
            N_("Everybody signs in under their own account, with a role of their own."),
            not web.sign_in_as,
        ),
        (
            N_(
                "Passwords are kept as slow hashes (Argon2id); trying them is slowed down."
            ),
            True,
        ),
        (
            N_("Whoever may approve or send needs a second factor or a passkey."),
            web.second_factor == "required",
        ),
        (
            N_("Nothing is sent before a second person has approved it."),
            settings.approval == "two-person",
        ),
        (N_("Every change is told in a journal that is chained and signed."), True),
        (N_("Logs name no person: they hold numbers of rows."), True),
        (
            N_("The outside reaches the pages by https alone."),
            web.public_url.startswith("https://"),
        ),
        (N_("Backups are encrypted, and made each night."), _has_backup(settings)),
        (N_("Mail leaves over protected lines alone."), _is_protected(settings)),
        (N_("Old data is removed, emptied or replaced by a hash each night."), True),
        (
            N_("Nobody who reads a mail or a public page is followed."),
            not (settings.tracking.opens or settings.tracking.clicks),
        ),
    ):
        yield Measure(what=what, is_on=is_on)


def _has_backup(settings: Settings) -> bool:
    return bool(settings.backup.folder or settings.backup.store.bucket)


def _is_protected(settings: Settings) -> bool:
    smtp: dict[str, Any] | None = settings.channels.get("smtp")
    return smtp is None or smtp.get("security", "starttls") != "none"


def numbers(session: Session, settings: Settings, now: datetime) -> Iterator[Number]:
    def count(*where: Any, of: Any) -> int:
        asked = select(func.count()).select_from(of).where(*where)
        return session.scalar(asked) or 0

    open_ones = requests.listed(session, open_only=True)
    yield from (
        Number(name=name, value=value)
        for name, value in (
            (N_("people and newsrooms on the press list"), count(of=Contact)),
            (
                N_("of them without a provenance"),
                count(Contact.provenance == "", of=Contact),
            ),
            (
                N_("of them who gave their consent"),
                count(Contact.consent == "given", of=Contact),
            ),
            (
                N_("of them unverified for too long"),
                _unverified(session, settings, now),
            ),
            (N_("addresses that must not be mailed"), count(of=Suppression)),
            (
                N_("of them known by a hash alone"),
                count(Suppression.address_key.is_(None), of=Suppression),
            ),
            (
                N_("messages that still name their recipient"),
                count(Delivery.address != "", of=Delivery),
            ),
            (N_("by-lines that name a contact"), count(of=Byline)),
            (
                N_("articles whose full text is kept"),
                count(Article.full_text.is_not(None), of=Article),
            ),
            (
                N_("accounts of the office"),
                count(Account.disabled_at.is_(None), of=Account),
            ),
            (N_("requests of people, answered or open"), count(of=PersonRequest)),
            (N_("of them open"), len(open_ones)),
            (N_("of them late"), sum(one.due_at < now for one in open_ones)),
        )
    )


def _unverified(session: Session, settings: Settings, now: datetime) -> int:
    """As the table of retention counts those that a person is asked to look at."""
    rule = next(one for one in retention.rules(settings) if one.name == _CONTACTS)
    return rule.look.count(session, now) if rule.look is not None else 0


def missing(
    settings: Settings, found: Sequence[Processor], seen: Tracking
) -> Iterator[Missing]:
    legal = settings.legal
    for is_missing, what, about in (
        (not legal.controller, N_("Say who answers for the data."), "legal.controller"),
        (
            not (legal.address or settings.organisation.postal_address),
            N_("Give the postal address of who answers for the data."),
            "legal.address",
        ),
        (
            not legal.correspondent,
            N_("Name whom people write to about their data."),
            "legal.correspondent",
        ),
        (
            not legal.declaration,
            N_("Declare the processing to the CNDP, and note the number."),
            "legal.declaration",
        ),
        (
            not _has_backup(settings),
            N_("Have a backup made each night."),
            "backup.folder",
        ),
    ):
        if is_missing:
            yield Missing(what=what, about=about)
    for one in found:
        if one.abroad is Abroad.UNSAID:
            yield Missing(
                what=N_("Say in which country this processor keeps what it gets."),
                about=f"legal.countries: {one.host}",
            )
        elif one.abroad is Abroad.ABROAD and not legal.transfer:
            yield Missing(
                what=N_(
                    "Ask the CNDP to authorise this transfer abroad (form F118), and note the number."
                ),
                about=f"legal.transfer: {one.host}",
            )
    for what in seen.amiss:
        yield Missing(what=N_("A template loads something of others."), about=what)
