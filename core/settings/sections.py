"""Every setting: its name, its kind, its default and what it is for."""

import json
import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    model_validator,
)

from core.values import Role

_HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"

# RFC 5321 allows 64 letters before the @; a signed token with its + takes 49.
_BEFORE_TOKEN = 15
# Enough to notice a name where an address should be; the sending half reads it closely.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _split(value: object) -> object:
    """Accept `a, b` as well as JSON where a list is meant."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            return json.loads(text)
        return [part.strip() for part in text.split(",") if part.strip()]
    return value


def _pairs(value: object) -> object:
    """Accept `name=address:port, ...` as well as JSON where a table is meant."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("{"):
            return json.loads(text)
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if any("=" not in part for part in parts):
            raise ValueError("write each part like name=address:port")
        return dict(part.split("=", 1) for part in parts)
    return value


def _network(value: str) -> str:
    return str(ip_network(value))


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not a mail address")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_address)], ...], BeforeValidator(_split)
]
Networks = Annotated[
    tuple[Annotated[str, BeforeValidator(_network)], ...], BeforeValidator(_split)
]
HostTable = Annotated[dict[str, str], BeforeValidator(_pairs)]
RoleTable = Annotated[dict[str, Role], BeforeValidator(_pairs)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Organisation(Section):
    name: str = Field(
        "Parution", description="The office's name, as journalists read it."
    )
    name_ar: str = Field(
        "",
        description="Its name in Arabic, for Arabic mails and screens; empty means name.",
    )
    name_en: str = Field(
        "", description="Its name in English, for English ones; empty means name."
    )
    sender: str = Field(
        "presse@example.org",
        alias="from",
        description="The address releases come from. A person must read its mail.",
    )
    reply_to: str = Field("", description="Where answers go; empty means the sender.")
    return_path: str = Field(
        "", description="Where bounces go; empty means the sender."
    )
    postal_address: str = Field(
        "", description="Where the office can be written to; at the foot of each mail."
    )
    zone: str = Field("Africa/Casablanca", description="The office's time zone.")

    def called(self, language: str) -> str:
        """The office's name in a language, or its one name."""
        return {"ar": self.name_ar, "en": self.name_en}.get(language, "") or self.name


class Fetch(Section):
    user_agent: str = Field(
        "Parution/0.1 (press office; +mailto:presse@example.org)",
        description="How we name ourselves to the sites we read. Give a contact.",
    )
    allow_networks: Networks = Field(
        (),
        description="Private address ranges the guard lets through, such as 10.1.0.0/16.",
    )
    hosts: HostTable = Field(
        default_factory=dict,
        description="Host names answered here before DNS: name to address:port. Still vetted.",
    )
    total_seconds: float = Field(
        # With 30 s, the hanging sites alone made the end of every round in the study, and
        # a hostile site may cost no more than 15 s.
        15,
        gt=0,
        description="The longest one fetch may take, redirects included.",
    )
    most_bytes: int = Field(
        5_242_880,
        gt=0,
        description="The largest answer that is read, before and after inflation.",
    )
    pace_seconds: float = Field(
        5, ge=0, description="The least time between two visits to one domain."
    )
    connections: int = Field(
        # Of the study: 2,000 feeds at once from two cores, none kept waiting for a place.
        100,
        ge=1,
        le=1000,
        description="How many addresses are asked at once, each of another domain.",
    )


class Polling(Section):
    floor_minutes: int = Field(
        10,
        ge=1,
        description="The briskest a source of the first tier is polled; the second tier waits half as long again, the third three times as long.",
    )
    night_floor_minutes: int = Field(
        60, ge=1, description="The briskest any source is polled at night."
    )
    night: str = Field(
        "22:00-06:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="When it is night, in the office's zone.",
    )
    ceiling_minutes: int = Field(
        1440, ge=1, description="The slowest a source that can be read is polled."
    )
    first_tier_ceiling_minutes: int = Field(
        360, ge=1, description="The same for a source of the first tier."
    )
    pages: Literal["all", "candidates"] = Field(
        "all",
        description="Whether the page of each new article is read, or only of those whose title or summary matches a release or a watch.",
    )
    extraction: Literal["all", "candidates"] = Field(
        "all",
        description="Whether the text of each page that is read is taken out with care (30 ms), or only where a quick look at it matches a release or a watch (3 ms).",
    )
    page_days: int = Field(
        3,
        ge=0,
        description="How old an article may be, when it is first seen, for its page to be read.",
    )


class Alerts(Section):
    to: Addresses = Field(
        (), description="Whom open alerts are mailed to; empty mails none."
    )
    channel: str = Field(
        "", description="The channel they are mailed through; empty takes the first."
    )
    rules: Names = Field(
        (
            "embargo-broken",
            "source-hijacked",
            "review-not-validated",
            "review-not-sent",
            "backup-failed",
            "journal-broken",
        ),
        description="Which alerts are mailed; every alert stands on the screen Today.",
    )
    every_minutes: int = Field(
        15,
        ge=0,
        description="At most one such mail in so long; a broken embargo, a review nobody validated and a broken journal do not wait.",
    )
    quiet_from: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="From when such mail waits, in the office's zone; the same ones do not wait.",
    )
    quiet_until: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="Until when it waits.",
    )
    embargo_days: int = Field(
        7,
        ge=1,
        description="How long after its end an embargo that was broken is told, unless a person decides the line.",
    )
    blocked_minutes: int = Field(
        60, ge=0, description="How long a source is blocked before an alert is raised."
    )
    failing_minutes: int = Field(
        360, ge=0, description="How long a source fails before an alert is raised."
    )
    gone_minutes: int = Field(
        0, ge=0, description="How long a source is gone before an alert is raised."
    )
    hijacked_minutes: int = Field(
        0, ge=0, description="How long a source looks hijacked before one is raised."
    )
    outrun_minutes: int = Field(
        0, ge=0, description="How long a possible loss stands before one is raised."
    )
    quiet_minutes: int = Field(
        0, ge=0, description="How long a source is quiet before an alert is raised."
    )
    stale_minutes: int = Field(
        0, ge=0, description="How long a source is stale before an alert is raised."
    )

    @model_validator(mode="after")
    def _whole_night(self) -> "Alerts":
        if bool(self.quiet_from) != bool(self.quiet_until):
            raise ValueError("quiet_from and quiet_until need each other")
        return self


