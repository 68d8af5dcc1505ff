"""The body of an answer, inflated within its caps. Decides; reads no network.

Measured: 50 MB of zeros in 50 kB are refused after about a megabyte, in 2 ms.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import TooLarge, WrongCoding
from core.wording import Worded, worded

# What inflates more than this, past the first megabyte, is a bomb. Feeds inflate 4 to 12
# times; deflate cannot exceed 1,032.
_MOST_RATIO = 200
_FREE_BYTES = 1_000_000
# Answers glued together from more gzip members than this are not made by servers we know.
_MOST_MEMBERS = 64
_GZIP = b"\x1f\x8b"
# Names of charsets, where a server's owner mistook the header: the body is plain.
_PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "iso-8859-1", "binary"})
_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most bytes to take; what `is_cut` is cut there, all else is refused beyond."""

    most: int
    is_cut: bool = False


class Body:
    """Takes chunks as they come, gives the whole. Raises TooLarge or WrongCoding."""

    def __init__(self, url: str, cap: Cap, weigh: Callable[[int], None]) -> None:
        self._url = url
        self._cap = cap
        self._weigh = weigh
        self._coding = ""
        self._inflate: Any = None
        self._members = 0
        self._ended = False
        self._is_over = False
        # What came of a member before it can be told what it is.
        self._head = b""
        self._chunks: list[bytes] = []
        self._received = 0
        self.size = 0

    def open(self, coding: str) -> None:
        """Learn the Content-Encoding. Raises WrongCoding."""
        self._coding = coding.strip().lower()
        if self._coding not in _PLAIN | _INFLATED:
            raise WrongCoding(
                worded(
                    "The answer is coded as %(coding)s, which we did not ask for.",
                    coding=f"{self._coding[:40]!r}",
                ),
                to=self._url,
                mend=worded("It is asked again at the next poll."),
            )

    @property
    def is_full(self) -> bool:
        """Whether a body that is cut has all it takes."""
        return self._cap.is_cut and self.size >= self._cap.most

    def take(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._coding in _PLAIN:
            self._keep(chunk)
        else:
            self._inflated(chunk)
        if self._received > self._cap.most and not self._cap.is_cut:
            raise self._too_large()

    def whole(self) -> bytes:
        """The body once all has come."""
        # An answer without a body may still name a coding (304 does).
        is_begun = self._inflate is not None or self._head
        if is_begun and not self._ended and not self.is_full:
            raise self._broken(worded("The answer is compressed and ends too early."))
        chunks = self._chunks
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return body[: self._cap.most] if len(body) > self._cap.most else body

    def _inflated(self, chunk: bytes) -> None:
        while chunk and not self.is_full and not self._is_over:
            if self._inflate is None or self._ended:
                chunk = self._head + chunk
                if len(chunk) < len(_GZIP):
                    self._head = chunk
                    return
                self._head = b""
                if self._ended and not chunk.startswith(_GZIP):
                    # Rubbish after the end, which browsers pass over too.
                    self._is_over = True
                    return
                self._inflate = self._opened(chunk)
                self._ended = False
            try:
                self._keep(self._inflate.decompress(chunk, self._room()))
            except zlib.error as error:
                raise self._broken(
                    worded("The answer is compressed and broken.")
                ) from error
            self._ended = self._inflate.eof
            chunk = self._inflate.unused_data if self._ended else b""

    def _opened(self, chunk: bytes) -> Any:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise self._broken(worded("The answer is compressed in too many pieces."))
        if self._coding != "deflate" or _is_zlib(chunk):
            return zlib.decompressobj(47)
        # What old servers send as "deflate": the bare stream.
        return zlib.decompressobj(-zlib.MAX_WBITS)

    def _room(self) -> int:
        bomb = max(_FREE_BYTES, _MOST_RATIO * self._received)
        return max(1, min(self._cap.most, bomb) - self.size + 1)

    def _keep(self, chunk: bytes) -> None:
        if not chunk:
            return
        self._chunks.append(chunk)
        self.size += len(chunk)
        self._weigh(len(chunk))
        if self._cap.is_cut:
            return
        if self.size > self._cap.most:
            raise self._too_large()
        if self.size > max(_FREE_BYTES, _MOST_RATIO * self._received):
            raise TooLarge(
                worded(
                    "The answer inflates more than %(most_ratio)s times: it is a bomb.",
                    most_ratio=_MOST_RATIO,
                ),
                to=self._url,
                mend=worded("Look at the source: no page or feed is made like this."),
            )

    def _too_large(self) -> TooLarge:
        return TooLarge(
            worded("The answer is larger than %(most)s bytes.", most=self._cap.most),
            to=self._url,
            mend=worded("Raise PARUTION_FETCH__MOST_BYTES if that is meant."),
        )

    def _broken(self, what: Worded) -> WrongCoding:
        return WrongCoding(
            what,
            to=self._url,
            mend=worded("It is asked again at the next poll."),
        )


def _is_zlib(start: bytes) -> bool:
    head = start[:2].ljust(2, b"\0")
    return head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head, "big") % 31 == 0
