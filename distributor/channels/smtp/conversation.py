"""A conversation: one line that carries one message after the other (RFC 5321, RFC 2920).

Where the server takes commands in a row, the end of one text and the envelope of the next
message leave in one write, so that a message costs one round trip. Even then only one text
is ever unanswered: the next may not be written before its DATA was answered.
"""

from contextlib import suppress

from distributor.channels.base import ChannelFault, Outcome, Verdict
from distributor.channels.smtp.answers import (
    Answer,
    Stage,
    accepted,
    is_good,
    not_accepted,
)
from distributor.channels.smtp.line import Cut, Line
from distributor.channels.smtp.mail import Mail, Offers, Unfit

_Step = tuple[Stage, bytes]
_DATA: _Step = (Stage.DATA, b"DATA\r\n")
_RESET: _Step = (Stage.RESET, b"RSET\r\n")


class Conversation:
    """After a Cut, a ChannelFault or a doubt it is over: `is_over`."""

    def __init__(self, line: Line, offers: Offers, *, most: int) -> None:
        self._line = line
        self.offers = offers
        self._most = most
        # What of the next message's envelope was written already.
        self._asked: tuple[Mail, list[_Step]] | None = None
        # Whether an envelope lies open at the server, to be reset before the next.
        self._is_open = False
        # How many messages it was asked to carry, and how many texts were answered.
        self.carried = 0
        self.answered = 0

    @property
    def is_over(self) -> bool:
        return self._line.is_cut

    @property
    def may_go_on(self) -> bool:
        return not self._line.is_cut and self.carried < self._most

    @property
    def is_at_rest(self) -> bool:
        """Whether whoever takes it next finds nothing begun."""
        return self.may_go_on and self._asked is None

    def carry(self, mail: Mail, *, then: Mail | None = None) -> Outcome:
        """Hand over *mail*; ask for *then* in the same breath when the server lets us.

        Raises Cut when the line broke before anything of the text was written, Unfit, and
        ChannelFault: in each case the message was certainly not accepted.
        """
        self._line.allow_time()
        self.carried += 1
        refusal = self._envelope(mail)
        if refusal is not None:
            return refusal
        return self._text(mail, then if self.may_go_on else None)

    def is_alive(self) -> bool:
        """Ask whether the server still listens."""
        try:
            self._line.allow_time()
            if not self._line.has_more:
                self._line.write(b"NOOP\r\n")
                if self._line.read().code == 250 and not self._line.has_more:  # noqa: PLR2004
                    return True
        except Cut:
            return False
        self._line.close()
        return False

    def close(self) -> None:
        """Part from the server; what it says to that changes nothing."""
        if not self.is_over:
            with suppress(Cut):
                self._line.allow_time()
                self._line.write(b"QUIT\r\n")
                self._line.read()
        self._line.close()

    def hang_up(self) -> None:
        """Part without a word, and without waiting."""
        self._line.close()

    def _envelope(self, mail: Mail) -> Outcome | None:
        """MAIL, RCPT and DATA; None when the server waits for the text."""
        steps = self._ask(mail)
        refusal: Outcome | None = None
        for stage, command in steps:
            if not self.offers.pipelining:
                if refusal is not None:
                    break
                self._line.write(command)
            answer = self._read_after(refusal)
            if answer is None:
                return refusal
            if refusal is None and not is_good(stage, answer):
                refusal = self._refused(stage, answer)
                self._is_open = stage is not Stage.MAIL
            elif refusal is not None and is_good(Stage.DATA, answer):
                # It waits for a text that nobody is to get.
                self._line.close()
        if refusal is None and self._line.has_more:
            self._line.close()
            raise Cut("the server answered what it was not asked")
        return refusal

    def _ask(self, mail: Mail) -> list[_Step]:
        """The steps to read answers of; in a row, they are written by now."""
        if self._asked is not None and self._asked[0] is mail:
            steps = self._asked[1]
            self._asked = None
            return steps
        steps = self._steps(mail)
        if self._asked is not None or self._line.has_more:
            self._line.close()
            raise Cut("the server spoke out of turn")
        if self._is_open:
            steps.insert(0, _RESET)
            self._is_open = False
        if self.offers.pipelining:
            self._line.write(_written(steps))
        return steps

    def _steps(self, mail: Mail) -> list[_Step]:
        sender, recipient = mail.envelope(self.offers)
        return [(Stage.MAIL, sender), (Stage.RCPT, recipient), _DATA]

    def _read_after(self, refusal: Outcome | None) -> Answer | None:
        """The next answer; None when the line broke after a refusal was read."""
        try:
            return self._line.read()
        except Cut:
            if refusal is None:
                raise
            return None

    def _refused(self, stage: Stage, answer: Answer) -> Outcome:
        try:
            return not_accepted(stage, answer)
        except ChannelFault:
            self._line.close()
            raise

    def _text(self, mail: Mail, then: Mail | None) -> Outcome:
        try:
            self._line.write(mail.text + self._ask_along(then))
        except Cut as cut:
            if cut.written < len(mail.text):
                return self._half_written(cut)
        # The answer to the whole text has its own time: to give up on it makes a doubt.
        self._line.allow_time()
        try:
            answer = self._line.read()
        except Cut as cut:
            return Outcome(
                verdict=Verdict.UNSURE,
                answer=f"The line broke after the text was sent: {cut}.",
            )
        return self._judged(mail, answer)

    def _ask_along(self, then: Mail | None) -> bytes:
        """The next envelope, when it may leave together with the end of a text."""
        if then is None or not self.offers.pipelining:
            return b""
        try:
            steps = self._steps(then)
        except Unfit:
            # Told when its own turn comes.
            return b""
        self._asked = (then, steps)
        return _written(steps)

    def _half_written(self, cut: Cut) -> Outcome:
        """The final dot never left; the server may have said why before it hung up."""
        try:
            answer = self._line.read()
        except Cut:
            answer = None
        if answer is not None and answer.is_no:
            return self._refused(Stage.TEXT, answer)
        return Outcome(
            verdict=Verdict.LATER, answer=f"The line broke in the text: {cut}."
        )

    def _judged(self, mail: Mail, answer: Answer) -> Outcome:
        self.answered += 1
        if is_good(Stage.TEXT, answer):
            return accepted(answer, token=mail.token)
        if answer.is_no:
            return self._refused(Stage.TEXT, answer)
        self._line.close()
        return Outcome(
            verdict=Verdict.UNSURE,
            answer=f"The server's answer to the text makes no sense: {answer.words}",
        )


def _written(steps: list[_Step]) -> bytes:
    return b"".join(command for _, command in steps)
