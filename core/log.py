"""Structured logs: one event per fact, past tense, keys not prose.

`delivery.refused release=12 channel=smtp code=550`. Addresses and bodies never appear
above debug: `mask` is the last guard, not the first. A line that cannot be written is lost
and counted; whoever wrote it goes on.
"""

import logging
import math
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, Protocol, TextIO

import structlog

_ADDRESS = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:]+")
# Lone surrogates too: no stream takes them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
# Deeper than anything of ours: what refers to itself ends here.
_DEEPEST: Final = 6


def mask(text: str) -> str:
    """Hide anything like a mail address and neutralise line breaks."""
    return _ADDRESS.sub("<address>", _CONTROL.sub(" ", text))


def _mask_values(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    del logger, method
    for key, value in event.items():
        # A traceback keeps its lines; whatever else is text is one line.
        event[key] = (
            _ADDRESS.sub("<address>", _SURROGATE.sub(" ", value))
            if key == "exception" and isinstance(value, str)
            else _plain(value)
        )
    return event


def _plain(value: object, depth: int = 0) -> Any:
    """What JSON can say of *value*: an error given as it is must not slip past the mask."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {
            mask(str(name)): _plain(inner, depth + 1) for name, inner in value.items()
        }
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner, depth + 1) for inner in value]
    return mask(str(value))


class _Stream(Protocol):
    def write(self, text: str, /) -> int: ...

    def flush(self) -> None: ...


class _StandardError:
    """Standard error as it is when a line is written: it may be replaced meanwhile."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Lossy:
    """Loses what cannot be written, as on a full disk, and says later how many lines."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, text: str) -> int:
        try:
            if self._lost:
                # A line may have been cut off in the middle: what follows begins anew.
                told = f'{{"event": "log.lost", "level": "warning", "count": {self._lost}}}'
                self._stream.write(f"\n{told}\n")
                self._lost = 0
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # ValueError: the stream was closed before we were.
            self._lost += 1
        return len(text)

    def flush(self) -> None:
        """Each line is flushed as it is written."""


class _Bridge(logging.Handler):
    """What a library logs in its own way becomes a line like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(area="library")
        log.log(
            max(record.levelno, logging.WARNING),
            "library.said",
            library=record.name,
            said=record.getMessage(),
            exc_info=record.exc_info,
        )


def configure(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Write one JSON object a line to *stream* (standard error by default)."""
    target = _Lossy(_StandardError() if stream is None else stream)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(target),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )


def bridge_libraries() -> None:
    """Let what libraries say go the same way; for a process that serves. Twice does no harm."""
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, _Bridge)]
    root.addHandler(_Bridge(level=logging.WARNING))
    logging.captureWarnings(True)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(area=name)
    return bound
