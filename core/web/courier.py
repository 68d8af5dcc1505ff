"""One request and its answer over aiohttp: the address vetted, everything bounded.

The only module that knows aiohttp. A proxy named in the environment, cookies and referrers
do not exist here; redirects are given back, not followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from core.errors import (
    AddressRefused,
    FetchFailed,
    FetchRefused,
    TimedOut,
    Unreachable,
)
from core.settings import Fetch
from core.web import address
from core.web.address import Target
from core.web.body import Body, Cap
from core.web.domain import is_literal
from core.web.values import Fetched

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 10.0
# A news site's Content-Security-Policy alone passes aiohttp's 8,190 bytes; with its limit
# of 128 lines a flood stays under 2 MB.
_MOST_HEADER = 16_384
_LOOKUPS = 32

_SAID: Sequence[tuple[tuple[type[Exception], ...], str]] = (
    ((aiohttp.ClientConnectorDNSError,), "The host name is not known."),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        "The site's certificate is not to be trusted, or its TLS is broken.",
    ),
    ((aiohttp.ClientConnectorError,), "The site takes no connection."),
    ((aiohttp.ClientPayloadError,), "The answer broke off."),
    (
        (aiohttp.ClientResponseError,),
        "The answer is not HTTP as we read it, or its headers are too large.",
    ),
)

# The addresses of a host name, as literals.
Resolve = Callable[[str], Awaitable[Sequence[str]]]


class Courier:
    """Opened and used in the loop's thread."""

    def __init__(self, settings: Fetch, *, resolve: Resolve | None) -> None:
        self._settings = settings
        self._gate = _Gate(settings.allow_networks)
        self._lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")
        # No cache of names: the pace keeps fetches of one name seconds apart.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Resolver(
                    settings.hosts, self._gate, resolve or self._resolved
                ),
                socket_factory=self._gate.socket,
                # Turns bound how many there are.
                limit=0,
                use_dns_cache=False,
            ),
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_field_size=_MOST_HEADER,
            # The deadline of the whole ask stands around every request.
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=min(_CONNECT_SECONDS, settings.total_seconds),
            ),
            headers={
                "User-Agent": settings.user_agent,
                "Accept-Encoding": "gzip, deflate",
            },
        )

    async def close(self) -> None:
        await self._session.close()
        self._lookups.shutdown(wait=False, cancel_futures=True)

    def vet(self, target: Target) -> None:
        """Refuse what needs no look-up to be refused. Raises AddressRefused."""
        if target.host in self._settings.hosts:
            return
        literal = is_literal(target.host)
        if literal:
            self._gate.vet(target.host, to=target.url)
        if address.is_usual_port(target.port) or (
            literal and self._gate.is_let_through(target.host)
        ):
            return
        raise AddressRefused(
            f"Port {target.port} is not one that pages are served on.",
            to=target.url,
            mend="Only ports 80 and 443 are asked.",
        )

    async def bring(
        self,
        target: Target,
        headers: Mapping[str, str],
        *,
        cap: Cap,
        seconds: float,
        is_last: bool,
    ) -> Fetched:
        """Ask *target* once. Raises FetchRefused or FetchFailed."""
        try:
            async with asyncio.timeout(seconds):
                return await self._brought(target, headers, cap=cap, is_last=is_last)
        except AddressRefused as error:
            error.to = error.to or target.url
            raise
        except (
            aiohttp.ClientError,
            OSError,
            EOFError,
            # A sign no header may hold; what uvloop raises for some sockets.
            ValueError,
            RuntimeError,
        ) as error:
            raise _named(
                error, target.url, seconds=self._settings.total_seconds
            ) from error

    async def _brought(
        self, target: Target, headers: Mapping[str, str], *, cap: Cap, is_last: bool
    ) -> Fetched:
        sent = dict(headers)
        if is_last:
            # 2,000 sites kept open would use up the files a process may open.
            sent["Connection"] = "close"
        async with self._session.get(
            _wire(target.url), headers=sent, allow_redirects=False
        ) as answer:
            status = answer.status
            if status in REDIRECTS and "Location" in answer.headers:
                # Nobody reads its body, so nobody can send an endless one.
                body = b""
            else:
                body = await self._read(target.url, answer, cap)
            return Fetched(
                url=target.url,
                status=status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=body,
            )

    async def _read(self, url: str, answer: aiohttp.ClientResponse, cap: Cap) -> bytes:
        codings = answer.headers.getall("Content-Encoding", ())
        body = Body(url, ", ".join(codings), cap)
        content = answer.content
        while chunk := await content.readany():
            body.take(chunk)
            if body.is_full:
                break
        return body.whole()

    async def _resolved(self, host: str) -> Sequence[str]:
        # Not the loop's own look-up: uvloop has four threads for it, and one dead name
        # server would hold them all.
        found = await asyncio.get_running_loop().run_in_executor(
            self._lookups, _looked_up, host
        )
        return [str(row[4][0]) for row in found]


