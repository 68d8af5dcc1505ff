"""Plain blocking functions over aiohttp, which lives in its own thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.clock import Timer
from core.settings import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status; the body is inflated and within the cap."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[str, ...]


class Web(Protocol):
    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Fetch *url*. Raises FetchRefused or FetchFailed."""
        ...

    def close(self) -> None: ...


def open_web(settings: Fetch, *, timer: Timer) -> Web: ...
