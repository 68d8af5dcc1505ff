"""What is asked of the web, and what comes back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import FetchFailed, FetchRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect: the address that was left, and 301, 302, 303, 307 or 308."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status; the body is inflated and within the cap."""

    url: str
    status: int
    # Names in lower case.
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One address to fetch.

    `headers` go to the asked address's own host only. `key` is the caller's. `robots` is
    False where the outlet agreed to be read (the caller has it recorded). `most_bytes` of
    0 means the setting. With a `content` it is posted, and a redirect is the answer.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    key: object = None
    robots: bool = True
    most_bytes: int = 0
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Either `fetched` or `error`; `seconds` is what it took, without waiting a turn."""

    ask: Ask
    fetched: Fetched | None = None
    error: FetchRefused | FetchFailed | None = None
    seconds: float = 0.0


class Web(Protocol):
    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched:
        """Fetch *url*. Raises FetchRefused or FetchFailed."""
        ...

    def post(
        self,
        url: str,
        *,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send *body* to who asked for it, and follow no redirect. Raises like `get`.

        Each address is vetted and each answer capped as ever. Its owner agreed, so that no
        robots.txt is read and no pause is made; 429 lets the domain rest all the same.
        """
        ...

    def each(self, asks: Iterable[Ask]) -> Iterator[Sequence[Answer]]:
        """Fetch all *asks* and yield answers as they come, at least one at a time.

        A batch is all that completed since the last one: a slow caller gets larger ones,
        and a straggler holds nobody back. *asks* is read in the caller's thread, and only
        while there is room. Leaving early cancels what is under way.
        """
        ...

    def sitemaps(self, url: str) -> Sequence[str]:
        """The sitemaps the robots.txt of *url*'s site names. Raises like `get`."""
        ...

    def close(self) -> None: ...
