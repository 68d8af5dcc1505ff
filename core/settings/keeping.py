"""Settings of what is kept: how long, in which backups, and what is let in."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from core.settings.kinds import HOUR, Section
from core.settings.reading import host_and_port
from core.wording import worded

_MOST_PORT: Final = 65_535


def _listens(value: str) -> str:
    """A port that cannot be is said at the start, and not with the first file."""
    if not value or value.startswith("/"):
        return value
    _, port = host_and_port(value)
    if not 1 <= int(port) <= _MOST_PORT:
        raise ValueError(f"its port must be 1 to {_MOST_PORT}")
    return value


class Retention(Section):
    full_text_days: int = Field(
        30,
        ge=1,
        description=worded("How long an article's full text is kept for matching."),
    )
    event_days: int = Field(
        30,
        ge=1,
        description=worded(
            "How long after an event the names of crews, vehicles and walk-ins are kept."
        ),
    )
    contact_days: int = Field(
        730,
        ge=30,
        description=worded(
            "After how long unverified a contact is proposed for verification; nobody is removed by itself."
        ),
    )
    address_days: int = Field(
        730,
        ge=30,
        description=worded(
            "How long after a dispatch the addresses and names in its deliveries are kept; a hash stays."
        ),
    )
    recipient_days: int = Field(
        1826,
        ge=30,
        description=worded(
            "How long after a dispatch its deliveries can still be told to be a contact's."
        ),
    )
    batch_days: int = Field(
        730,
        ge=1,
        description=worded("How long an import or a merge of contacts can be undone."),
    )
    edit_days: int = Field(
        730,
        ge=1,
        description=worded(
            "How long the earlier words of a release are kept; the first and the last stay."
        ),
    )
    erasure_days: int = Field(
        1826,
        ge=30,
        description=worded(
            "How long it is kept, by hash, that somebody was erased: no backup may be older when it is restored."
        ),
    )
    alert_days: int = Field(
        365, ge=1, description=worded("How long alerts that are over are kept.")
    )

    @model_validator(mode="after")
    def _address_goes_first(self) -> "Retention":
        if self.recipient_days < self.address_days:
            raise ValueError("recipient_days must not be less than address_days")
        return self


class BackupStore(Section):
    """A store that speaks S3's language: a provider's, or one of one's own such as MinIO."""

    endpoint: str = Field(
        "",
        pattern=r"^(https?://[^/]+/?)?$",
        description=worded(
            "The address of a store that speaks S3's language, such as https://s3.example.org."
        ),
    )
    bucket: str = Field(
        "",
        pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        description=worded(
            "The bucket each night's backup goes into; empty means none."
        ),
    )
    prefix: str = Field(
        "",
        description=worded(
            "What the names in the bucket begin with, such as parution."
        ),
    )
    region: str = Field(
        "us-east-1", description=worded("The region its requests are signed for.")
    )
    key_id: str = Field(
        "", description=worded("The id of the key it gave this office.")
    )
    secret: SecretStr = Field(
        SecretStr(""), description=worded("The secret of that key.")
    )
    path_style: bool = Field(
        True,
        description=worded(
            "Whether the bucket stands in the path (most stores of one's own) or in the host name."
        ),
    )
    certificates: str = Field(
        "",
        description=worded(
            "The certificates (PEM) of a private authority it is signed by."
        ),
    )
    allow_http: bool = Field(
        False,
        description=worded(
            "Whether it may be asked without https on another machine; on this one it always may."
        ),
    )
    timeout_seconds: int = Field(
        120,
        ge=1,
        le=3600,
        description=worded(
            "How long one request may take; a backup goes in parts of 8 MiB."
        ),
    )

    @model_validator(mode="after")
    def _can_be_asked(self) -> "BackupStore":
        if self.bucket and not (
            self.endpoint and self.key_id and self.secret.get_secret_value()
        ):
            raise ValueError("bucket needs endpoint, key_id and secret")
        return self


class Backup(Section):
    store: BackupStore = Field(
        default_factory=BackupStore,
        description=worded(
            "A store that each night's backup is put into, beside the folder or instead of it."
        ),
    )
    folder: str = Field(
        "",
        description=worded(
            "Where each night's backup goes; empty makes none by itself."
        ),
    )
    key: SecretStr = Field(
        SecretStr(""),
        description=worded(
            "The key that backups are written and read with: see `parution backup-key`."
        ),
    )
    at: str = Field(
        "02:30",
        pattern=HOUR,
        description=worded("The office's hour at which a backup is made."),
    )
    keep: int = Field(
        14,
        ge=1,
        description=worded(
            "How many nights' backups are kept in the folder, and in the store."
        ),
    )


class Uploads(Section):
    """Files that people give us, before anything of them is kept."""

    scanner: Annotated[str, AfterValidator(_listens)] = Field(
        "",
        pattern=r"^(|/.+|\[[0-9a-fA-F:]+\]:\d{1,5}|[\w.-]+:\d{1,5})$",
        description=worded(
            "Where a virus scanner listens that speaks clamd's protocol: host:port, or the path of its socket. Empty asks none."
        ),
    )
    scanner_seconds: float = Field(
        30, gt=0, le=300, description=worded("The longest it may take for one file.")
    )
    unscanned: Literal["refuse", "accept"] = Field(
        "refuse",
        description=worded(
            "What becomes of a file that it could not look at: none is taken, or all are."
        ),
    )
