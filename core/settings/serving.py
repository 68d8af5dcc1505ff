"""Settings of pages and workers, and of what they tell of themselves."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from core.settings.kinds import Names, Networks, RoleTable, Section
from core.wording import worded

# What nobody guesses; `parution backup-key` and the like make longer ones.
_LEAST_TOKEN = 16


class Directory(Section):
    """Whoever signs in elsewhere in the organisation need not sign in here (OpenID Connect)."""

    issuer: str = Field(
        "",
        description=worded(
            "The address of the organisation's own sign-in (OpenID Connect), as it calls itself; empty means none. It is asked through core/web: in a private network, fetch.allow_networks must let it through."
        ),
    )
    client_id: str = Field("", description=worded("What it calls this office."))
    client_secret: SecretStr = Field(
        SecretStr(""), description=worded("The secret it gave this office.")
    )
    name: str = Field(
        "", description=worded("What the button calls it, such as Ministère.")
    )
    scopes: Names = Field(
        ("openid", "profile"),
        description=worded("What it is asked for; openid always."),
    )
    roles_claim: str = Field(
        "roles", description=worded("The claim that says what somebody may do here.")
    )
    roles: RoleTable = Field(
        default_factory=dict,
        description=worded(
            "Which role a value of that claim means, such as presse=writer, chef=validator; it is applied at each sign-in."
        ),
    )
    create_as: Literal["", "reader", "writer", "watcher", "validator"] = Field(
        "",
        description=worded(
            "The role of somebody who comes from there for the first time; empty refuses whom no claim gives a role."
        ),
    )


class WebPages(Section):
    host: str = Field(
        "127.0.0.1", description=worded("The address the pages are served on.")
    )
    port: int = Field(
        8321, ge=0, le=65535, description=worded("The port the pages are served on.")
    )
    public_url: str = Field(
        "",
        description=worded(
            "The address the outside reaches us by, with https://; for signed links."
        ),
    )
    public_host: str = Field(
        "127.0.0.1",
        description=worded("The address the public pages are served on alone."),
    )
    public_port: int = Field(
        0,
        ge=0,
        le=65535,
        description=worded(
            "A second port that serves the public pages and hooks alone; 0 serves them with the rest."
        ),
    )
    proxies: Names = Field(
        ("127.0.0.1",),
        description=worded(
            "The addresses of proxies that say truly where a visitor comes from, such as 172.18.0.0/16; visitors behind others count as one."
        ),
    )
    sign_in_as: str = Field(
        "",
        description=worded(
            "An account that visitors use without signing in. Only on 127.0.0.1."
        ),
    )
    least_password: int = Field(
        15, ge=8, le=64, description=worded("The fewest characters of a new password.")
    )
    idle_hours: float = Field(
        12,
        gt=0,
        le=720,
        description=worded("After how long without use one is signed out."),
    )
    longest_days: float = Field(
        14,
        gt=0,
        le=90,
        description=worded("After how long one must sign in again at any rate."),
    )
    second_factor: Literal["optional", "required"] = Field(
        "optional",
        description=worded(
            "Whether those who may approve or send must have a second factor or a passkey."
        ),
    )
    metrics: Literal["off", "token", "networks"] = Field(
        "off",
        description=worded(
            "Who may read /metrics: nobody, whoever has metrics_token, or the machines of metrics_networks."
        ),
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description=worded(
            "What a monitoring system sends as its bearer token; 16 characters or more."
        ),
    )
    metrics_networks: Networks = Field(
        ("127.0.0.0/8", "::1/128"),
        description=worded(
            "From where /metrics is read without a token; never through a proxy."
        ),
    )
    oidc: Directory = Field(
        default_factory=Directory,
        description=worded("Signing in with the organisation's own directory."),
    )

    @model_validator(mode="after")
    def _metrics_are_kept(self) -> "WebPages":
        token = self.metrics_token.get_secret_value()
        if self.metrics == "token" and len(token) < _LEAST_TOKEN:
            raise ValueError(
                f"metrics = token needs a metrics_token of {_LEAST_TOKEN} characters or more"
            )
        return self

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


class Fleet(Section):
    """How several workers share one PostgreSQL database; see docs/scaling.md."""

    shares: int = Field(
        16,
        ge=1,
        le=512,
        description=worded(
            "Into how many shares polls, pages and sifting are divided: twice as many as workers, the same on every host."
        ),
    )
    senders: int = Field(
        8,
        ge=1,
        le=64,
        description=worded(
            "How many workers send at once. Each opens sending.connections, and each keeps the channel's pace by itself."
        ),
    )
    concurrency: int = Field(
        3,
        ge=1,
        le=16,
        description=worded(
            "How many shares of polls, and how many of pages, one worker does at once."
        ),
    )


class Worker(Section):
    """What a worker without pages serves: its own figures, and that it is alive."""

    metrics_host: str = Field(
        "127.0.0.1",
        description=worded("The address a worker without pages serves /metrics on."),
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description=worded(
            "The port of it; 0 serves none. web.metrics says who may read it."
        ),
    )


class Telemetry(Section):
    """Traces for a collector that speaks OTLP; needs the extra parution[telemetry]."""

    endpoint: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description=worded(
            "Where traces are posted by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; empty posts none."
        ),
    )
    headers: SecretStr = Field(
        SecretStr(""),
        description=worded(
            "Headers the collector asks for, such as authorization=Bearer abc; several are parted by commas."
        ),
    )
    timeout_seconds: float = Field(
        10, gt=0, le=60, description=worded("The longest one posting may take.")
    )

    @property
    def header_table(self) -> Mapping[str, str]:
        parts = self.headers.get_secret_value().split(",")
        pairs = (part.partition("=") for part in parts if part.strip())
        return {name.strip().lower(): value.strip() for name, _, value in pairs}
