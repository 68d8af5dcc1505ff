"""The settings of the smtp channel."""

from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from distributor.channels.smtp import dkim, smime


class SmtpOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="The mail server's name or address.")
    port: int = Field(587, ge=1, le=65535, description="Its submission port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the line is protected; never less than said here."
    )
    user: str = Field("", description="The name to sign in with; empty signs in not.")
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    timeout: float = Field(
        30,
        gt=0,
        description="How many seconds opening a line, writing a message, or its answer may take.",
    )
    certificates: Path | None = Field(
        None, description="Certificates to trust besides the system's, as a PEM file."
    )
    name: str = Field(
        "",
        pattern=r"^[\w.:\[\]-]*$",
        description="How we name ourselves in EHLO; empty gives our address.",
    )
    pipeline: int = Field(
        20, ge=1, le=1000, description="How many messages are handed over in one go."
    )
    max_messages_per_connection: int = Field(
        1000, ge=1, description="How many messages one line carries at most."
    )
    most_per_day: int = Field(
        0,
        ge=0,
        description="How many recipients the server takes a day, counted in UTC; 0 for no limit.",
    )
    per_second: float = Field(
        0, ge=0, description="How many messages leave a second at most; 0 for no limit."
    )
    per_domain_per_second: float = Field(
        0, ge=0, description="How many of them go to one domain; 0 for no limit."
    )
    dkim_domain: str = Field(
        "", description="The domain that signs each message (DKIM); empty signs none."
    )
    dkim_selector: str = Field("", description="The name of its key in DNS.")
    dkim_key: Path | None = Field(
        None, description="Its private key, RSA or Ed25519, as a PEM file."
    )
    smime_certificate: Path | None = Field(
        None, description="The sender's certificate and its chain, as a PEM file."
    )
    smime_key: Path | None = Field(
        None, description="Its private key, as a PEM file without a password."
    )

    @field_validator("dkim_key")
    @classmethod
    def _a_dkim_key(cls, path: Path | None) -> Path | None:
        if path is not None:
            dkim.read_key(path)
        return path

    @field_validator("smime_key")
    @classmethod
    def _an_smime_key(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        certificate = info.data.get("smime_certificate")
        if path is not None and certificate is not None:
            smime.Signer.read(certificate, path)
        return path

    @model_validator(mode="after")
    def _no_open_password(self) -> Self:
        if self.user and self.security == "none":
            raise ValueError("a password is never sent over an open line")
        return self

    @model_validator(mode="after")
    def _whole_signatures(self) -> Self:
        dkim_given = [self.dkim_domain, self.dkim_selector, self.dkim_key]
        if any(dkim_given) and not all(dkim_given):
            raise ValueError(
                "DKIM needs dkim_domain, dkim_selector and dkim_key together"
            )
        if (self.smime_certificate is None) != (self.smime_key is None):
            raise ValueError("S/MIME needs smime_certificate and smime_key together")
        return self