class _Gate:
    """Vets literal addresses, remembering what it found."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(allowed)
        self._may_dial = lru_cache(maxsize=8_192)(self._decide)

    def vet(self, literal: str, *, to: str = "") -> None:
        if not self._may_dial(literal):
            raise AddressRefused(
                f"The address leads into a private network ({literal}).",
                to=to,
                mend="If that is meant, let it through by PARUTION_FETCH__ALLOW_NETWORKS.",
            )

    def is_let_through(self, literal: str) -> bool:
        """Whether only the operator's list lets it through, so that any port is meant."""
        return self._may_dial(literal) and not address.may_dial(ip_address(literal), ())

    def socket(self, info: Any) -> socket.socket:
        """Vet the very address that is dialled next; nothing was sent to it yet."""
        family, kind, proto, _, target = info
        self.vet(str(target[0]))
        return socket.socket(family, kind, proto)

    def _decide(self, literal: str) -> bool:
        try:
            return address.may_dial(ip_address(literal), self._allowed)
        except ValueError:
            return False


class _Resolver(AbstractResolver):
    """Asks the operator's table before DNS, and refuses a name with any bad address.

    An attacker's name with one public and one private address would otherwise be dialled
    where the first does not answer. The one that is dialled is vetted once more.
    """

    def __init__(self, hosts: Mapping[str, str], gate: _Gate, resolve: Resolve) -> None:
        self._hosts = {name: _place(there) for name, there in hosts.items()}
        self._gate = gate
        self._resolve = resolve

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - aiohttp's signature
    ) -> list[ResolveResult]:
        mapped = self._hosts.get(host)
        literals = [mapped[0]] if mapped is not None else await self._resolve(host)
        for literal in literals:
            self._gate.vet(literal)
        if not literals:
            raise OSError(None, "no address")
        return [
            ResolveResult(
                hostname=host,
                host=literal,
                port=mapped[1] if mapped is not None else port,
                family=socket.AF_INET6 if ":" in literal else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for literal in literals
        ]

    async def close(self) -> None:
        pass


def _place(there: str) -> tuple[str, int]:
    literal, _, port = there.rpartition(":")
    return literal.strip("[]"), int(port)


def _looked_up(host: str) -> list[Any]:
    return list(
        socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    )


@lru_cache(maxsize=4_096)
def _wire(url: str) -> URL:
    made = URL(url)
    target = address.read(url)
    if (made.scheme, made.port) != (target.scheme, target.port) or (
        (made.raw_host or "").strip("[]") != target.host
    ):
        raise AddressRefused(
            "The address can be read in two ways.",
            to=url[:200],
            mend="Give a full address such as https://example.org/feed.",
        )
    return made


def _named(error: Exception, url: str, *, seconds: float) -> FetchRefused | FetchFailed:
    """What happened, as an error of ours."""
    refused = _cause(error)
    if refused is not None:
        refused.to = refused.to or url
        return refused
    mend = "It is asked again at the next poll."
    if isinstance(error, TimeoutError):
        return TimedOut(
            f"No whole answer came within {seconds:.0f} s.", to=url, mend=mend
        )
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return AddressRefused(
            "The address cannot be asked for.",
            to=url[:200],
            mend="Give a full address such as https://example.org/feed.",
        )
    return Unreachable(_what(error), to=url, mend=mend)


def _what(error: Exception) -> str:
    for kinds, what in _SAID:
        if isinstance(error, kinds):
            return what
    return f"The site does not answer: {type(error).__name__}."


def _cause(error: BaseException | None) -> FetchRefused | FetchFailed | None:
    """What was raised by us below a library's own error."""
    while error is not None:
        if isinstance(error, FetchRefused | FetchFailed):
            return error
        error = error.__cause__ or error.__context__
    return None
