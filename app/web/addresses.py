"""Where the office is reached: from its settings, never from what a request says of itself."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from core.accounts.passkeys import Site
from core.settings import Settings

# Where one listens and nobody can go: the machine itself is meant.
_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def office_address(settings: Settings) -> str:
    """The address that links we hand out begin with."""
    web = settings.web
    host = "127.0.0.1" if web.host in _EVERYWHERE else web.host
    host = f"[{host}]" if ":" in host else host
    return web.public_url.rstrip("/") or f"http://{host}:{web.port}"


def passkey_site(settings: Settings, request: Request) -> Site | None:
    """Where passkeys belong: the office's own name, or this machine by the name localhost.

    None where browsers take none: an address in numbers, or one without https.
    """
    reached = urlsplit(settings.web.public_url)
    if reached.scheme == "https" and reached.hostname:
        origin = f"https://{reached.netloc}"
        return Site(
            host=reached.hostname, origin=origin, name=settings.organisation.name
        )
    if request.url.hostname == "localhost":
        return Site(
            host="localhost",
            origin=f"{request.url.scheme}://{request.url.netloc}",
            name=settings.organisation.name,
        )
    return None
