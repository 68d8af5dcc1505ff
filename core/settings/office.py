"""Every setting of an office: its name, its kind, its default and what it is for."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, model_validator

from core.settings.keeping import Backup, Retention, Uploads
from core.settings.kinds import Section, ZoneName
from core.settings.legal import Legal
from core.settings.listening import Fetch, Matching, Polling
from core.settings.mailing import Bounces, Newsletters, Newsroom, Sending, Tracking
from core.settings.reviewing import Alerts, Review
from core.settings.serving import Fleet, Telemetry, WebPages, Worker
from core.wording import worded

# RFC 5321 allows 64 letters before the @; a signed token with its + takes 49.
_BEFORE_TOKEN = 15
# A port that is no number would stop whoever opens it, without a word of why. The parts are
# those that SQLAlchemy reads: a password may hold a slash, which urlsplit takes for its end.
_ENGINE = re.compile(
    r"""
    sqlite(\+pysqlite)?:///
    | postgres(ql)?(\+psycopg)?://(?=\S)
      ([^:/\s]*(:[^@\s]*)?@)?
      (\[[^/?\s]+\] | [^/:?\s]+)?
      (:[0-9]*)?
      ([/?]\S*)?$
    """,
    re.VERBOSE,
)


def _database(value: str) -> str:
    """Of the two engines there are; never said again, for it may hold a password."""
    if value and not _ENGINE.match(value):
        raise ValueError(
            "it begins neither with sqlite:/// nor with postgresql://, "
            "or the address behind that cannot be read"
        )
    return value


class Organisation(Section):
    name: str = Field(
        "Parution", description=worded("The office's name, as journalists read it.")
    )
    name_ar: str = Field(
        "",
        description=worded(
            "Its name in Arabic, for Arabic mails and screens; empty means name."
        ),
    )
    name_en: str = Field(
        "",
        description=worded("Its name in English, for English ones; empty means name."),
    )
    sender: str = Field(
        "presse@example.org",
        alias="from",
        description=worded(
            "The address releases come from. A person must read its mail."
        ),
    )
    reply_to: str = Field(
        "", description=worded("Where answers go; empty means the sender.")
    )
    return_path: str = Field(
        "", description=worded("Where bounces go; empty means the sender.")
    )
    postal_address: str = Field(
        "",
        description=worded(
            "Where the office can be written to; at the foot of each mail."
        ),
    )
    zone: ZoneName = Field(
        "Africa/Casablanca", description=worded("The office's time zone.")
    )

    def called(self, language: str) -> str:
        """The office's name in a language, or its one name."""
        return {"ar": self.name_ar, "en": self.name_en}.get(language, "") or self.name


class Settings(Section):
    data_dir: Path = Field(
        Path("data"), description=worded("Where the office keeps its files.")
    )
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "",
        # It may hold a password, and so may what a channel is given.
        repr=False,
        description=worded(
            "sqlite:///... or postgresql://...; empty means a file in data_dir."
        ),
    )
    language: Literal["fr", "ar", "en"] = Field(
        "fr",
        description=worded(
            "The language of screens and messages until a person chooses."
        ),
    )
    approval: Literal["two-person", "off"] = Field(
        "off", description=worded("Whether a second person must approve each dispatch.")
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description=worded(
            "The key ring that signs links and sessions, newest first, parted by commas; made at first start when empty."
        ),
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description=worded("How much is logged.")
    )
    organisation: Organisation = Field(default_factory=Organisation)
    sending: Sending = Field(default_factory=Sending)
    channels: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        repr=False,
        description=worded(
            "One table for each channel; its keys are listed in docs/channels.md."
        ),
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
    legal: Legal = Field(default_factory=Legal)
    backup: Backup = Field(default_factory=Backup)
    uploads: Uploads = Field(default_factory=Uploads)
    web: WebPages = Field(default_factory=WebPages)
    fleet: Fleet = Field(default_factory=Fleet)
    worker: Worker = Field(default_factory=Worker)
    telemetry: Telemetry = Field(default_factory=Telemetry)
    # Where each setting that was given came from: its name, and a file or a variable.
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    # The file of each setting that has one of its own.
    _files: dict[str, Path] = PrivateAttr(default_factory=dict)

    @property
    def origins(self) -> Mapping[str, str]:
        return self._origins

    @property
    def files(self) -> Mapping[str, Path]:
        return self._files

    def came_from(
        self, origins: Mapping[str, str], files: Mapping[str, Path] | None = None
    ) -> Self:
        self._origins.update(origins)
        self._files.update(files or {})
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
    def _workers_figures_are_kept(self) -> "Settings":
        if self.worker.metrics_port and self.web.metrics == "off":
            raise ValueError("worker.metrics_port needs web.metrics: token or networks")
        return self

    @model_validator(mode="after")
    def _alerts_have_a_channel(self) -> "Settings":
        named = self.alerts.channel
        if named and named not in self.channels:
            raise ValueError(f"alerts.channel names {named!r}, which is not set up")
        return self

    def notice_url(self, language: str) -> str:
        """Where people read what is kept of them; empty without a public address."""
        root = self.web.public_url.rstrip("/")
        return f"{root}/privacy/{language}" if root else ""

    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'parution.db'}"
