"""What is to be brought, and what may be told to whom on the way. Decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from core.errors import AddressRefused
from core.web import address
from core.web.address import Target
from core.web.body import Cap
from core.wording import worded

# These say nothing of what we hold; anything else is for the asked host's eyes.
_FOR_ANYBODY = frozenset({"accept", "accept-language"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A page under the site's rules, the rules themselves, or something to hand over."""

    home: Target
    cap: Cap
    headers: Mapping[str, str]
    # Whether robots.txt is obeyed on the way, and whether more is asked of the site after.
    is_ruled: bool
    is_first: bool = False
    # What is posted.
    content: bytes | None = None


def headers_for(errand: Errand, target: Target) -> Mapping[str, str]:
    """Validators and credentials go to the asked host only, and never from https to http."""
    home = errand.home
    if target is home or not errand.headers:
        return errand.headers
    is_home = target.host == home.host and (
        target.port == home.port or address.is_usual_port(target.port)
    )
    if is_home and (target.scheme == "https" or home.scheme == "http"):
        return errand.headers
    return {
        name: value
        for name, value in errand.headers.items()
        if name.lower() in _FOR_ANYBODY
    }


def joined(here: str, onward: str) -> str:
    """The address *onward* means when it is read at *here*. Raises AddressRefused."""
    try:
        # Servers write spaces here: browsers take them as %20.
        return urljoin(here, onward.strip().replace(" ", "%20"))
    except ValueError as error:
        raise AddressRefused(
            worded("The redirect leads to an address that cannot be read."),
            to=onward[:200],
            mend=worded("Give the address it should end at."),
        ) from error
