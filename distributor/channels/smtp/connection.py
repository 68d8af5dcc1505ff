"""A connection of the worker: prepares, paces and hands over messages, on whatever line lives.

prepare and sign -> pace -> conversation -> outcomes, in the order of the messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.clock import Timer
from core.wording import worded
from distributor.channels.base import (
    ChannelFault,
    Message,
    Outcome,
    Sent,
    Verdict,
    Watch,
)
from distributor.channels.smtp.answers import SOON
from distributor.channels.smtp.conversation import Conversation
from distributor.channels.smtp.line import Cut
from distributor.channels.smtp.mail import Mail, Sealing, Unfit, prepare
from distributor.channels.smtp.pace import Pace
from distributor.channels.smtp.pool import Pool

# In seconds.
_BRIEFLY = 1.0


@dataclass(slots=True, kw_only=True)
class _Call:
    """One call of `send`: what is still to do, and what became of the rest."""

    messages: Sequence[Message]
    # After it no further message is begun, so that a slow server cannot outlive our lease.
    ends_at: float
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    next: int = 0

    def rest(self, outcome: Outcome) -> None:
        for index in range(len(self.messages)):
            self.outcomes.setdefault(index, outcome)
        self.next = len(self.messages)

    def sent(self, fault: ChannelFault | None = None) -> Sent:
        return Sent(
            outcomes=[self.outcomes[index] for index in range(len(self.messages))],
            fault=fault,
        )


class Connection:
    def __init__(
        self,
        pool: Pool,
        *,
        seals: Sequence[Sealing],
        pace: Pace,
        timer: Timer,
        timeout: float,
    ) -> None:
        self._pool = pool
        self._seals = seals
        self._pace = pace
        self._timer = timer
        self._timeout = timeout
        self._conversation: Conversation | None = pool.take()
        self._watch: Watch | None = None

    def watched_by(self, watch: Watch) -> None:
        self._watch = watch

    def send(self, messages: Sequence[Message]) -> Sent:
        call = _Call(
            messages=messages, ends_at=self._timer.monotonic() + self._timeout / 2
        )
        try:
            self._put_back_over_pace(call)
            self._send(call)
        except ChannelFault as fault:
            self._part()
            call.rest(_back(fault.reason))
            return call.sent(fault)
        call.rest(_back("This call took long enough; the rest waits for its turn."))
        return call.sent()

    def close(self) -> None:
        if self._conversation is not None:
            self._pool.give_back(self._conversation)
        self._conversation = None

    def _send(self, call: _Call) -> None:
        upcoming = self._next(call)
        while upcoming is not None:
            index, mail = upcoming
            if not self._pace.of_all(within=self._left(call)):
                return
            # With a pace for all, nothing is asked for ahead of its turn.
            following = self._next(call) if self._pace.is_free else None
            if self._watch is not None:
                self._watch.begun(mail.token)
            outcome = self._carry(mail, None if following is None else following[1])
            call.outcomes[index] = outcome
            if self._watch is not None:
                self._watch.heard(mail.token, outcome)
            if outcome.verdict is Verdict.UNSURE:
                self._part_in_doubt(outcome)
            upcoming = following or self._next(call)

    def _put_back_over_pace(self, call: _Call) -> None:
        """Domains that had their share wait again, unblamed, while the others go on."""
        for index, message in enumerate(call.messages):
            domain = _domain(message)
            wait = self._pace.of_domain(domain)
            if wait is not None:
                call.outcomes[index] = _back(
                    f"{domain} gets no more messages a second.", wait
                )
        if call.messages and len(call.outcomes) == len(call.messages):
            # Nothing else to do meanwhile: to come back at once would only cost commits.
            first = _domain(call.messages[0])
            if self._pace.of_domain(first, within=_BRIEFLY) is None:
                del call.outcomes[0]

    def _next(self, call: _Call) -> tuple[int, Mail] | None:
        """The next message that can go over a line; those that cannot are refused."""
        while call.next < len(call.messages) and self._left(call) > 0:
            index = call.next
            call.next += 1
            if index in call.outcomes:
                continue
            try:
                return index, prepare(call.messages[index], seals=self._seals)
            except Unfit as unfit:
                call.outcomes[index] = _refused(unfit)
        return None

    def _left(self, call: _Call) -> float:
        return call.ends_at - self._timer.monotonic()

    def _carry(self, mail: Mail, then: Mail | None) -> Outcome:
        """A used line that the server closed is opened again once. Raises ChannelFault."""
        conversation = self._open()
        try:
            return conversation.carry(mail, then=then)
        except Unfit as unfit:
            return _refused(unfit)
        except Cut as cut:
            if not conversation.answered:
                raise _broken(cut) from cut
        self._part()
        self._conversation = conversation = self._pool.open()
        try:
            return conversation.carry(mail, then=then)
        except Unfit as unfit:
            return _refused(unfit)
        except Cut as cut:
            raise _broken(cut) from cut

    def _part_in_doubt(self, outcome: Outcome) -> None:
        """A server that takes texts and answers none would make a doubt of each."""
        answered = 0 if self._conversation is None else self._conversation.answered
        self._part()
        if not answered:
            raise ChannelFault(outcome.answer, again_after=SOON)

    def _part(self) -> None:
        if self._conversation is not None:
            self._conversation.close()
        self._conversation = None

    def _open(self) -> Conversation:
        if self._conversation is None or not self._conversation.may_go_on:
            self.close()
            self._conversation = self._pool.take()
        return self._conversation


def _domain(message: Message) -> str:
    return message.recipient.rpartition("@")[2].lower()


def _broken(cut: Cut) -> ChannelFault:
    return ChannelFault(
        worded("The line to the mail server broke: %(error)s.", error=str(cut)),
        again_after=SOON,
    )


def _refused(unfit: Unfit) -> Outcome:
    return Outcome(verdict=Verdict.REFUSED, answer=str(unfit))


def _back(reason: str, again_after: timedelta | None = None) -> Outcome:
    return Outcome(verdict=Verdict.BACK, answer=reason, again_after=again_after)
