"""Settings of the monitor: how it fetches, how often, and what it calls a match."""

from typing import Literal

from pydantic import Field

from core.settings.kinds import HostTable, Networks, Section
from core.wording import worded


class Fetch(Section):
    user_agent: str = Field(
        "Parution/0.1 (press office; +mailto:presse@example.org)",
        description=worded(
            "How we name ourselves to the sites we read. Give a contact."
        ),
    )
    allow_networks: Networks = Field(
        (),
        description=worded(
            "Private address ranges the guard lets through, such as 10.1.0.0/16."
        ),
    )
    hosts: HostTable = Field(
        default_factory=dict,
        description=worded(
            "Host names answered here before DNS: name to address:port. Still vetted."
        ),
    )
    total_seconds: float = Field(
        # With 30 s, the hanging sites alone made the end of every round in the study, and
        # a hostile site may cost no more than 15 s.
        15,
        gt=0,
        description=worded("The longest one fetch may take, redirects included."),
    )
    most_bytes: int = Field(
        5_242_880,
        gt=0,
        description=worded(
            "The largest answer that is read, before and after inflation."
        ),
    )
    pace_seconds: float = Field(
        5, ge=0, description=worded("The least time between two visits to one domain.")
    )
    connections: int = Field(
        # Of the study: 2,000 feeds at once from two cores, none kept waiting for a place.
        100,
        ge=1,
        le=1000,
        description=worded(
            "How many addresses are asked at once, each of another domain."
        ),
    )


class Polling(Section):
    floor_minutes: int = Field(
        10,
        ge=1,
        description=worded(
            "The briskest a source of the first tier is polled; the second tier waits half as long again, the third three times as long."
        ),
    )
    night_floor_minutes: int = Field(
        60, ge=1, description=worded("The briskest any source is polled at night.")
    )
    night: str = Field(
        "22:00-06:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description=worded("When it is night, in the office's zone."),
    )
    ceiling_minutes: int = Field(
        1440,
        ge=1,
        description=worded("The slowest a source that can be read is polled."),
    )
    first_tier_ceiling_minutes: int = Field(
        360, ge=1, description=worded("The same for a source of the first tier.")
    )
    pages: Literal["all", "candidates"] = Field(
        "all",
        description=worded(
            "Whether the page of each new article is read, or only of those whose title or summary matches a release or a watch."
        ),
    )
    extraction: Literal["all", "candidates"] = Field(
        "all",
        description=worded(
            "Whether the text of each page that is read is taken out with care (30 ms), or only where a quick look at it matches a release or a watch (3 ms)."
        ),
    )
    page_days: int = Field(
        3,
        ge=0,
        description=worded(
            "How old an article may be, when it is first seen, for its page to be read."
        ),
    )


class Matching(Section):
    """From where on a proposal is made; docs/matching.md shows what each was measured on."""

    reprint_share: float = Field(
        0.6,
        gt=0,
        le=1,
        description=worded(
            "The share of an article that comes from the release, from which it is a reprint."
        ),
    )
    own_words: int = Field(
        7,
        ge=4,
        le=100,
        description=worded(
            "How many words that stand in no other release make a passage evidence."
        ),
    )
    belief: float = Field(
        0.5,
        gt=0,
        lt=1,
        description=worded(
            "How sure the signs of an event must be for a rewrite or a mention."
        ),
    )
    lessons: bool = Field(
        True,
        description=worded(
            "Whether what people rejected lowers the score of similar proposals."
        ),
    )
