"""Who is reached for the press: contacts, their lists, and who must not be mailed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

# What is erased is gone for SQL too, and not the word null.
_NULL_OR_JSON = JSON(none_as_null=True)


class Contact(Base):
    """A person or newsroom reached for the press; the key makes one of spellings of one address."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(unique=True)
    # "journalist" or "newsroom".
    kind: Mapped[str] = mapped_column(default="journalist")
    name: Mapped[str] = mapped_column(default="")
    # In order of preference: ["ar", "fr"].
    languages: Mapped[list[str]]
    # The present one; earlier ones are employments.
    outlet: Mapped[str] = mapped_column(default="")
    beats: Mapped[list[str]]
    phone: Mapped[str] = mapped_column(default="")
    provenance: Mapped[str] = mapped_column(default="")
    # "unknown" or "given"; an opposition is a suppression.
    consent: Mapped[str] = mapped_column(default="unknown")
    consent_at: Mapped[datetime | None] = mapped_column(default=None)
    # Not to be mailed between these wall times of the office's zone, like "22:00" and "07:00".
    quiet_from: Mapped[str] = mapped_column(default="")
    quiet_until: Mapped[str] = mapped_column(default="")
    # The contact asked for silence until then, on the preference page.
    paused_until: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Employment(Base):
    """Where a contact worked and works; open when `until` is empty."""

    __tablename__ = "employment"
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    outlet: Mapped[str]
    since: Mapped[date | None] = mapped_column(default=None)
    until: Mapped[date | None] = mapped_column(default=None)


class MailingList(Base):
    """A named set of contacts: those who joined it or, where it has a rule, those who fit."""

    __tablename__ = "mailing_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    rule: Mapped[dict[str, Any] | None] = mapped_column(default=None)


class Membership(Base):
    __tablename__ = "membership"
    mailing_list_id: Mapped[int] = mapped_column(
        ForeignKey("mailing_list.id"), primary_key=True
    )
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id"), primary_key=True, index=True
    )


class ContactBatch(Base):
    """One import or merge, which can be undone as a whole."""

    __tablename__ = "contact_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    # "import" or "merge".
    kind: Mapped[str]
    file_name: Mapped[str] = mapped_column(default="")
    list_name: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class ContactChange(Base):
    """What a batch did to one contact: how it was before and after; empty for not there."""

    __tablename__ = "contact_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("contact_batch.id"), index=True)
    # Not a foreign key: the contact may be gone, and comes back by undoing.
    contact_id: Mapped[int] = mapped_column(index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(_NULL_OR_JSON, default=None)
    after: Mapped[dict[str, Any] | None] = mapped_column(default=None)


class Suppression(Base):
    """An address that must not be mailed. Survives import, restore and the contact itself.

    The key is forgotten when the person is erased; the hash goes on refusing the address.
    """

    __tablename__ = "suppression"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str | None] = mapped_column(unique=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    since: Mapped[datetime]


class Lifting(Base):
    """That a suppression was lifted, and why: kept without the address itself."""

    __tablename__ = "lifting"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(index=True)
    # Why the address was suppressed, and why it is not any more.
    reason: Mapped[str]
    because: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime]


class Erasure(Base):
    """That a person was erased, by the hash of their address: a backup of before names them."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    # The last time.
    erased_at: Mapped[datetime] = mapped_column(index=True)


class Answer(Base):
    """What a contact answered to a release, or how they were seen there.

    `coming`, `coming with camera`, `declined`, `replied`; at the door `present`, `absent`.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("release_id", "contact_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    answer: Mapped[str]
    # An account's name, or "link" when the contact used their own signed link.
    said_by: Mapped[str]
    said_at: Mapped[datetime]
    # Once seen at the door, what they had said before: {"answer": ..., "said_by": ...}.
    before: Mapped[dict[str, Any] | None] = mapped_column(_NULL_OR_JSON, default=None)
    # Who comes with them, in what, with what; erased some time after the event.
    crew_size: Mapped[int | None] = mapped_column(default=None)
    crew: Mapped[list[str] | None] = mapped_column(_NULL_OR_JSON, default=None)
    plate: Mapped[str | None] = mapped_column(default=None)
    equipment: Mapped[str | None] = mapped_column(default=None)
