"""A mail as a person reads it: its headers, its words, and its page with the pictures inside."""

import base64
import email.policy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final

from fastapi.responses import HTMLResponse

# What was written is shown without script, without our cookies, and asks nobody for anything.
_SANDBOX: Final = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "frame-ancestors 'self'"
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """One file that goes with a mail; its size is in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    subject: str
    headers: Sequence[tuple[str, str]]
    plain: str
    page: str
    files: Sequence[Enclosed]
    # Bytes on the wire.
    size: int


def read(content: bytes) -> MailView:
    """Read a whole mail (RFC 5322), as a program of its reader would."""
    mail = BytesParser(policy=email.policy.default).parsebytes(content)
    return MailView(
        subject=str(mail["Subject"]),
        headers=[(name, str(value)) for name, value in mail.items()],
        plain=_text(mail, "plain"),
        page=_pictured(_text(mail, "html"), _pictures(mail)),
        files=[
            Enclosed(name=part.get_filename() or "", size=len(_bytes(part)))
            for part in mail.iter_attachments()
        ],
        size=len(content),
    )


def framed(page: str) -> HTMLResponse:
    """The page of a mail for an `<iframe sandbox>` of ours."""
    return HTMLResponse(page, headers=_SANDBOX)


def _text(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return "" if body is None else str(body.get_content())


def _pictures(mail: EmailMessage) -> Mapping[str, str]:
    """By content id, each picture as an address that holds all of it."""
    found = {}
    for part in mail.walk():
        name = str(part["Content-ID"] or "").strip("<>")
        if name and part.get_content_maintype() == "image":
            coded = base64.b64encode(_bytes(part)).decode()
            found[name] = f"data:{part.get_content_type()};base64,{coded}"
    return found


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _pictured(page: str, pictures: Mapping[str, str]) -> str:
    for name, held in pictures.items():
        page = page.replace(f"cid:{name}", held)
    return page
