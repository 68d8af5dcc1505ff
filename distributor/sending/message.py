"""Message: a text or a composed body, made once per language -> one mail per recipient.

A tree of EmailMessage for each recipient costs 3.5 ms of CPU, splicing less than a
hundredth of it (measured), so what is the same is made once and kept as bytes.
"""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final, NamedTuple
from urllib.parse import quote as percent

from core.i18n import words
from core.keys import Links, Purpose
from core.settings import Settings
from core.zones import zone
from distributor.channels.base import File, Message, Parts
from distributor.sending import enclosures, headers, splice, verp
from distributor.sending.rendering import Rendered, frame_language, render
from distributor.sending.splice import Mark, Spliced
from distributor.sending.text import Cover, Text
from distributor.states import COMPOSED
from distributor.states import Purpose as Sent

_PART: Final = (
    "Content-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    address: str
    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the links of one recipient lead; empty stands for no such link."""

    unsubscribe: str
    # Where mail programs ask, besides the link that people see.
    mailto: str
    https: bool
    # Whether they may ask without showing a page (RFC 8058).
    one_click: bool
    preferences: str
    answer: str
    # The page of an edition.
    read: str
    # Everything that is kept of this person, in the notice that they asked for.
    mine: str
    links: Links

    def open(self, token: str) -> "_Opened":
        """The links of the delivery that *token* names."""
        sign = self.links.sign
        # Nobody can leave where a notice goes.
        signed = self.mailto and sign(Purpose.UNSUBSCRIBE, token)
        return _Opened(
            mailto=f"{self.mailto}{signed}",
            unsubscribe=f"{self.unsubscribe}{signed}",
            preferences=self.preferences
            and f"{self.preferences}{sign(Purpose.PREFERENCES, token)}",
            answer=self.answer and f"{self.answer}{sign(Purpose.ANSWER, token)}",
            read=self.read and f"{self.read}{sign(Purpose.READ, token)}",
            mine=self.mine and f"{self.mine}{sign(Purpose.MINE, token)}",
        )


class _Opened(NamedTuple):
    mailto: str
    unsubscribe: str
    preferences: str
    answer: str
    read: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """The words around a name, and those for somebody whose name nobody knows."""

    before: str
    after: str
    nameless: str

    def plain(self, name: str) -> str:
        return f"{self.before}{name}{self.after}" if name else self.nameless

    def page(self, name: str) -> str:
        if not name:
            return html.escape(self.nameless)
        shown = f"<bdi>{html.escape(name)}</bdi>"
        return f"{html.escape(self.before)}{shown}{html.escape(self.after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One language's mail, ready to be addressed; holds everything that is the same."""

    # Where bounces go, and whether that address names the delivery.
    envelope: str
    verp: bool
    head: bytes
    domain: str
    greeting: Greeting
    doors: Doors
    # The body: fixed bytes, and texts that take the recipient's values.
    body: Sequence[bytes | Spliced]
    parts: Parts
    # Which value, in the order of Mark, replaces which mark of the parts.
    marks: Sequence[tuple[int, str]]

    def address(
        self,
        person: Person,
        *,
        wants_parts: bool = False,
        send_at: datetime | None = None,
    ) -> Message:
        """The same bytes each time, so that a second attempt is the same message."""
        name = headers.one_line(person.name)
        opened = self.doors.open(person.token)
        values = self._values(name, opened)
        own = {
            "Message-ID": f"<{person.token}@{self.domain}>",
            **_list_unsubscribe(self.doors, opened),
        }
        if wants_parts:
            content, parts = b"", self.parts
            personal, digest = self._personal(values)
            own = {name: value.replace("\r\n", "") for name, value in own.items()}
        else:
            content, parts = self._mail(person.address, name, own, values), None
            personal, digest = {}, hashlib.sha256(content).hexdigest()
        return Message(
            sender=self._return_path(person.token),
            recipient=person.address,
            name=name,
            token=person.token,
            content=content,
            parts=parts,
            personal=personal,
            headers=own if wants_parts else {},
            digest=digest,
            send_at=send_at,
        )

    def values(self, person: Person) -> Sequence[str]:
        """What stands for each Mark, in order, in the mail of this person."""
        name = headers.one_line(person.name)
        return self._values(name, self.doors.open(person.token))

    def _values(self, name: str, opened: "_Opened") -> Sequence[str]:
        return (
            self.greeting.plain(name),
            self.greeting.page(name),
            opened.unsubscribe,
            opened.preferences,
            opened.answer,
            opened.read,
            opened.mine,
        )

    def _return_path(self, token: str) -> str:
        if not self.verp:
            return self.envelope
        return verp.return_path(self.envelope, links=self.doors.links, token=token)

    def _mail(
        self, address: str, name: str, own: Mapping[str, str], values: Sequence[str]
    ) -> bytes:
        lines = [f"To: {headers.mailbox(name, address)}"]
        lines += [f"{field}: {value}" for field, value in own.items()]
        pieces = [self.head, "\r\n".join([*lines, "", ""]).encode()]
        coded = [value.encode() for value in values]
        for piece in self.body:
            if isinstance(piece, bytes):
                pieces.append(piece)
            else:
                piece.fill(pieces, coded)
        return b"".join(pieces)

    def _personal(self, values: Sequence[str]) -> tuple[Mapping[str, str], str]:
        """What replaces each mark of the parts, and the digest of both."""
        personal = {mark: values[place] for place, mark in self.marks}
        said = json.dumps([self.parts.key, personal], ensure_ascii=False)
        return personal, hashlib.sha256(said.encode()).hexdigest()


def compose(text: Text, settings: Settings, *, links: Links, signs: bool) -> Letter:
    """Render one language's letter; *signs* says whether its channel signs headers."""
    return bind(text.cover, render(text, settings), settings, links=links, signs=signs)


def bind(
    text: Cover, rendered: Rendered, settings: Settings, *, links: Links, signs: bool
) -> Letter:
    """Put a cover around what was rendered or composed."""
    organisation = settings.organisation
    fixed = _fixed_headers(text, settings)
    digest = hashlib.sha256(
        "\0".join([rendered.plain, rendered.page, *fixed.values()]).encode()
    ).hexdigest()
    inside = [*(picture.file for picture in text.pictures), *text.files]
    key = hashlib.sha256(
        digest.encode()
        + b"".join(hashlib.sha256(one.content).digest() for one in inside)
    ).hexdigest()
    body, content_type = _body(text, rendered, key)
    head = {
        **fixed,
        "Date": format_datetime(text.due_at.astimezone(zone(text.zone))),
        "MIME-Version": "1.0",
        "Content-Type": content_type,
    }
    parts = _parts(text, settings, rendered, key)
    return Letter(
        envelope=headers.address(organisation.return_path or organisation.sender),
        verp=settings.bounces.verp,
        head="".join(f"{name}: {value}\r\n" for name, value in head.items()).encode(),
        domain=headers.domain(organisation.sender),
        greeting=_greeting(text),
        doors=_doors(text, settings, links=links, signs=signs),
        body=body,
        parts=parts,
        marks=[
            (place, mark)
            for place, mark in enumerate(_shown_marks(key).values())
            if mark in parts.plain or mark in parts.page
        ],
    )


def _fixed_headers(text: Cover, settings: Settings) -> dict[str, str]:
    """What every message of this letter says in its head."""
    organisation = settings.organisation
    domain = headers.domain(organisation.sender)
    listed = f"<{text.list_id}.{domain}>"
    named = headers.phrase(text.list_name)
    said = {
        "From": headers.mailbox(
            organisation.called(text.language), organisation.sender
        ),
        "Reply-To": headers.address(organisation.reply_to),
        "Subject": headers.subject(text.subject),
        "List-Id": f"{named}\r\n {listed}" if named else listed,
        "List-Help": f"<{headers.mailto(_answers(settings))}?subject=help>",
        # Of the list, the kind of mail, the machine and the sender: it tells complaints apart.
        "Feedback-ID": f"{text.dispatch}:{text.kind}:parution:{domain}",
        # Absence notes of a thousand newsrooms help nobody; returned mail still comes.
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": text.language.value,
        "Auto-Submitted": "auto-generated" if text.automatic else "",
    }
    return {name: value for name, value in said.items() if value or name == "Subject"}


def _body(
    text: Cover, rendered: Rendered, key: str
) -> tuple[Sequence[bytes | Spliced], str]:
    """The nest of parts, and the type of the outermost."""
    page: list[bytes | Spliced] = [_text_part("html"), splice.prepare(rendered.page)]
    if text.pictures:
        shown = [enclosures.lines(picture.file) for picture in text.pictures]
        page, kind = _nest("related", [page, *([one] for one in shown)], key)
        page.insert(0, f"Content-Type: {kind}\r\n\r\n".encode())
    plain: list[bytes | Spliced] = [_text_part("plain"), splice.prepare(rendered.plain)]
    body, kind = _nest("alternative", [plain, page], key)
    if text.files:
        body.insert(0, f"Content-Type: {kind}\r\n\r\n".encode())
        files = [[enclosures.lines(file)] for file in text.files]
        body, kind = _nest("mixed", [body, *files], key)
    return _joined(body), kind


def _nest(
    kind: str, parts: Sequence[Sequence[bytes | Spliced]], key: str
) -> tuple[list[bytes | Spliced], str]:
    # Base64 has no hyphen, so no boundary can stand in a part.
    boundary = f"parution-{kind}-{key[:24]}"
    nest: list[bytes | Spliced] = []
    for part in parts:
        nest += [f"--{boundary}\r\n".encode(), *part]
    nest.append(f"--{boundary}--\r\n".encode())
    inner = '; type="text/html"' if kind == "related" else ""
    return nest, f'multipart/{kind}{inner};\r\n boundary="{boundary}"'


def _joined(pieces: Sequence[bytes | Spliced]) -> Sequence[bytes | Spliced]:
    """Neighbouring bytes as one, so that each message joins fewer."""
    joined: list[bytes | Spliced] = [b""]
    for piece in pieces:
        last = joined[-1]
        if isinstance(piece, bytes) and isinstance(last, bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return tuple(joined)


def _text_part(kind: str) -> bytes:
    return _PART.format(kind=kind).encode()


def _parts(text: Cover, settings: Settings, rendered: Rendered, key: str) -> Parts:
    organisation = settings.organisation
    marks = str.maketrans(dict(_shown_marks(key)) | {splice.PAD: ""})
    fixed = _fixed_headers(text, settings)
    for written_apart in ("From", "Reply-To", "Subject"):
        fixed.pop(written_apart, None)
    pictures: list[File] = [picture.file for picture in text.pictures]
    return Parts(
        key=key,
        sender_name=headers.one_line(organisation.called(text.language)),
        sender=headers.address(organisation.sender),
        reply_to=headers.address(organisation.reply_to),
        subject=headers.one_line(text.subject),
        plain=rendered.plain.translate(marks),
        page=rendered.page.translate(marks),
        headers={name: value.replace("\r\n", "") for name, value in fixed.items()},
        files=[
            replace(
                file,
                name=headers.file_name(file.name),
                media_type=headers.media_type(file.media_type),
            )
            for file in (*pictures, *text.files)
        ],
    )


def _shown_marks(key: str) -> Mapping[str, str]:
    """The marks as a provider sees them: plain letters that no text could have guessed."""
    # By number: none may be the beginning of another.
    return {mark.value: f"-{key[:16]}-{place}-" for place, mark in enumerate(Mark)}


def _greeting(text: Cover) -> Greeting:
    _ = words(frame_language(text.language)).gettext
    before, after = _("Hello {name},").split("{name}")
    return Greeting(before=before, after=after, nameless=_("Hello,"))


def _doors(text: Cover, settings: Settings, *, links: Links, signs: bool) -> Doors:
    public = percent(settings.web.public_url.rstrip("/"), safe=":/@[]%?&=~")
    https = public.startswith("https://")
    mailto = f"{headers.mailto(_read_by_us(settings))}?subject=unsubscribe%20"
    mine = f"{public}/m/" if public and text.purpose is Sent.NOTICE else ""
    if text.purpose is Sent.NOTICE:
        public, https, mailto = "", False, ""
    composed = text.purpose in COMPOSED
    return Doors(
        mailto=mailto,
        # An open address would show the token to everybody on its way.
        unsubscribe=f"{public}/u/" if https else mailto,
        https=https,
        one_click=https and signs,
        preferences=public and f"{public}/p/",
        answer="" if composed else public and f"{public}/a/",
        read=public and f"{public}/r/" if composed else "",
        mine=mine,
        links=links,
    )


def _list_unsubscribe(doors: Doors, opened: _Opened) -> Mapping[str, str]:
    """One click is promised only where a signature covers the promise (promise S6)."""
    if not doors.mailto:
        return {}
    if not doors.https:
        return {"List-Unsubscribe": f"<{opened.mailto}>"}
    said = {"List-Unsubscribe": f"<{opened.mailto}>,\r\n <{opened.unsubscribe}>"}
    if doors.one_click:
        said["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return said


def _read_by_us(settings: Settings) -> str:
    """The box of returned mail where there is one: elsewhere only a person reads the wish."""
    if settings.bounces.maildir or settings.bounces.host:
        return settings.organisation.return_path or settings.organisation.sender
    return _answers(settings)


def _answers(settings: Settings) -> str:
    return settings.organisation.reply_to or settings.organisation.sender
