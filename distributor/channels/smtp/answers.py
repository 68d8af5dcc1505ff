"""Answers: what a mail server said at which stage -> who suffers, and what becomes of the message.

greeting, EHLO, STARTTLS, AUTH   the channel
MAIL   the channel; a message too big or not speakable: refused
RCPT   4yz later, 5yz refused, full mailbox later; "no relaying": the channel
DATA, text   4yz later, 5yz refused
421 anywhere: the channel, soon           530, 535 anywhere: the channel, until a person acts
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.i18n import N_
from core.wording import Worded
from distributor.channels.base import ChannelFault, Outcome, Verdict

SOON = timedelta(minutes=1)
LATER = timedelta(minutes=5)

CLOSING = 421
# Sign-in needed, failed, too weak, or only over a protected line (RFC 4954).
_SIGN_IN = frozenset({530, 534, 535, 538})
_OUT_OF_ORDER = 503
_TOO_BIG = 552
# Enhanced codes (RFC 3463, 4954, 5321 and Exchange's own) without their first digit.
_MAILBOX_FULL = "2.2"
_TOO_MANY_RECIPIENTS = "5.3"
_OF_THE_MESSAGE = frozenset({"3.4", "6.7"})
_OF_OUR_ACCOUNT = frozenset({"7.8", "7.9", "7.54", "7.57", "7.64"})
_POLICY = "7."
_MOST_WORDS = 1000

_ENHANCED = re.compile(rb"[245]\.(\d{1,3}\.\d{1,3})(?!\S)")
_RELAYING = re.compile(rb"\brelay", re.IGNORECASE)
# Postfix, OpenSMTPD and sendmail; Exim; Exchange.
_REFERENCE = re.compile(
    rb"queued as ([\w.-]+)|\bid=([\w.-]+)|\[InternalId=([\w.-]+)"
    rb"|^2\.0\.0 ([\w-]{6,}) Message accepted",
    re.IGNORECASE,
)


class Stage(StrEnum):
    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    RESET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TEXT = "text"


# What lets the conversation go on.
_GOOD = {
    Stage.GREETING: frozenset({220}),
    Stage.EHLO: frozenset({250}),
    Stage.STARTTLS: frozenset({220}),
    Stage.AUTH: frozenset({235}),
    Stage.RESET: frozenset({250}),
    Stage.MAIL: frozenset({250}),
    Stage.RCPT: frozenset({250, 251}),
    Stage.DATA: frozenset({354}),
    Stage.TEXT: frozenset(range(200, 300)),
}
_OF_THE_CHANNEL = {
    Stage.GREETING: N_("The mail server turned us away: %(said)s."),
    Stage.EHLO: N_(
        "The mail server did not answer our greeting as it should: %(said)s."
    ),
    Stage.STARTTLS: N_("The mail server would not protect the line: %(said)s."),
    Stage.AUTH: N_("The mail server would not sign us in: %(said)s."),
    Stage.RESET: N_("The mail server would not begin again: %(said)s."),
    Stage.MAIL: N_("The mail server refused the sender: %(said)s."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `said` is the text of all its lines."""

    code: int
    said: bytes

    @property
    def words(self) -> str:
        """The server's own words on one line, without the signs that could break ours."""
        text = self.said[: _MOST_WORDS * 4].decode("utf-8", "replace")
        printable = (
            text
            if text.isprintable()
            else "".join(sign if sign.isprintable() else " " for sign in text)
        )
        return f"{self.code} {' '.join(printable.split())[:_MOST_WORDS]}".rstrip()

    @property
    def detail(self) -> str:
        """Subject and detail of the enhanced code, such as "7.1"; empty without one."""
        found = _ENHANCED.match(self.said)
        return found[1].decode() if found else ""

    @property
    def is_no(self) -> bool:
        """Whether the server certainly did not do what it was asked."""
        return 400 <= self.code < 600  # noqa: PLR2004 - the classes of RFC 5321


def is_good(stage: Stage, answer: Answer) -> bool:
    return answer.code in _GOOD[stage]


def accepted(answer: Answer, *, token: str) -> Outcome:
    """The message was taken; its reference is the server's name for it, or else ours."""
    found = _REFERENCE.search(answer.said)
    reference = found[found.lastindex or 0].decode() if found else token
    return Outcome(
        verdict=Verdict.ACCEPTED, answer=answer.words, reference=reference.rstrip(".")
    )


def not_accepted(stage: Stage, answer: Answer) -> Outcome:
    """What an answer that is not good makes of the message. Raises ChannelFault."""
    if _blames_the_channel(stage, answer):
        raise fault(stage, answer)
    passes = answer.code < 500 or answer.detail in {  # noqa: PLR2004
        _MAILBOX_FULL,
        _TOO_MANY_RECIPIENTS,
    }
    return Outcome(
        verdict=Verdict.LATER if passes else Verdict.REFUSED, answer=answer.words
    )


def fault(stage: Stage, answer: Answer) -> ChannelFault:
    template = _OF_THE_CHANNEL.get(stage, N_("The mail server said: %(said)s."))
    return ChannelFault(
        Worded(template, {"said": answer.words}), again_after=_again_after(answer)
    )


def _blames_the_channel(stage: Stage, answer: Answer) -> bool:
    if answer.code == CLOSING or answer.code in _SIGN_IN or not answer.is_no:
        return True
    if stage is Stage.MAIL:
        return answer.code != _TOO_BIG and answer.detail not in _OF_THE_MESSAGE
    if stage is Stage.RCPT:
        return answer.detail in _OF_OUR_ACCOUNT or _denies_relaying(answer)
    return stage in _OF_THE_CHANNEL


def _denies_relaying(answer: Answer) -> bool:
    """Such an answer meets every recipient: it must not refuse a whole audience."""
    if not 500 <= answer.code < 600:  # noqa: PLR2004
        return False
    detail = answer.detail
    return (not detail or detail.startswith(_POLICY)) and bool(
        _RELAYING.search(answer.said)
    )


def _again_after(answer: Answer) -> timedelta | None:
    if answer.code in _SIGN_IN:
        return None
    if answer.code in {CLOSING, _OUT_OF_ORDER} or not answer.is_no:
        return SOON
    return LATER if answer.code < 500 else None  # noqa: PLR2004
