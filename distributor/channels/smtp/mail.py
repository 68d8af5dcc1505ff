"""Mail: a message as it goes over the line: its envelope, and its text with dots doubled."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import idna

from core.wording import worded
from distributor.channels.base import ChannelFault, Message

# Nothing that ends a line, a word or the angle brackets may stand in an envelope.
_SPEAKABLE = re.compile(r"[^\x00-\x20\x7f-\x9f<>\u2028\u2029\ufffe\uffff]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ALL_BUT_ENDS = bytes(set(range(256)) - set(b"\r\n\0"))
_TO_SPELL = re.compile(r"[^!-*,-<>-~]")

Sealing = Callable[[bytes], bytes]


class Unfit(Exception):
    """The message cannot go over this line; the reason is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a server says in its answer to EHLO that it can do."""

    named: Mapping[str, str]
    pipelining: bool = False
    dsn: bool = False
    eight_bit: bool = False
    utf8: bool = False
    # In bytes; 0 for no limit.
    size: int = 0

    @classmethod
    def read(cls, said: bytes) -> "Offers":
        """Read what follows the first line of the answer."""
        named: dict[str, str] = {}
        for line in said.decode("ascii", "replace").split("\n")[1:]:
            name, _, rest = line.strip().partition(" ")
            # Some old servers write AUTH=LOGIN; both are read as one.
            name, equals, value = name.upper().partition("=")
            added = f"{value} {rest}" if equals else rest
            named[name] = f"{named.get(name, '')} {added}".strip()
        size = named.get("SIZE", "")
        return cls(
            named=named,
            pipelining="PIPELINING" in named,
            dsn="DSN" in named,
            eight_bit="8BITMIME" in named,
            utf8="SMTPUTF8" in named,
            size=int(size) if size.isascii() and size.isdigit() else 0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    sender: str
    recipient: str
    token: str
    # Dots doubled; ends with the final dot.
    text: bytes
    # Of the message, as SIZE counts it (RFC 1870).
    size: int
    eight_bit: bool

    @property
    def needs_utf8(self) -> bool:
        return not (self.sender.isascii() and self.recipient.isascii())

    def envelope(self, offers: Offers) -> tuple[bytes, bytes]:
        """The commands MAIL and RCPT for a server with these offers. Raises Unfit."""
        self._examine(offers)
        mail, rcpt = [f"MAIL FROM:<{self.sender}>"], [f"RCPT TO:<{self.recipient}>"]
        if "SIZE" in offers.named:
            mail.append(f"SIZE={self.size}")
        if self.eight_bit or (self.needs_utf8 and offers.eight_bit):
            mail.append("BODY=8BITMIME")
        if self.needs_utf8:
            mail.append("SMTPUTF8")
        if offers.dsn:
            mail += ["RET=HDRS", f"ENVID={_spelt(self.token)}"]
            rcpt += ["NOTIFY=FAILURE,DELAY", f"ORCPT={_original(self.recipient)}"]
        return _command(mail), _command(rcpt)

    def _examine(self, offers: Offers) -> None:
        if self.needs_utf8 and not offers.utf8:
            named = self.sender if self.recipient.isascii() else self.recipient
            raise Unfit(
                worded(
                    "The address %(address)s has letters before the @ that this mail server does not take. Ask for an address in plain letters.",
                    address=named,
                )
            )
        if self.eight_bit and not offers.eight_bit:
            raise Unfit(
                worded("The message has 8-bit signs, which this server does not take.")
            )
        if 0 < offers.size < self.size:
            raise Unfit(
                worded(
                    "The message has %(size)s bytes; this mail server takes at most %(most)s. Link the attachments instead.",
                    size=self.size,
                    most=offers.size,
                )
            )


def prepare(message: Message, *, seals: Sequence[Sealing] = ()) -> Mail:
    """Make *message* ready for the line; *seals* sign it, innermost first.

    Raises Unfit, and ChannelFault for a return path that would refuse everybody.
    """
    try:
        sender = _address(message.sender)
    except Unfit as error:
        raise ChannelFault(
            worded("The return path is wrong: %(error)s", error=str(error)),
            again_after=None,
        ) from error
    recipient = _address(message.recipient)
    if not recipient:
        raise Unfit(worded("The message has no recipient."))
    content = _with_whole_lines(message.content)
    for seal in seals:
        content = seal(content)
    return Mail(
        sender=sender,
        recipient=recipient,
        token=message.token,
        text=_dotted(content),
        size=len(content),
        eight_bit=not content.isascii(),
    )


def _with_whole_lines(content: bytes) -> bytes:
    """Every line ended by CRLF: a lone CR or LF could end the text early on some servers."""
    # Each pair has one CR and one LF, so that any more of them, or a NUL, stands alone.
    ends = content.translate(None, _ALL_BUT_ENDS)
    if len(ends) != 2 * content.count(b"\r\n"):
        if b"\0" in ends:
            raise Unfit(worded("The message holds a NUL sign, which no mail may."))
        content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _dotted(content: bytes) -> bytes:
    start = b"." if content.startswith(b".") else b""
    return b"%b%b.\r\n" % (start, content.replace(b"\r\n.", b"\r\n.."))


def _address(given: str) -> str:
    """With its domain in A-labels; empty stays empty."""
    if not given:
        return ""
    local, at, domain = given.rpartition("@")
    if not (local and at and domain and _SPEAKABLE.fullmatch(given)):
        raise Unfit(
            worded(
                "%(address)s is not an address that can stand on an envelope.",
                address=f"{given!r}",
            )
        )
    if domain.isascii():
        return given
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except (idna.IDNAError, UnicodeError):
        raise Unfit(
            worded(
                "The domain of %(address)s cannot be written for DNS.", address=given
            )
        ) from None


def _original(recipient: str) -> str:
    kind = "rfc822" if recipient.isascii() else "utf-8"
    return f"{kind};{_spelt(recipient)}"


def _spelt(value: str) -> str:
    """As xtext of RFC 3461, and utf-8-addr-xtext of RFC 6533 for what is not ASCII."""
    return _TO_SPELL.sub(
        lambda sign: (
            f"+{ord(sign[0]):02X}" if sign[0].isascii() else f"\\x{{{ord(sign[0]):X}}}"
        ),
        value,
    )


def _command(words: Sequence[str]) -> bytes:
    return " ".join(words).encode() + b"\r\n"
