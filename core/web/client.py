"""Plain blocking functions over aiohttp, which lives in its own loop in its own thread."""

import asyncio
import socket
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from core.clock import Timer
from core.errors import FetchFailed, FetchRefused
from core.settings import Fetch
from core.web import address
from core.web.pace import Pace
from core.web.robots import Robots
from core.web.values import Answer, Ask, Fetched, Hop, Web

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5


class _Resolver(AbstractResolver):
    """Asks the operator's table before DNS. What comes out is vetted when it is dialled."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._hosts = hosts
        self._dns = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        mapped = self._hosts.get(host)
        if mapped is None:
            return await self._dns.resolve(host, port, family)
        literal, _, mapped_port = mapped.rpartition(":")
        plain = literal.strip("[]")
        return [
            ResolveResult(
                hostname=host,
                host=plain,
                port=int(mapped_port),
                family=socket.AF_INET6 if ":" in plain else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        await self._dns.close()


class AioWeb:
    """The production Web."""

    def __init__(self, settings: Fetch, *, timer: Timer) -> None:
        self._settings = settings
        self._timer = timer
        self._pace = Pace(settings.pace_seconds, timer)
        self._robots = Robots(self._robots_file, settings.user_agent, timer)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="web", daemon=True
        )
        self._thread.start()
        self._session = self._call(self._open(), seconds=10)

    def each(self, asks: Iterable[Ask]) -> Iterator[Sequence[Answer]]:
        """One after the other, until the many-at-once one stands."""
        for ask in asks:
            try:
                fetched = self.get(ask.url, headers=ask.headers, robots=ask.robots)
                yield [Answer(ask=ask, fetched=fetched)]
            except (FetchRefused, FetchFailed) as error:
                yield [Answer(ask=ask, error=error)]

    def sitemaps(self, url: str) -> Sequence[str]:
        return self._robots.sitemaps(url)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched:
        """Follow redirects by hand: each stop is vetted like the first."""
        seen: list[Hop] = []
        here = url
        left = self._settings.total_seconds
        while True:
            parts = address.split(here)
            self._vet_port(here)
            if robots:
                self._robots.require_allowed(here)
            with self._pace.turn(parts.hostname or ""):
                began = self._timer.monotonic()
                answer = self._once(here, headers or {}, seconds=left)
                # The turn is waited for and the robots file read on their own time.
                left -= self._timer.monotonic() - began
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not target:
                return Fetched(
                    url=here,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    hops=tuple(seen),
                )
            seen.append(Hop(url=here, status=answer.status))
            if len(seen) > _MOST_REDIRECTS:
                raise FetchFailed(
                    f"The address redirects more than {_MOST_REDIRECTS} times.",
                    to=url,
                    mend="Give the address it should end at.",
                )
            here = _joined(here, target)

    def _robots_file(self, url: str) -> tuple[int, bytes]:
        self._vet_port(url)
        with self._pace.turn(address.split(url).hostname or ""):
            answer = self._once(url, {}, seconds=self._settings.total_seconds)
        return answer.status, answer.body

    def close(self) -> None:
        self._call(self._session.close(), seconds=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _vet_port(self, url: str) -> None:
        parts = address.split(url)
        port = address.port_of(parts)
        if parts.hostname in self._settings.hosts or address.is_usual_port(port):
            return
        try:
            literal = ip_address(parts.hostname or "")
        except ValueError:
            literal = None
        if literal is None or not address.may_dial(
            literal, self._settings.allow_networks
        ):
            raise FetchRefused(
                f"Port {port} is not one that pages are served on.",
                to=url,
                mend="Only ports 80 and 443 are asked.",
            )

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Resolver(self._settings.hosts),
                socket_factory=self._socket,
                limit=64,
                use_dns_cache=False,
            ),
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": self._settings.user_agent,
                "Accept-Encoding": "gzip",
            },
        )

    def _socket(self, info: Any) -> socket.socket:
        """Vet the very address that is dialled next; nothing was sent to it yet."""
        family, kind, proto, _, target = info
        if not address.may_dial(ip_address(target[0]), self._settings.allow_networks):
            raise FetchRefused(
                "The address leads into a private network.",
                to=str(target[0]),
                mend="If that is meant, let it through by PARUTION_FETCH__ALLOW_NETWORKS.",
            )
        return socket.socket(family, kind, proto)

    def _once(self, url: str, headers: Mapping[str, str], *, seconds: float) -> Fetched:
        # aiohttp takes 0 for "no limit".
        limit = max(seconds, 0.001)
        try:
            fetched: Fetched = self._call(
                self._fetch(url, headers, seconds=limit), seconds=limit + 5
            )
        except ValueError as error:
            # A host no resolver takes (a label of 64 letters), a sign no header may hold.
            raise _unreadable(url) from error
        except (aiohttp.ClientError, OSError, FutureTimeoutError) as error:
            # aiohttp wraps what a socket factory raises; the refusal is what matters.
            refused = _cause(error)
            if refused is not None:
                raise refused from error
            what = (
                f"No whole answer came within {self._settings.total_seconds:.0f} s."
                if isinstance(error, TimeoutError | FutureTimeoutError)
                else f"The site does not answer: {type(error).__name__}."
            )
            raise FetchFailed(
                what, to=url, mend="It is asked again at the next poll."
            ) from error
        return fetched

    async def _fetch(
        self, url: str, headers: Mapping[str, str], *, seconds: float
    ) -> Fetched:
        async with self._session.get(
            url,
            headers=dict(headers),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as answer:
            body = await self._body(url, answer)
            return Fetched(
                url=url,
                status=answer.status,
                headers={k.lower(): v for k, v in answer.headers.items()},
                body=body,
            )

    async def _body(self, url: str, answer: aiohttp.ClientResponse) -> bytes:
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in {"identity", "gzip", "x-gzip", "deflate", ""}:
            raise FetchFailed(
                f"The answer is coded as {coding[:40]!r}, which we did not ask for.",
                to=url,
                mend="It is asked again at the next poll.",
            )
        inflate = None if coding in {"identity", ""} else zlib.decompressobj(47)
        whole = bytearray()
        received = 0
        async for chunk in answer.content.iter_chunked(65_536):
            received += len(chunk)
            room = self._settings.most_bytes - len(whole) + 1
            whole += chunk if inflate is None else _inflated(url, inflate, chunk, room)
            if max(received, len(whole)) > self._settings.most_bytes:
                raise FetchRefused(
                    f"The answer is larger than {self._settings.most_bytes} bytes.",
                    to=url,
                    mend="Raise PARUTION_FETCH__MOST_BYTES if that is meant.",
                )
        return bytes(whole)

    def _call(self, work: Any, *, seconds: float) -> Any:
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return asked.result(seconds)
        finally:
            asked.cancel()


def _joined(here: str, target: str) -> str:
    try:
        return urljoin(here, target)
    except ValueError as error:
        raise _unreadable(target) from error


def _unreadable(url: str) -> FetchRefused:
    return FetchRefused(
        "The address cannot be read.",
        to=url[:200],
        mend="Give a full address such as https://example.org/feed.",
    )


def _inflated(url: str, inflate: Any, chunk: bytes, room: int) -> bytes:
    try:
        out: bytes = inflate.decompress(chunk, room)
    except zlib.error as error:
        raise FetchFailed(
            "The answer is compressed and broken.",
            to=url,
            mend="It is asked again at the next poll.",
        ) from error
    return out


def _cause(error: BaseException | None) -> FetchRefused | None:
    while error is not None:
        if isinstance(error, FetchRefused):
            return error
        error = error.__cause__ or error.__context__
    return None


def open_web(settings: Fetch, *, timer: Timer) -> Web:
    return AioWeb(settings, timer=timer)