class Sending(Section):
    grace_minutes: int = Field(
        15,
        ge=0,
        description="How late a dispatch may still leave by itself; later it is held.",
    )
    deadline_hours: int = Field(
        24, ge=1, description="How long a delivery is retried before it is refused."
    )
    lease_seconds: float = Field(
        120,
        gt=0,
        description="How long a worker keeps a delivery it does not report on.",
    )
    connections: int = Field(
        4,
        ge=1,
        le=50,
        description="How many connections one worker opens to the mail server.",
    )
    undo_minutes: int = Field(
        3,
        ge=0,
        le=15,
        description="How long a dispatch can be undone after it was approved, or planned without an hour.",
    )
    seeds: Names = Field(
        (),
        description="The office's own addresses that get each dispatch before the rest.",
    )
    seed_pause_seconds: int = Field(
        120, ge=0, description="How long the rest waits after the seed addresses."
    )
    same_list_hours: int = Field(
        4, ge=0, description="A list mailed less than so long ago is pointed out."
    )
    cap_messages: int = Field(
        0,
        ge=0,
        description="The most releases one contact gets in cap_days; 0 counts none.",
    )
    cap_days: int = Field(7, ge=1, description="The days cap_messages counts over.")
    soft_bounces: int = Field(
        3,
        ge=1,
        description="After how many soft bounces in a row an address is suppressed.",
    )
    failover_minutes: int = Field(
        10,
        ge=1,
        description="How long a channel must be at fault before a dispatch takes its next one.",
    )
    amber: Literal["", "ask", "warn"] = Field(
        "",
        description="Whether an amber finding needs a typed reason (ask) or is only shown (warn); empty asks where approval is on.",
    )


class MailFolder(Section):
    maildir: str = Field(
        "", description="A Maildir the mail server puts the mail into."
    )
    host: str = Field("", description="The IMAP server that holds the mail.")
    port: int = Field(993, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        "tls", description="How the line to it is protected; never less than said here."
    )
    user: str = Field("", description="The mailbox's name.")
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    folder: str = Field("INBOX", description="The folder that is read.")
    done_folder: str = Field(
        "", description="Where mail goes once it was read; empty marks it as seen."
    )
    timeout: float = Field(
        30, gt=0, description="How many seconds each answer may take."
    )


class Bounces(MailFolder):
    verp: bool = Field(
        False,
        description="Whether each message's return path carries its own token, as bounces+TOKEN@.",
    )


class Newsletters(MailFolder):
    """The folder newsletters come into; sources of this kind say whose letters are theirs."""


class Tracking(Section):
    opens: bool = Field(
        False,
        description="Whether a provider's reports that a mail was opened are kept. No mail of ours asks for them.",
    )
    clicks: bool = Field(
        False,
        description="Whether a provider's reports that a link was followed are kept. No link of ours is rewritten.",
    )


