"""One connection: groups of messages -> requests, halved until a culprit stands alone.

What a 202 took is never sent again. After an answer that was lost, the next request names
one recipient only, so that a provider in trouble leaves few in doubt.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.clock import Timer
from core.wording import worded
from distributor.channels.base import ChannelFault, Message, Outcome, Sent, Verdict
from distributor.channels.sendgrid import payload
from distributor.channels.sendgrid.answers import SOON, Judged, Meaning, judge
from distributor.channels.sendgrid.api import AnswerLost, Api, NotSent
from distributor.channels.sendgrid.batches import new_batch
from distributor.channels.sendgrid.options import SendgridOptions


class Caution:
    """Whether the last answer was lost; shared by all connections of a channel."""

    def __init__(self) -> None:
        self._needed = threading.Event()

    def ask(self) -> None:
        self._needed.set()

    def end(self) -> None:
        self._needed.clear()

    def __bool__(self) -> bool:
        return self._needed.is_set()


@dataclass(frozen=True, slots=True)
class _Part:
    """Messages of one letter and one hour, each at its place in the call."""

    places: Sequence[int]
    key: str
    send_at: datetime | None

    def cut(self, at: int) -> "tuple[_Part, _Part]":
        return (
            _Part(self.places[:at], self.key, self.send_at),
            _Part(self.places[at:], self.key, self.send_at),
        )


@dataclass(slots=True)
class _Call:
    """What one call of `send` has done so far."""

    messages: Sequence[Message]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    work: deque[_Part] = field(default_factory=deque)
    fault: ChannelFault | None = None

    def answer(self, part: _Part, outcome: Outcome) -> None:
        self.outcomes.update(dict.fromkeys(part.places, outcome))

    def sent(self) -> Sent:
        reason = self.fault.reason if self.fault else "Its turn did not come yet."
        back = Outcome(verdict=Verdict.BACK, answer=reason)
        return Sent(
            outcomes=[
                self.outcomes.get(place, back) for place in range(len(self.messages))
            ],
            fault=self.fault,
        )


class Connection:
    def __init__(
        self, api: Api, options: SendgridOptions, *, timer: Timer, caution: Caution
    ) -> None:
        self._api = api
        self._options = options
        self._timer = timer
        self._caution = caution
        # The last letter as the API takes it: attachments are encoded once.
        self._letter: tuple[str, dict[str, object]] = ("", {})

    def send(self, messages: Sequence[Message]) -> Sent:
        call = _Call(messages)
        for place, message in enumerate(messages):
            reason = payload.unfit(message)
            if reason:
                call.outcomes[place] = Outcome(verdict=Verdict.REFUSED, answer=reason)
        call.work.extend(_parts(messages, call.outcomes, most=self._options.batch))
        began = self._timer.monotonic()
        while call.work and call.fault is None:
            if self._timer.monotonic() - began > self._options.timeout:
                # Our lease must not end under us; the rest comes again at once.
                break
            self._hand_over(call, self._next(call.work))
        return call.sent()

    def close(self) -> None:
        """The provider takes one request a line: there is nothing to close."""

    def _next(self, work: deque[_Part]) -> _Part:
        part = work.popleft()
        if self._caution and len(part.places) > 1:
            part, rest = part.cut(1)
            work.appendleft(rest)
        return part

    def _hand_over(self, call: _Call, part: _Part) -> None:
        batch = ""
        try:
            if part.send_at is not None:
                batch = new_batch(self._api, stamp=self._timer.stamp())
            messages = [call.messages[place] for place in part.places]
            body = payload.request(self._whole(messages[0]), messages, batch=batch)
        except ChannelFault as fault:
            call.fault = fault
            return
        try:
            answer = self._api.post("mail/send", body)
        except NotSent as error:
            call.fault = unreachable(error)
        except AnswerLost as error:
            self._doubt(call, part, f"The answer was lost: {error}.", batch)
            call.fault = ChannelFault(
                worded(
                    "SendGrid's answer was lost: %(error)s. What is in doubt waits for a person; "
                    "the rest goes on by itself.",
                    error=str(error),
                ),
                again_after=SOON,
            )
        else:
            judged = judge(answer, stamp=self._timer.stamp())
            self._take(call, part, judged, batch)

    def _take(self, call: _Call, part: _Part, judged: Judged, batch: str) -> None:
        call.fault = judged.fault
        if judged.meaning is Meaning.TAKEN:
            self._caution.end()
            taken = Outcome(
                verdict=Verdict.ACCEPTED,
                answer=judged.words,
                reference=judged.reference,
                batch=batch,
            )
            call.answer(part, taken)
        elif judged.meaning is Meaning.DOUBT:
            self._doubt(call, part, judged.words, batch)
        elif judged.meaning is Meaning.WRONG:
            _narrow(call, part, judged)

    def _doubt(self, call: _Call, part: _Part, said: str, batch: str) -> None:
        self._caution.ask()
        call.answer(part, Outcome(verdict=Verdict.UNSURE, answer=said, batch=batch))

    def _whole(self, message: Message) -> dict[str, object]:
        parts = message.parts
        assert parts is not None, "unfit messages were refused"
        if self._letter[0] != parts.key:
            self._letter = (parts.key, payload.letter(parts, self._options))
        return self._letter[1]


def unreachable(error: NotSent) -> ChannelFault:
    return ChannelFault(
        worded(
            "SendGrid cannot be reached: %(error)s. It is tried again by itself.",
            error=str(error),
        ),
        again_after=SOON,
    )


def _narrow(call: _Call, part: _Part, judged: Judged) -> None:
    """Halve a refused request. Alone, a message is the culprit, or its letter is."""
    if len(part.places) > 1:
        call.work.extendleft(reversed(part.cut(len(part.places) // 2)))
        return
    refused = Outcome(verdict=Verdict.REFUSED, answer=judged.words)
    call.answer(part, refused)
    if judged.blames_letter:
        # All others would be refused in the same words.
        for other in [one for one in call.work if one.key == part.key]:
            call.work.remove(other)
            call.answer(other, refused)


def _parts(
    messages: Sequence[Message], passed_over: dict[int, Outcome], *, most: int
) -> list[_Part]:
    """By letter and hour, an address once in each, and none longer than *most*."""
    groups: dict[tuple[str, datetime | None, int], list[int]] = {}
    seen: dict[tuple[str, datetime | None, str], int] = {}
    for place, message in enumerate(messages):
        if place in passed_over or message.parts is None:
            continue
        key, send_at = message.parts.key, message.send_at
        address = message.recipient.casefold()
        turn = seen[key, send_at, address] = seen.get((key, send_at, address), -1) + 1
        groups.setdefault((key, send_at, turn), []).append(place)
    return [
        _Part(places[start : start + most], key, send_at)
        for (key, send_at, _), places in groups.items()
        for start in range(0, len(places), most)
    ]
