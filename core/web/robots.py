"""What a site asks of robots (RFC 9309), remembered for a day.

An answer 4xx means that there are no rules: everything is allowed, 401 and 403 too, as the
RFC has it (a site that wants us out says so in the file, or refuses the page itself). 429 is
no answer at all. A server's fault or silence forbids everything, for ten minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protego import Protego

from core.errors import (
    AddressRefused,
    FetchFailed,
    FetchRefused,
    RobotsRefused,
    RobotsUnread,
    TimedOut,
    Unreachable,
)
from core.web.pace import MOST_DELAY
from core.wording import worded

MOST_BYTES = 512 * 1024
_KEPT_SECONDS = 24 * 3600.0
_KEPT_UNREAD_SECONDS = 10 * 60.0
_OK = range(200, 300)
_SERVER_FAULT = 500
# A rule costs one step for each agent of its group; 500 kB can ask for 400 million. The
# longest real files (search engines', shops') cost some 20,000.
_MOST_STEPS = 200_000
_REMEMBERED = 20_000
_OUTSIDE_GROUPS = ("site", "host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`fault` is why nothing may be read; None means that the rules are known."""

    fault: FetchRefused | FetchFailed | None = None
    # None allows everything.
    file: Protego | None = None
    delay: float = 0.0
    sitemaps: Sequence[str] = ()

    def require_allowed(self, url: str, agent: str) -> None:
        """Raise when robots shall stay away from *url*.

        RobotsRefused, RobotsUnread, or what kept us from the site as a whole.
        """
        if self.fault is not None:
            raise _retold(self.fault, url)
        if self.file is not None and not self.file.can_fetch(url, agent):
            raise RobotsRefused(
                worded("The site's robots.txt asks us not to read this address."),
                to=url,
                mend=worded("Ask the outlet for an agreement, or for another address."),
            )


def rules_of(status: int, body: bytes, agent: str) -> Rules:
    """What an answer to /robots.txt means."""
    if status >= _SERVER_FAULT:
        return Rules(
            fault=FetchFailed(worded("The site answered %(status)s.", status=status))
        )
    if status not in _OK or not body.strip():
        return Rules()
    file = Protego.parse(_bounded(body[:MOST_BYTES].decode("utf-8-sig", "replace")))
    return Rules(
        file=file,
        delay=min(file.crawl_delay(agent) or 0.0, MOST_DELAY),
        sitemaps=tuple(file.sitemaps),
    )


class Shelf:
    """The rules of each site, by scheme, host and port, as long as they hold."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Rules]] = {}

    def find(self, site: str, now: float) -> Rules | None:
        kept = self._kept.get(site)
        return kept[1] if kept is not None and now < kept[0] else None

    def keep(self, site: str, rules: Rules, now: float) -> None:
        seconds = _KEPT_UNREAD_SECONDS if rules.fault else _KEPT_SECONDS
        self._kept.pop(site, None)
        self._kept[site] = (now + seconds, rules)
        if len(self._kept) > _REMEMBERED:
            # The one read longest ago.
            del self._kept[next(iter(self._kept))]


def _retold(fault: FetchRefused | FetchFailed, url: str) -> FetchRefused | FetchFailed:
    """A site that is down is called down; only its file's own fault is called that."""
    mend = "It is asked again in ten minutes."
    if isinstance(fault, AddressRefused | TimedOut | Unreachable):
        return type(fault)(fault.what, to=url, mend=fault.mend or mend)
    return RobotsUnread(
        worded(
            "The site's robots.txt cannot be read, so its pages may not be. %(what)s",
            what=fault.what,
        ),
        to=url,
        mend=mend,
    )


def _bounded(text: str) -> str:
    """The lines of *text* up to where reading them would cost too much."""
    lines = text.splitlines()
    agents, steps, is_agent = 0, 0, False
    for at, line in enumerate(lines):
        word = line.lstrip()[:4].lower()
        if not word or word[0] == "#" or word in _OUTSIDE_GROUPS:
            continue
        was_agent, is_agent = is_agent, word == "user"
        agents = (agents + 1 if was_agent else 1) if is_agent else agents
        steps += agents
        if steps > _MOST_STEPS:
            return "\n".join(lines[:at])
    return text
