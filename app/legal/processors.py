"""Who gets data of people from this office: whatever address the settings and webhooks name.

Settings are looked through by their names, so that a service that is added later cannot be
forgotten: what ends in host, url, endpoint, issuer or scanner leads somewhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.webhooks.models import Webhook
from core.settings import Settings
from core.settings.reading import host_and_port

_LEADS: Final = re.compile(r"(^|[._])(host|url|endpoint|issuer|address|scanner)$")
# Our own names, and addresses at which we listen or may be written to.
_OURS: Final = frozenset(
    {
        "web.public_url",
        "web.host",
        "web.public_host",
        "worker.metrics_host",
        "organisation.postal_address",
        "legal.address",
    }
)
_SENDGRID: Final = "sendgrid"
_SENDGRID_HOSTS: Final = {"global": "api.sendgrid.com", "eu": "api.eu.sendgrid.com"}


class Abroad(StrEnum):
    HERE = "here"
    ABROAD = "abroad"
    # Nobody said where it keeps what it gets.
    UNSAID = "unsaid"


class Does(StrEnum):
    """What a processor does for the office."""

    MAIL = "mail"
    MAILBOX = "mailbox"
    SIGN_IN = "sign-in"
    BACKUP = "backup"
    DATABASE = "database"
    WEBHOOK = "webhook"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    # As legal.countries may name it: sendgrid, smtp, bounces.
    name: str
    does: Does
    host: str
    # The setting that names it; empty for a webhook.
    setting: str
    # Two letters; empty where nobody said it.
    country: str
    abroad: Abroad


def processors(session: Session, settings: Settings) -> tuple[Processor, ...]:
    """By what they do; each host of one setting once."""
    found = [*_of_settings(settings), *_of_webhooks(session)]
    return tuple(
        _placed(settings, *one)
        for one in sorted(dict.fromkeys(found), key=lambda one: (one[1], one[0]))
    )


_Named = tuple[str, Does, str, str]


def _of_settings(settings: Settings) -> Iterator[_Named]:
    for setting, value in _given(settings):
        host = _host(setting, value)
        if host:
            yield _called(setting), _does(setting), host, setting
    given = settings.channels.get(_SENDGRID)
    if given is not None and not given.get("host"):
        host = _SENDGRID_HOSTS[str(given.get("region", "global"))]
        yield _SENDGRID, Does.MAIL, host, "channels.sendgrid"


def _of_webhooks(session: Session) -> Iterator[_Named]:
    for url in session.scalars(
        select(Webhook.url).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)
    ):
        host = urlsplit(url).hostname or ""
        yield host, Does.WEBHOOK, host, ""


def _given(section: BaseModel, above: str = "") -> Iterator[tuple[str, str]]:
    """Every setting that is a text, by its whole name."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _given(value, f"{above}{name}.")
        elif name == "channels":
            for channel, given in value.items():
                for key, inner in given.items():
                    yield f"channels.{channel}.{key}", str(inner)
        elif isinstance(value, str):
            yield f"{above}{name}", value


def _host(setting: str, value: str) -> str:
    """Where a setting leads; empty for one that leads nowhere else."""
    if setting in _OURS or not _LEADS.search(setting) or not value:
        return ""
    if value.startswith("/"):
        # A socket of this machine.
        return ""
    if "://" not in value:
        return host_and_port(value.rpartition("@")[2].strip())[0]
    return urlsplit(value).hostname or ""


def _called(name: str) -> str:
    section, *rest = name.split(".")
    if section == "channels":
        return rest[0]
    return rest[0] if section == "web" and rest else section


def _does(name: str) -> Does:
    for beginning, does in _BY_NAME.items():
        if name.startswith(beginning):
            return does
    return Does.OTHER


_BY_NAME: Final[Mapping[str, Does]] = {
    "channels.": Does.MAIL,
    "bounces.": Does.MAILBOX,
    "newsletters.": Does.MAILBOX,
    "web.oidc.": Does.SIGN_IN,
    "backup.": Does.BACKUP,
    "database_url": Does.DATABASE,
}


def _placed(
    settings: Settings, name: str, does: Does, host: str, setting: str
) -> Processor:
    country = _country(settings, name, host)
    home = settings.legal.country
    abroad = Abroad.HERE if country == home else Abroad.ABROAD
    return Processor(
        name=name,
        does=does,
        host=host,
        setting=setting,
        country=country,
        abroad=abroad if country else Abroad.UNSAID,
    )


def _country(settings: Settings, name: str, host: str) -> str:
    """What the office says, by host, by a domain above it, or by name; own networks are here."""
    said = {key.lower(): value for key, value in settings.legal.countries.items()}
    labels = host.lower().split(".")
    above = [".".join(labels[place:]) for place in range(len(labels))]
    for key in (*above, name.lower()):
        if key in said:
            return said[key]
    return settings.legal.country if _is_own(host) else ""


def _is_own(host: str) -> bool:
    """Whether it is this machine, or in a private network of the office."""
    if "." not in host and ":" not in host:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private
