"""What the sending half keeps, how long and why: contacts, deliveries, events, waiting files."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from core.i18n import N_
from core.retention import Due, Look, Rule, Sweep, Then
from core.settings import Retention
from distributor.after import gathering
from distributor.contacts import old_deliveries, requests
from distributor.contacts.importing import waiting
from distributor.models import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    ContactFile,
    Erasure,
    PersonRequest,
    VersionEdit,
    VersionPair,
)

_SENT: Final = N_("the hour of the dispatch")
_PROOF: Final = N_("It proves what was sent to whom, and what became of it.")


def rules(retention: Retention) -> Sequence[Rule]:
    return (
        *_releases(retention),
        *_contacts(retention),
        *_dispatches(retention),
        *_events(retention),
    )


def _releases(retention: Retention) -> Sequence[Rule]:
    return (
        Rule(
            name="releases",
            what=N_("Releases, what was attached to them and what was published"),
            tables=(
                "release",
                "version",
                "attachment",
                "publication",
                "published_file",
                "published_text",
                "release_comment",
                "version_pair",
            ),
            then=Then.KEPT,
            why=N_("They are the archive of the office."),
        ),
        Rule(
            name="edits",
            what=N_("Earlier words of a release"),
            tables=("version_edit",),
            then=Then.REMOVED,
            kept_for=timedelta(days=retention.edit_days),
            since=N_("the day they were written"),
            setting="retention.edit_days",
            why=N_("While a release is worked on, a text can be taken back."),
            look=Sweep(due=_edits(retention), drop=_drop_edits),
        ),
    )


def _contacts(retention: Retention) -> Sequence[Rule]:
    return (
        Rule(
            name="contacts",
            what=N_("Contacts, their outlets and their lists"),
            tables=("contact", "employment", "mailing_list", "membership"),
            then=Then.PROPOSED,
            kept_for=timedelta(days=retention.contact_days),
            since=N_("the day somebody last verified them"),
            setting="retention.contact_days",
            why=N_("The press is served as a public task; what is kept must be right."),
            is_personal=True,
            look=Look(due=_unverified(retention)),
        ),
        Rule(
            name="batches",
            what=N_("How contacts were before and after an import or a merge"),
            tables=("contact_batch", "contact_change"),
            then=Then.REMOVED,
            kept_for=timedelta(days=retention.batch_days),
            since=N_("the day of the import or the merge"),
            setting="retention.batch_days",
            why=N_("Until then it can be undone."),
            is_personal=True,
            look=Sweep(due=_images(retention), drop=_drop_images),
        ),
        Rule(
            name="contact-files",
            what=N_("Contact files that wait to be imported"),
            tables=("contact_file",),
            then=Then.REMOVED,
            kept_for=waiting.KEPT,
            since=N_("the moment the file was given"),
            why=N_("Somebody looks at it before it is imported."),
            is_personal=True,
            look=Sweep(due=waiting.old, drop=_drop_files),
        ),
        Rule(
            name="erasures",
            what=N_("Hashes of the addresses of people who were erased"),
            tables=("erasure",),
            then=Then.REMOVED,
            kept_for=timedelta(days=retention.erasure_days),
            since=N_("the erasure"),
            setting="retention.erasure_days",
            why=N_("A backup of before is held to it when it is restored."),
            is_personal=True,
            look=Sweep(due=_erasures(retention), drop=_drop_erasures),
        ),
        Rule(
            name="suppressions",
            what=N_("Addresses that must not be mailed, or their hash alone"),
            tables=("suppression", "lifting"),
            then=Then.KEPT,
            why=N_("An opposition holds until the person takes it back."),
            is_personal=True,
        ),
        Rule(
            name="restorations",
            what=N_("When the office was restored from a backup"),
            tables=("restoration",),
            then=Then.KEPT,
            why=N_("What may have left before must not leave again."),
        ),
        Rule(
            name="requests",
            what=N_("What people asked about their own data, and how it was answered"),
            tables=("person_request",),
            then=Then.REMOVED,
            kept_for=requests.KEPT,
            since=N_("the day the request was answered"),
            why=N_("It proves that people were answered in time."),
            is_personal=True,
            look=Sweep(
                due=lambda _, now: requests.old(now),
                drop=lambda session, ids: session.execute(
                    delete(PersonRequest).where(PersonRequest.id.in_(ids))
                ),
            ),
        ),
    )


def _dispatches(retention: Retention) -> Sequence[Rule]:
    return (
        Rule(
            name="dispatches",
            what=N_(
                "Dispatches, their approvals, and the hash and fate of each message"
            ),
            tables=(
                "dispatch",
                "approval",
                "delegation",
                "waiver",
                "body",
                "body_file",
                "batch",
                "delivery",
                "attempt",
                "event",
                "test_mail",
            ),
            then=Then.KEPT,
            why=_PROOF,
        ),
        Rule(
            name="addresses",
            what=N_("Addresses and names in deliveries, and what servers said of them"),
            tables=("delivery", "attempt", "event"),
            then=Then.PSEUDONYMISED,
            kept_for=timedelta(days=retention.address_days),
            since=_SENT,
            setting="retention.address_days",
            why=N_("Corrections must reach whoever got a release."),
            is_personal=True,
            look=old_deliveries.addresses(retention),
        ),
        Rule(
            name="left-out",
            what=N_("Addresses that a dispatch left out"),
            tables=("dispatch",),
            then=Then.PSEUDONYMISED,
            kept_for=timedelta(days=retention.address_days),
            since=_SENT,
            setting="retention.address_days",
            why=_PROOF,
            is_personal=True,
            look=old_deliveries.left_out(retention),
        ),
        Rule(
            name="recipients",
            what=N_("Which contact a delivery was for"),
            tables=("delivery",),
            then=Then.EMPTIED,
            kept_for=timedelta(days=retention.recipient_days),
            since=_SENT,
            setting="retention.recipient_days",
            why=_PROOF,
            is_personal=True,
            look=old_deliveries.recipients(retention),
        ),
    )


def _events(retention: Retention) -> Sequence[Rule]:
    kept_for = timedelta(days=retention.event_days)
    return (
        Rule(
            name="answers",
            what=N_("Who was invited to an event, answered and came"),
            tables=("answer", "gathering"),
            then=Then.KEPT,
            why=N_("It goes with its contact; the balance counts it."),
            is_personal=True,
        ),
        Rule(
            name="crews",
            what=N_("Crews, vehicles and equipment announced for an event"),
            tables=("answer",),
            then=Then.EMPTIED,
            kept_for=kept_for,
            since=N_("the event"),
            setting="retention.event_days",
            why=N_("The door needs it on the day."),
            is_personal=True,
            look=gathering.old_crews(retention),
        ),
        Rule(
            name="walk-ins",
            what=N_("Guests who came to an event and are no contacts"),
            tables=("walk_in",),
            then=Then.EMPTIED,
            kept_for=kept_for,
            since=N_("the event"),
            setting="retention.event_days",
            why=N_("The door needs it on the day."),
            is_personal=True,
            look=gathering.old_walk_ins(retention),
        ),
    )


def _unverified(retention: Retention) -> Due:
    def due(_: Session, now: datetime) -> Select[Any]:
        before = now - timedelta(days=retention.contact_days)
        # Who answered by their own link was there to read the mail.
        answered = exists().where(
            Answer.contact_id == Contact.id,
            Answer.said_by == "link",
            Answer.said_at >= before,
        )
        return select(Contact.id).where(
            Contact.updated_at < before,
            or_(Contact.consent_at.is_(None), Contact.consent_at < before),
            ~answered,
        )

    return due


def _images(retention: Retention) -> Due:
    def due(_: Session, now: datetime) -> Select[Any]:
        before = now - timedelta(days=retention.batch_days)
        return (
            select(ContactChange.id)
            .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
            .where(ContactBatch.made_at < before)
            .order_by(ContactChange.id)
        )

    return due


def _drop_images(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(ContactChange).where(ContactChange.id.in_(ids)))


def _erasures(retention: Retention) -> Due:
    def due(_: Session, now: datetime) -> Select[Any]:
        before = now - timedelta(days=retention.erasure_days)
        return select(Erasure.id).where(Erasure.erased_at < before)

    return due


def _drop_erasures(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Erasure).where(Erasure.id.in_(ids)))


def _drop_files(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(ContactFile).where(ContactFile.id.in_(ids)))


def _edits(retention: Retention) -> Due:
    """All but the first, the last and those that somebody compared."""
    earlier, later = aliased(VersionEdit), aliased(VersionEdit)
    same = (VersionEdit.release_id, VersionEdit.language)

    def due(_: Session, now: datetime) -> Select[Any]:
        return select(VersionEdit.id).where(
            VersionEdit.at < now - timedelta(days=retention.edit_days),
            exists().where(
                and_(earlier.release_id == same[0], earlier.language == same[1]),
                earlier.id < VersionEdit.id,
            ),
            exists().where(
                and_(later.release_id == same[0], later.language == same[1]),
                later.id > VersionEdit.id,
            ),
            ~exists().where(
                or_(
                    VersionPair.one_edit_id == VersionEdit.id,
                    VersionPair.other_edit_id == VersionEdit.id,
                )
            ),
        )

    return due


def _drop_edits(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(VersionEdit).where(VersionEdit.id.in_(ids)))
