"""What a site asks of robots, remembered for a while."""

import threading
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from core.clock import Timer
from core.errors import FetchFailed, FetchRefused

_KEPT_SECONDS = 24 * 3600
# A site that is down is asked again soon; until then the page's own failure tells.
_KEPT_UNREAD_SECONDS = 10 * 60
_OK = range(200, 300)
_SERVER_FAULT = 500


class Robots:
    """Asks each site for its robots.txt once a day. Without one, everything is allowed."""

    def __init__(
        self, ask: Callable[[str], tuple[int, bytes]], agent: str, timer: Timer
    ) -> None:
        self._ask = ask
        self._agent = agent.split("/", maxsplit=1)[0]
        self._timer = timer
        self._kept: dict[str, tuple[float, RobotFileParser]] = {}
        self._guard = threading.Lock()

    def require_allowed(self, url: str) -> None:
        """Raise FetchRefused when the site asks robots to stay away from *url*."""
        if not self._rules(url).can_fetch(self._agent, url):
            raise FetchRefused(
                "The site's robots.txt asks us not to read this address.",
                to=url,
                mend="Ask the outlet for an agreement, or for another address.",
            )

    def sitemaps(self, url: str) -> Sequence[str]:
        return tuple(self._rules(url).site_maps() or ())

    def _rules(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._guard:
            kept = self._kept.get(site)
        if kept is not None and self._timer.monotonic() < kept[0]:
            return kept[1]
        rules = RobotFileParser()
        try:
            status, body = self._ask(f"{site}/robots.txt")
        except (FetchFailed, FetchRefused):
            # The page itself will fail the same way, with its own reason.
            status, body = 0, b""
        text = body.decode("utf-8", errors="replace") if status in _OK else ""
        rules.parse(text.splitlines())
        answered = 0 < status < _SERVER_FAULT
        ends = _KEPT_SECONDS if answered else _KEPT_UNREAD_SECONDS
        with self._guard:
            self._kept[site] = (self._timer.monotonic() + ends, rules)
        return rules