class Review(Section):
    """The edition's hours are wall times of the organisation's zone."""

    cut_off: str = Field(
        "06:30", pattern=_HOUR, description="Up to when the morning edition counts."
    )
    freeze_at: str = Field(
        "07:30",
        pattern=_HOUR,
        description="When no article comes in any more; its words can still be edited.",
    )
    validate_by: str = Field(
        "07:45",
        pattern=_HOUR,
        description="When the duty officer is told that nobody has validated it.",
    )
    ready_at: str = Field(
        "08:00", pattern=_HOUR, description="When the validated edition is sent."
    )
    flashes: list[Annotated[str, Field(pattern=_HOUR)]] = Field(
        default_factory=lambda: ["13:00", "17:30"],
        max_length=6,
        description="When flash editions are made, on working days.",
    )
    flash_articles: int = Field(
        5,
        ge=1,
        description="How many new articles make a flash edition; one of negative tone or of a front page is enough.",
    )
    unvalidated: Literal["hold", "send"] = Field(
        "hold",
        description='What happens at the hour of an edition that nobody validated: hold it, or send it marked "automatic edition, not read by anybody".',
    )
    empty: bool = Field(
        False, description="Whether an edition in which nothing was found is sent."
    )
    workdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        default_factory=lambda: [1, 2, 3, 4, 5],
        min_length=1,
        description="The days with editions; 1 is Monday. The first one after a pause covers the pause.",
    )
    holidays: str = Field(
        "MA",
        pattern=r"^([A-Z]{2})?$",
        description="The country whose public holidays have no edition; empty for none.",
    )
    days_off: list[date] = Field(
        default_factory=list, description="Further days without an edition."
    )
    days_on: list[date] = Field(
        default_factory=list,
        description="Days that have one although they are holidays or no working days.",
    )
    notice: str = Field(
        "",
        max_length=200,
        description='A line on top of each edition, such as "Diffusion restreinte".',
    )
    excerpt_characters: int = Field(
        300, ge=0, le=300, description="How much of an article a review may quote."
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


class Matching(Section):
    """From where on a proposal is made; docs/matching.md shows what each was measured on."""

    reprint_share: float = Field(
        0.6,
        gt=0,
        le=1,
        description="The share of an article that comes from the release, from which it is a reprint.",
    )
    own_words: int = Field(
        7,
        ge=4,
        le=100,
        description="How many words that stand in no other release make a passage evidence.",
    )
    belief: float = Field(
        0.5,
        gt=0,
        lt=1,
        description="How sure the signs of an event must be for a rewrite or a mention.",
    )
    lessons: bool = Field(
        True,
        description="Whether what people rejected lowers the score of similar proposals.",
    )


class Newsroom(Section):
    """The public pages at /n: names and introductions as visitors read them."""

    enabled: bool = Field(
        False,
        description="Whether the public newsroom is served. A release stands in it only when a person put it there.",
    )
    name: str = Field(
        "",
        max_length=120,
        description="What it is called; empty means the office's name.",
    )
    name_ar: str = Field(
        "", max_length=120, description="The same in Arabic; empty means name."
    )
    name_en: str = Field(
        "", max_length=120, description="The same in English; empty means name."
    )
    introduction: str = Field(
        "", max_length=600, description="A sentence or two above its list."
    )
    introduction_ar: str = Field(
        "",
        max_length=600,
        description="The same in Arabic; empty shows none on Arabic pages.",
    )
    introduction_en: str = Field(
        "",
        max_length=600,
        description="The same in English; empty shows none on English pages.",
    )

    def called(self, language: str) -> str:
        """Its name in a language, or its one name; empty where it bears the office's."""
        return {"ar": self.name_ar, "en": self.name_en}.get(language, "") or self.name

    def introduced(self, language: str) -> str:
        said = {"ar": self.introduction_ar, "en": self.introduction_en}
        return said.get(language, self.introduction)


class Retention(Section):
    full_text_days: int = Field(
        30, ge=1, description="How long an article's full text is kept for matching."
    )
    event_days: int = Field(
        30,
        ge=1,
        description="How long after an event the names of crews, vehicles and walk-ins are kept.",
    )


class Backup(Section):
    folder: str = Field(
        "", description="Where each night's backup goes; empty makes none by itself."
    )
    key: SecretStr = Field(
        SecretStr(""),
        description="The key that backups are written and read with: see `parution backup-key`.",
    )
    at: str = Field(
        "02:30",
        pattern=_HOUR,
        description="The office's hour at which a backup is made.",
    )
    keep: int = Field(
        14, ge=1, description="How many nights' backups are kept in the folder."
    )


class Directory(Section):
    """Whoever signs in elsewhere in the organisation need not sign in here (OpenID Connect)."""

    issuer: str = Field(
        "",
        description="The address of the organisation's own sign-in (OpenID Connect), as it calls itself; empty means none. It is asked through core/web: in a private network, fetch.allow_networks must let it through.",
    )
    client_id: str = Field("", description="What it calls this office.")
    client_secret: SecretStr = Field(
        SecretStr(""), description="The secret it gave this office."
    )
    name: str = Field("", description="What the button calls it, such as Ministère.")
    scopes: Names = Field(
        ("openid", "profile"), description="What it is asked for; openid always."
    )
    roles_claim: str = Field(
        "roles", description="The claim that says what somebody may do here."
    )
    roles: RoleTable = Field(
        default_factory=dict,
        description="Which role a value of that claim means, such as presse=writer, chef=validator; it is applied at each sign-in.",
    )
    create_as: Literal["", "reader", "writer", "watcher", "validator"] = Field(
        "",
        description="The role of somebody who comes from there for the first time; empty refuses whom no claim gives a role.",
    )


class WebPages(Section):
    host: str = Field("127.0.0.1", description="The address the pages are served on.")
    port: int = Field(
        8321, ge=0, le=65535, description="The port the pages are served on."
    )
    public_url: str = Field(
        "",
        description="The address the outside reaches us by, with https://; for signed links.",
    )
    public_host: str = Field(
        "127.0.0.1", description="The address the public pages are served on alone."
    )
    public_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="A second port that serves the public pages and hooks alone; 0 serves them with the rest.",
    )
    proxies: Names = Field(
        ("127.0.0.1",),
        description="The addresses of proxies that say truly where a visitor comes from, such as 172.18.0.0/16; visitors behind others count as one.",
    )
    sign_in_as: str = Field(
        "",
        description="An account that visitors use without signing in. Only on 127.0.0.1.",
    )
    least_password: int = Field(
        15, ge=8, le=64, description="The fewest characters of a new password."
    )
    idle_hours: float = Field(
        12, gt=0, le=720, description="After how long without use one is signed out."
    )
    longest_days: float = Field(
        14,
        gt=0,
        le=90,
        description="After how long one must sign in again at any rate.",
    )
    second_factor: Literal["optional", "required"] = Field(
        "optional",
        description="Whether those who may approve or send must have a second factor or a passkey.",
    )
    oidc: Directory = Field(
        default_factory=Directory,
        description="Signing in with the organisation's own directory.",
    )

    @model_validator(mode="after")
    def _leads_back(self) -> "WebPages":
        if self.oidc.issuer and not (self.oidc.client_id and self.public_url):
            raise ValueError("oidc.issuer needs oidc.client_id and public_url")
        return self

    @model_validator(mode="after")
    def _only_at_home(self) -> "WebPages":
        if self.sign_in_as and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("sign_in_as is only allowed while host is 127.0.0.1")
        return self


