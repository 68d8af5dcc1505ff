"""The states of a source, of a poll, of an article's dates and texts, and of a coverage line."""

from enum import StrEnum


class SourceState(StrEnum):
    """What a person should think of a source (promise L3)."""

    NEW = "new"
    OK = "ok"
    # It answers, and says nothing new for far longer than it uses to.
    QUIET = "quiet"
    # It answers and its body changes, but its dates stand still.
    STALE = "stale"
    # It answers with what is not the outlet's: another language, other sites.
    HIJACKED = "hijacked"
    # Every entry was new: some may have come and gone between two looks.
    OUTRUN = "outrun"
    # It refuses us: a challenge, a login, 401, 403, 429, robots.txt.
    BLOCKED = "blocked"
    FAILING = "failing"
    GONE = "gone"


class PollOutcome(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    NOT_A_SOURCE = "not-a-source"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"
    # Its domain asked for a rest; this source was not asked.
    POSTPONED = "postponed"


class Fault(StrEnum):
    """Why a look brought nothing; the screens have a sentence and a next step for each."""

    # The site.
    CHALLENGE = "challenge"
    FORBIDDEN = "forbidden"
    ROBOTS = "robots"
    TOO_MANY = "too-many"
    STATUS = "status"
    GONE = "gone"
    # The way there.
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    ADDRESS = "address"
    REDIRECTS = "redirects"
    # The folder newsletters come into is not set, or cannot be read.
    MAILBOX = "mailbox"
    # What came.
    TOO_LARGE = "too-large"
    CODING = "coding"
    EMPTY = "empty"
    WEB_PAGE = "web-page"
    LOGIN = "login"
    PARKED = "parked"
    UNREADABLE = "unreadable"
    NO_ARTICLES = "no-articles"
    HOSTILE = "hostile"


class Precision(StrEnum):
    """How far a date goes."""

    MOMENT = "moment"
    # The source gives no zone; its outlet's was taken.
    ZONE_ASSUMED = "zone-assumed"
    # A day without an hour: `at` is its first moment in the outlet's zone.
    DAY = "day"


class TextFrom(StrEnum):
    """Where an article's text was read."""

    # The summary or content the source carries.
    ENTRY = "entry"
    # Its page, quickly: menus may remain.
    SCREEN = "screen"
    PAGE = "page"
    HAND = "hand"


class Change(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    RESTORED = "restored"
    MOVED = "moved"


class Decision(StrEnum):
    """What people said of the machine's proposal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    # The machine took its proposal back: the article, or the release's profile, changed.
    WITHDRAWN = "withdrawn"

    @property
    def counts(self) -> bool:
        """Whether the line counts as coverage, in lists and in figures."""
        return self in {Decision.PROPOSED, Decision.CONFIRMED}


class Rejection(StrEnum):
    """Why a person rejected a proposal; the machine learns from it."""

    # The same event in another year or town.
    ANOTHER_EDITION = "another-edition"
    ANOTHER_EVENT = "another-event"
    # It names the office or its people and says nothing of this release.
    ONLY_NAMES = "only-names"
    STANDING_TEXT = "standing-text"
    # A person, a place or an office of the same name.
    HOMONYM = "homonym"
    # A menu, a list of links, an agenda: no article.
    NO_ARTICLE = "no-article"
    OTHER = "other"


class Tone(StrEnum):
    """How an article speaks of us, as a person said; the machine guesses none."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Redress(StrEnum):
    """What an outlet that was asked to mend an error did."""

    OBTAINED = "obtained"
    REFUSED = "refused"


class Allows(StrEnum):
    """What an outlet's licence allows passing on."""

    # There is none, or it has ended: title, link and a short quotation, as the law has it.
    NOTHING = "none"
    # A link and an excerpt, by agreement.
    EXCERPT = "excerpt"
    FULL_TEXT = "full-text"
