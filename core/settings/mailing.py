"""Settings of the distributor: how it sends, what comes back, and the newsroom."""

from typing import Literal

from pydantic import Field, SecretStr

from core.settings.kinds import Names, Section
from core.wording import worded


class Sending(Section):
    grace_minutes: int = Field(
        15,
        ge=0,
        description=worded(
            "How late a dispatch may still leave by itself; later it is held."
        ),
    )
    deadline_hours: int = Field(
        24,
        ge=1,
        description=worded("How long a delivery is retried before it is refused."),
    )
    lease_seconds: float = Field(
        120,
        gt=0,
        description=worded("How long a worker keeps a delivery it does not report on."),
    )
    connections: int = Field(
        4,
        ge=1,
        le=50,
        description=worded("How many connections one worker opens to the mail server."),
    )
    undo_minutes: int = Field(
        3,
        ge=0,
        le=15,
        description=worded(
            "How long a dispatch can be undone after it was approved, or planned without an hour."
        ),
    )
    seeds: Names = Field(
        (),
        description=worded(
            "The office's own addresses that get each dispatch before the rest."
        ),
    )
    seed_pause_seconds: int = Field(
        120,
        ge=0,
        description=worded("How long the rest waits after the seed addresses."),
    )
    same_list_hours: int = Field(
        4,
        ge=0,
        description=worded("A list mailed less than so long ago is pointed out."),
    )
    cap_messages: int = Field(
        0,
        ge=0,
        description=worded(
            "The most releases one contact gets in cap_days; 0 counts none."
        ),
    )
    cap_days: int = Field(
        7, ge=1, description=worded("The days cap_messages counts over.")
    )
    soft_bounces: int = Field(
        3,
        ge=1,
        description=worded(
            "After how many soft bounces in a row an address is suppressed."
        ),
    )
    failover_minutes: int = Field(
        10,
        ge=1,
        description=worded(
            "How long a channel must be at fault before a dispatch takes its next one."
        ),
    )
    amber: Literal["", "ask", "warn"] = Field(
        "",
        description=worded(
            "Whether an amber finding needs a typed reason (ask) or is only shown (warn); empty asks where approval is on."
        ),
    )


class MailFolder(Section):
    maildir: str = Field(
        "", description=worded("A Maildir the mail server puts the mail into.")
    )
    host: str = Field("", description=worded("The IMAP server that holds the mail."))
    port: int = Field(993, ge=1, le=65535, description=worded("Its port."))
    security: Literal["tls", "starttls", "none"] = Field(
        "tls",
        description=worded(
            "How the line to it is protected; never less than said here."
        ),
    )
    user: str = Field("", description=worded("The mailbox's name."))
    password: SecretStr = Field(SecretStr(""), description=worded("Its password."))
    folder: str = Field("INBOX", description=worded("The folder that is read."))
    done_folder: str = Field(
        "",
        description=worded("Where mail goes once it was read; empty marks it as seen."),
    )
    timeout: float = Field(
        30, gt=0, description=worded("How many seconds each answer may take.")
    )


class Bounces(MailFolder):
    verp: bool = Field(
        False,
        description=worded(
            "Whether each message's return path carries its own token, as bounces+TOKEN@."
        ),
    )


class Newsletters(MailFolder):
    """The folder newsletters come into; sources of this kind say whose letters are theirs."""


class Tracking(Section):
    opens: bool = Field(
        False,
        description=worded(
            "Whether a provider's reports that a mail was opened are kept. No mail of ours asks for them."
        ),
    )
    clicks: bool = Field(
        False,
        description=worded(
            "Whether a provider's reports that a link was followed are kept. No link of ours is rewritten."
        ),
    )


class Newsroom(Section):
    """The public pages at /n: names and introductions as visitors read them."""

    enabled: bool = Field(
        False,
        description=worded(
            "Whether the public newsroom is served. A release stands in it only when a person put it there."
        ),
    )
    name: str = Field(
        "",
        max_length=120,
        description=worded("What it is called; empty means the office's name."),
    )
    name_ar: str = Field(
        "", max_length=120, description=worded("The same in Arabic; empty means name.")
    )
    name_en: str = Field(
        "", max_length=120, description=worded("The same in English; empty means name.")
    )
    introduction: str = Field(
        "", max_length=600, description=worded("A sentence or two above its list.")
    )
    introduction_ar: str = Field(
        "",
        max_length=600,
        description=worded("The same in Arabic; empty shows none on Arabic pages."),
    )
    introduction_en: str = Field(
        "",
        max_length=600,
        description=worded("The same in English; empty shows none on English pages."),
    )

    def called(self, language: str) -> str:
        """Its name in a language, or its one name; empty where it bears the office's."""
        return {"ar": self.name_ar, "en": self.name_en}.get(language, "") or self.name

    def introduced(self, language: str) -> str:
        said = {"ar": self.introduction_ar, "en": self.introduction_en}
        return said.get(language, self.introduction)
