"""The mail server and the provider of a busy office: they take mail, and now and then do not."""

from collections import deque

from dice import dice
from outside import Arrival, token_of
from sendgrid_double import Fault, Says, SendGridDouble
from smtp_double import CUT_IN_TEXT, HANG_UP, TAKEN_THEN_CUT, Double, Staged

# What each word of the conversation may meet: after it the office may try again, must not,
# or cannot know.
_STORMS = {
    "GREETING": (b"421 4.3.2 busy\r\n", HANG_UP),
    "MAIL": (b"451 4.3.0 later\r\n", HANG_UP),
    "RCPT": (
        b"450 4.2.0 greylisted\r\n",
        b"451 4.7.1 later\r\n",
        b"550 5.1.1 no such user\r\n",
    ),
    "DATA": (b"451 4.3.0 later\r\n", HANG_UP),
    "TEXT": (
        b"452 4.2.2 full\r\n",
        b"550 5.7.1 not wanted\r\n",
        HANG_UP,
        TAKEN_THEN_CUT,
        CUT_IN_TEXT,
    ),
    "RSET": (HANG_UP,),
}
_PROVIDER_STORMS = (
    Says(429, {"X-RateLimit-Reset": "0"}),
    Says(500),
    Says(503),
    Fault.RESET,
    Fault.RESET_WHILE_READING,
    Fault.ACCEPT_THEN_RESET,
    Fault.HTML,
    Fault.MALFORMED,
)
_KEPT_TEXTS = 20


class Stormy(Staged):
    """A willing server that fails as often as its server says."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.cut = False

    def exact(self, word):
        said = super().exact(word)
        storms = _STORMS.get(word)
        good = isinstance(said, bytes) and said[:1] in b"23"
        self.server.heard_one()
        if storms is None or not good:
            return said
        if self.server.dice.random() >= self.server.storm:
            return said
        answer = self.server.dice.choice(storms)
        return HANG_UP if answer is CUT_IN_TEXT else answer

    def cuts_the_text(self):
        return self.server.dice.random() < self.server.storm / 4


class MailServer(Double):
    """Takes connections as long as it lives, and tells the outside of each mail."""

    def __init__(self, outside, clock, *, seed=0, storm=0.0):
        super().__init__(*())
        self.scripts = self._endless()
        self.outside = outside
        self.clock = clock
        self.dice = dice(seed)
        # How likely each answer is a bad one.
        self.storm = storm
        # Called with each word of the conversation, and with each mail that is taken.
        self.on_word = lambda: None
        self.on_mail = lambda _: None
        self.texts = deque(maxlen=_KEPT_TEXTS)
        self.heard = deque(maxlen=_KEPT_TEXTS)
        self.took = deque(maxlen=_KEPT_TEXTS)
        self.begun = deque(maxlen=_KEPT_TEXTS)

    def _endless(self):
        while True:
            # Those that hung up are over.
            self.talks = [one for one in self.talks if one.line.fileno() >= 0]
            yield Stormy(self)

    def heard_one(self):
        self.on_word()

    def taken(self, recipient, text):
        super().taken(recipient, text)
        arrival = Arrival(
            token=token_of(text), address=recipient, at=self.clock.now(), channel="smtp"
        )
        self.outside.arrived(arrival)
        self.on_mail(arrival)


class Provider(SendGridDouble):
    """A local SendGrid with moods, whose mails the outside counts."""

    def __init__(self, outside, clock, *, seed=0, storm=0.0):
        super().__init__(clock=clock)
        self.outside = outside
        self.dice = dice(seed)
        self.storm = storm
        self.on_mail = lambda _: None

    def fault_for(self, path):
        told = super().fault_for(path)
        if told is not None or self.dice.random() >= self.storm:
            return told
        if path == "mail/send":
            return self.dice.choice(_PROVIDER_STORMS)
        return self.dice.choice(_PROVIDER_STORMS[:4])

    def take(self, raw):
        before = len(self.accepted)
        message_id = super().take(raw)
        for one in self.accepted[before:]:
            arrival = Arrival(
                token=one.token,
                address=one.address,
                at=self.clock.now(),
                channel="sendgrid",
                send_at=one.send_at,
                batch=one.batch,
            )
            self.outside.arrived(arrival)
            self.on_mail(arrival)
        return message_id

    def schedule(self, raw):
        told = super().schedule(raw)
        self.outside.thrown_away.add(told["batch_id"])
        return told
