"""Settings of the press review and of alerts."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from core.settings.kinds import HOUR, Addresses, Names, Section, WebAddress
from core.wording import worded


class Review(Section):
    """The edition's hours are wall times of the organisation's zone."""

    cut_off: str = Field(
        "06:30",
        pattern=HOUR,
        description=worded("Up to when the morning edition counts."),
    )
    freeze_at: str = Field(
        "07:30",
        pattern=HOUR,
        description=worded(
            "When no article comes in any more; its words can still be edited."
        ),
    )
    validate_by: str = Field(
        "07:45",
        pattern=HOUR,
        description=worded(
            "When the duty officer is told that nobody has validated it."
        ),
    )
    ready_at: str = Field(
        "08:00", pattern=HOUR, description=worded("When the validated edition is sent.")
    )
    flashes: list[Annotated[str, Field(pattern=HOUR)]] = Field(
        default_factory=lambda: ["13:00", "17:30"],
        max_length=6,
        description=worded("When flash editions are made, on working days."),
    )
    flash_articles: int = Field(
        5,
        ge=1,
        description=worded(
            "How many new articles make a flash edition; one of negative tone or of a front page is enough."
        ),
    )
    unvalidated: Literal["hold", "send"] = Field(
        "hold",
        description=worded(
            'What happens at the hour of an edition that nobody validated: hold it, or send it marked "automatic edition, not read by anybody".'
        ),
    )
    empty: bool = Field(
        False,
        description=worded("Whether an edition in which nothing was found is sent."),
    )
    workdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        default_factory=lambda: [1, 2, 3, 4, 5],
        min_length=1,
        description=worded(
            "The days with editions; 1 is Monday. The first one after a pause covers the pause."
        ),
    )
    holidays: str = Field(
        "MA",
        pattern=r"^([A-Z]{2})?$",
        description=worded(
            "The country whose public holidays have no edition; empty for none."
        ),
    )
    days_off: list[date] = Field(
        default_factory=list, description=worded("Further days without an edition.")
    )
    days_on: list[date] = Field(
        default_factory=list,
        description=worded(
            "Days that have one although they are holidays or no working days."
        ),
    )
    notice: str = Field(
        "",
        max_length=200,
        description=worded(
            'A line on top of each edition, such as "Diffusion restreinte".'
        ),
    )
    excerpt_characters: int = Field(
        300,
        ge=0,
        le=300,
        description=worded("How much of an article a review may quote."),
    )

    @model_validator(mode="after")
    def _hours_follow_each_other(self) -> Self:
        hours = [self.cut_off, self.freeze_at, self.validate_by, self.ready_at]
        if hours != sorted(hours):
            raise ValueError(
                "cut_off, freeze_at, validate_by and ready_at must follow each other"
            )
        if any(hour <= self.ready_at for hour in self.flashes):
            raise ValueError("flashes must come after ready_at")
        return self


class Alerts(Section):
    to: Addresses = Field(
        (), description=worded("Whom open alerts are mailed to; empty mails none.")
    )
    channel: str = Field(
        "",
        description=worded(
            "The channel they are mailed through; empty takes the first."
        ),
    )
    rules: Names = Field(
        (
            "embargo-broken",
            "source-hijacked",
            "review-not-validated",
            "review-not-sent",
            "backup-failed",
            "journal-broken",
            "person-request-due",
            "backup-old",
            "disk-low",
            "clock-off",
            "dispatch-waiting",
            "everything-held",
            "jobs-still",
            "sender-stuck",
            "zone-data-old",
        ),
        description=worded(
            "Which alerts are mailed; every alert stands on the screen Today."
        ),
    )
    every_minutes: int = Field(
        15,
        ge=0,
        description=worded(
            "At most one such mail in so long; a broken embargo, a review nobody validated and a broken journal do not wait."
        ),
    )
    quiet_from: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description=worded(
            "From when such mail waits, in the office's zone; the same ones do not wait."
        ),
    )
    quiet_until: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description=worded("Until when it waits."),
    )
    embargo_days: int = Field(
        7,
        ge=1,
        description=worded(
            "How long after its end an embargo that was broken is told, unless a person decides the line."
        ),
    )
    blocked_minutes: int = Field(
        60,
        ge=0,
        description=worded("How long a source is blocked before an alert is raised."),
    )
    failing_minutes: int = Field(
        360,
        ge=0,
        description=worded("How long a source fails before an alert is raised."),
    )
    gone_minutes: int = Field(
        0,
        ge=0,
        description=worded("How long a source is gone before an alert is raised."),
    )
    hijacked_minutes: int = Field(
        0,
        ge=0,
        description=worded("How long a source looks hijacked before one is raised."),
    )
    outrun_minutes: int = Field(
        0,
        ge=0,
        description=worded("How long a possible loss stands before one is raised."),
    )
    quiet_minutes: int = Field(
        0,
        ge=0,
        description=worded("How long a source is quiet before an alert is raised."),
    )
    stale_minutes: int = Field(
        0,
        ge=0,
        description=worded("How long a source is stale before an alert is raised."),
    )

    held_minutes: int = Field(
        30,
        ge=1,
        description=worded(
            "How long after its hour a dispatch that is held or paused, or a hold of everything, is told."
        ),
    )
    ping_url: WebAddress = Field(
        SecretStr(""),
        description=worded(
            "An address that is asked every few minutes while all is well, so that its silence wakes somebody: a dead-man's switch such as healthchecks.io. In a private network, fetch.allow_networks must let it through."
        ),
    )
    ping_minutes: int = Field(
        5, ge=1, le=1440, description=worded("How often ping_url is asked.")
    )
    ping_fail: bool = Field(
        False,
        description=worded(
            "Whether /fail behind that address is asked when something is wrong, as healthchecks.io takes it; otherwise there is silence."
        ),
    )

    @model_validator(mode="after")
    def _whole_night(self) -> "Alerts":
        if bool(self.quiet_from) != bool(self.quiet_until):
            raise ValueError("quiet_from and quiet_until need each other")
        return self
