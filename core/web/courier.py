"""One request and its answer over aiohttp: the address vetted, everything bounded.

A proxy named in the environment, cookies and referrers
do not exist here; redirects are given back, not followed.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import aiohttp
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
from core.web.domain import is_literal, wire_name
from core.web.gate import Gate, Resolve, Resolver
from core.web.values import Fetched
from core.wording import worded

_NO_UTF8 = re.compile("[\udc80-\udcff]")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 10.0
# A news site's Content-Security-Policy alone passes aiohttp's 8,190 bytes; with its limit
# of 128 lines a flood stays under 2 MB.
_MOST_HEADER = 16_384

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


class Courier:
    """Opened and used in the loop's thread."""

    def __init__(self, settings: Fetch, *, resolve: Resolve | None) -> None:
        self._settings = settings
        self._hosts = {wire_name(name): there for name, there in settings.hosts.items()}
        self._gate = Gate(settings.allow_networks)
        self._resolver = Resolver(self._hosts, self._gate, resolve)
        self._session = self._opened(keeps=True)
        # A connection that was kept may have been closed by the other side a moment ago:
        # a GET is asked again then, and what is posted must not be posted twice.
        self._posting = self._opened(keeps=False)

    def _opened(self, *, keeps: bool) -> aiohttp.ClientSession:
        """*keeps* is whether connections are used again."""
        # No cache of names: the pace keeps fetches of one name seconds apart.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver,
                socket_factory=self._gate.socket,
                # Turns bound how many there are.
                limit=0,
                use_dns_cache=False,
                force_close=not keeps,
            ),
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_field_size=_MOST_HEADER,
            # The deadline of the whole ask stands around every request.
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=min(_CONNECT_SECONDS, self._settings.total_seconds),
            ),
            headers={
                "User-Agent": self._settings.user_agent,
                "Accept-Encoding": "gzip, deflate",
            },
        )

    async def close(self) -> None:
        await self._session.close()
        await self._posting.close()
        await self._resolver.close()

    def vet(self, target: Target) -> None:
        """Refuse what needs no look-up to be refused. Raises AddressRefused."""
        if target.host in self._hosts:
            return
        literal = is_literal(target.host)
        if literal:
            self._gate.vet(target.host, to=target.url)
        if address.is_usual_port(target.port) or (
            literal and self._gate.is_let_through(target.host)
        ):
            return
        raise AddressRefused(
            worded(
                "Port %(port)s is not one that pages are served on.", port=target.port
            ),
            to=target.url,
            mend=worded("Only ports 80 and 443 are asked."),
        )

    async def bring(
        self,
        target: Target,
        headers: Mapping[str, str],
        *,
        content: bytes | None = None,
        cap: Cap,
        seconds: float,
        is_last: bool,
        weigh: Callable[[int], None],
    ) -> Fetched:
        """Ask *target* once, or post *content* there. Raises FetchRefused or FetchFailed.

        *is_last* closes the connection after it; *weigh* is told the bytes of body kept.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._brought(
                    target,
                    headers,
                    content=content,
                    body=Body(target.url, cap, weigh),
                    is_last=is_last,
                )
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
        self,
        target: Target,
        headers: Mapping[str, str],
        *,
        content: bytes | None,
        body: Body,
        is_last: bool,
    ) -> Fetched:
        sent = dict(headers)
        if is_last:
            # 2,000 sites kept open would use up the files a process may open.
            sent["Connection"] = "close"
        session, method = (
            (self._session, "GET") if content is None else (self._posting, "POST")
        )
        async with session.request(
            method,
            _wire(target.url),
            data=content,
            headers=sent,
            allow_redirects=False,
        ) as answer:
            status = answer.status
            if status in REDIRECTS and "Location" in answer.headers:
                # Nobody reads its body, so nobody can send an endless one.
                whole = b""
            else:
                whole = await self._read(answer, body)
            return Fetched(
                url=target.url,
                status=status,
                headers={
                    name.lower(): value if value.isascii() else _storable(value)
                    for name, value in answer.headers.items()
                },
                body=whole,
            )

    async def _read(self, answer: aiohttp.ClientResponse, body: Body) -> bytes:
        body.open(", ".join(answer.headers.getall("Content-Encoding", ())))
        content = answer.content
        while chunk := await content.readany():
            body.take(chunk)
            if body.is_full:
                break
        return body.whole()


def _storable(value: str) -> str:
    """Bytes that are no UTF-8 written as %E9: no database takes what aiohttp makes of them."""
    return _NO_UTF8.sub(lambda sign: f"%{ord(sign[0]) & 0xFF:02X}", value)


@lru_cache(maxsize=4_096)
def _wire(url: str) -> URL:
    made = URL(url)
    target = address.read(url)
    if (made.scheme, made.port) != (target.scheme, target.port) or (
        (made.raw_host or "").strip("[]") != target.host
    ):
        raise AddressRefused(
            worded("The address can be read in two ways."),
            to=url[:200],
            mend=worded("Give a full address such as https://example.org/feed."),
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
            worded(
                "No whole answer came within %(seconds)s s.", seconds=f"{seconds:.0f}"
            ),
            to=url,
            mend=mend,
        )
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return AddressRefused(
            worded("The address cannot be asked for."),
            to=url[:200],
            mend=worded("Give a full address such as https://example.org/feed."),
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
