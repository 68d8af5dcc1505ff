"""Preview: a release as one reader would get it, by the very letter that a dispatch sends."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.keys import Links
from core.models import Release
from core.settings import Settings
from core.values import Language
from core.wording import worded
from distributor.channels.base import Message
from distributor.contacts.suppression import suppressed
from distributor.models import Contact, Dispatch
from distributor.sending import audience, letters, message, moves, plan
from distributor.sending.message import Person
from distributor.sending.text import Text
from distributor.states import Purpose

# Names no delivery, so that the links of a preview do nothing to anybody.
TOKEN: Final = "preview"  # noqa: S105 - no secret: it opens nothing
FOUND: Final = 10
SAMPLES: Final = {
    Language.FRENCH: "Salma Benjelloun",
    Language.ARABIC: "سلمى بنجلون",
    Language.ENGLISH: "Salma Benjelloun",
    Language.AMAZIGH: "Salma Benjelloun",
}
_SAMPLE_ADDRESS: Final = "journaliste@example.org"
_SHOWN: Final = re.compile(r"cid:([^\"'>\s]+)")
_DARK: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who the mail is for."""

    name: str
    address: str
    language: Language
    contact_id: int | None = None
    # Why this contact would get nothing; empty when they would.
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One mail, taken apart again as a mail program does it."""

    mail: EmailMessage
    # The enclosures that travel, and those that are too large to.
    files: Sequence[str]
    left_behind: Sequence[str]
    # Bytes on the wire.
    size: int

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.mail.items()]

    @property
    def plain(self) -> str:
        return self._part("plain")

    def page(self, *, dark: bool = False) -> str:
        """The page with its pictures inside it, in the light or the dark of its own style."""
        pictures = {
            str(part["Content-ID"]).strip("<>"): part
            for part in self.mail.walk()
            if part["Content-ID"]
        }

        def shown(found: re.Match[str]) -> str:
            part = pictures.get(found[1])
            if part is None:
                return found[0]
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            coded = base64.b64encode(content).decode("ascii")
            return f"data:{part.get_content_type()};base64,{coded}"

        page = _SHOWN.sub(shown, self._part("html"))
        return _DARK.sub("all" if dark else "not all", page)

    def _part(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        return "" if part is None else str(part.get_content())


def sample(release: Release, language: Language, *, named: bool) -> Reader:
    """A reader nobody is. Raises BadInput where there is no such version."""
    if language not in {one.language for one in release.versions}:
        raise BadInput(
            worded("The release has no version in this language."),
            to="language",
            mend=worded("Choose another language, or write this version first."),
        )
    return Reader(
        name=SAMPLES[language] if named else "",
        address=_SAMPLE_ADDRESS,
        language=language,
    )


def contact(session: Session, release: Release, contact_id: int) -> Reader:
    """A contact, in the language they would get it in. Raises NotFound."""
    found = plan.candidates(session, select(Contact.id).where(Contact.id == contact_id))
    available = {one.language for one in release.versions}
    if not found or not available:
        raise NotFound(
            worded("There is no such contact, or the release has no words yet."),
            to="contact",
            mend=worded("Search for another one, or write the text first."),
        )
    (one,) = found
    # Whoever must not be mailed is shown all the same, and said to be left out.
    chosen = audience.choose(found, suppressed=(), available=available)
    left_out = suppressed(session, [one.address_key])
    return Reader(
        name=one.name,
        address=one.address,
        language=Language(chosen.recipients[0].language),
        contact_id=one.contact_id,
        left_out="suppressed" if left_out else "",
    )


def search(session: Session, words: str) -> Sequence[tuple[int, str, str]]:
    """A few contacts by name or address: id, name, address."""
    asked = words.strip()
    if not asked:
        return ()
    rows = session.execute(
        select(Contact.id, Contact.name, Contact.address)
        .where(
            or_(
                Contact.name.icontains(asked, autoescape=True),
                Contact.address.icontains(asked, autoescape=True),
            )
        )
        .order_by(Contact.name, Contact.id)
        .limit(FOUND)
    )
    return [(row.id, row.name, row.address) for row in rows]


def read(
    session: Session,
    release: Release,
    language: Language,
    settings: Settings,
    now: datetime,
) -> Text:
    """What one language's letter says: of the next dispatch, or of one that left now."""
    dispatch = _next(session, release)
    if dispatch is None:
        dispatch = Dispatch(
            id=0,
            release_id=release.id,
            purpose=Purpose.RELEASE,
            due_at=now,
            zone=settings.organisation.zone,
        )
    return letters.read(session, dispatch, language, settings=settings)


def show(
    session: Session,
    release: Release,
    reader: Reader,
    *,
    settings: Settings,
    links: Links,
    signs: bool,
    now: datetime,
) -> Preview:
    """*signs* says whether the channel signs its mails."""
    text = read(session, release, reader.language, settings, now)
    letter = message.compose(text, settings, links=links, signs=signs)
    made = letter.address(Person(address=reader.address, name=reader.name, token=TOKEN))
    return opened(
        made,
        files=[one.name for one in text.files],
        left_behind=list(text.left_behind),
    )


def opened(
    made: Message, *, files: Sequence[str], left_behind: Sequence[str] = ()
) -> Preview:
    """A mail that is ready to leave, taken apart as its reader's program does it."""
    mail = message_from_bytes(made.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return Preview(
        mail=mail, files=files, left_behind=left_behind, size=len(made.content)
    )


def _next(session: Session, release: Release) -> Dispatch | None:
    return session.scalars(
        select(Dispatch)
        .where(
            Dispatch.release_id == release.id,
            Dispatch.state.in_(moves.OPEN),
            Dispatch.purpose != Purpose.REMINDER,
        )
        .order_by(Dispatch.due_at, Dispatch.id)
        .limit(1)
    ).first()
