"""The settings of the sendgrid channel."""

from base64 import b64decode
from typing import Literal
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

_HOSTS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
_HOME = frozenset({"127.0.0.1", "localhost", "::1"})


class SendgridOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr = Field(
        description="The API key, with the right to send mail and to manage suppressions."
    )
    region: Literal["global", "eu"] = Field(
        "global", description="Where the provider handles the mail."
    )
    host: str = Field(
        "", description="The address of the API; empty means the region's own."
    )
    batch: int = Field(
        1000,
        ge=1,
        le=1000,
        description="How many recipients one request names: what one lost answer leaves in doubt.",
    )
    timeout: float = Field(
        25,
        gt=0,
        description="How many seconds one request may take as a whole. Twice that must fit into sending.lease_seconds.",
    )
    most_per_day: int = Field(
        0,
        ge=0,
        description="How many recipients your contract allows a day, counted in UTC; 0 for no limit.",
    )
    unsubscribe_group: int = Field(
        0,
        ge=0,
        description="The provider's unsubscribe group that our mail belongs to; 0 for none.",
    )
    signs: bool = Field(
        default=False,
        description="Whether the provider's signature covers List-Unsubscribe-Post, as for an authenticated domain; without it one-click unsubscribing is not offered.",
    )
    webhook_public_key: str = Field(
        "",
        description="The verification key of the signed Event Webhook; empty refuses every report.",
    )

    @field_validator("key")
    @classmethod
    def _one_word(cls, key: SecretStr) -> SecretStr:
        said = key.get_secret_value()
        if not said or not said.isascii() or not said.isprintable() or " " in said:
            raise ValueError("the key must be one word of plain letters and digits")
        return key

    @field_validator("host")
    @classmethod
    def _protected(cls, host: str) -> str:
        parts = urlsplit(host)
        if host and (parts.scheme not in {"https", "http"} or not parts.hostname):
            raise ValueError("the host must begin with https://")
        if parts.scheme == "http" and parts.hostname not in _HOME:
            raise ValueError("the key is only sent over https:// to another machine")
        return host.rstrip("/")

    @field_validator("webhook_public_key")
    @classmethod
    def _a_public_key(cls, key: str) -> str:
        if key:
            read_public_key(key)
        return key

    @property
    def address(self) -> str:
        return self.host or _HOSTS[self.region]


def read_public_key(text: str) -> ec.EllipticCurvePublicKey:
    """The verification key as the provider shows it. Raises ValueError."""
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError(  # noqa: TRY004 - what settings understand
            "this is not the verification key of an Event Webhook"
        )
    return key