class Settings(Section):
    data_dir: Path = Field(
        Path("data"), description="Where the office keeps its files."
    )
    database_url: str = Field(
        "",
        description="sqlite:///... or postgresql://...; empty means a file in data_dir.",
    )
    language: Literal["fr", "ar", "en"] = Field(
        "fr", description="The language of screens and messages until a person chooses."
    )
    approval: Literal["two-person", "off"] = Field(
        "off", description="Whether a second person must approve each dispatch."
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="The key ring that signs links and sessions, newest first, parted by commas; made at first start when empty.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )
    organisation: Organisation = Field(default_factory=Organisation)
    sending: Sending = Field(default_factory=Sending)
    channels: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="One table for each channel; its keys are listed in docs/channels.md.",
    )
    bounces: Bounces = Field(default_factory=Bounces)
    newsletters: Newsletters = Field(default_factory=Newsletters)
    tracking: Tracking = Field(default_factory=Tracking)
    fetch: Fetch = Field(default_factory=Fetch)
    polling: Polling = Field(default_factory=Polling)
    alerts: Alerts = Field(default_factory=Alerts)
    review: Review = Field(default_factory=Review)
    matching: Matching = Field(default_factory=Matching)
    newsroom: Newsroom = Field(default_factory=Newsroom)
    retention: Retention = Field(default_factory=Retention)
    backup: Backup = Field(default_factory=Backup)
    web: WebPages = Field(default_factory=WebPages)
    # Where each setting that was given came from: its name, and a file or a variable.
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def origins(self) -> Mapping[str, str]:
        return self._origins

    def came_from(self, origins: Mapping[str, str]) -> Self:
        self._origins.update(origins)
        return self

    @model_validator(mode="after")
    def _room_for_tokens(self) -> "Settings":
        path = self.organisation.return_path or self.organisation.sender
        if self.bounces.verp and len(path.rpartition("@")[0]) > _BEFORE_TOKEN:
            raise ValueError(
                f"bounces.verp leaves {_BEFORE_TOKEN} letters before the @ of "
                "organisation.return_path"
            )
        return self

    @model_validator(mode="after")
    def _alerts_have_a_channel(self) -> "Settings":
        named = self.alerts.channel
        if named and named not in self.channels:
            raise ValueError(f"alerts.channel names {named!r}, which is not set up")
        return self

    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'parution.db'}"
