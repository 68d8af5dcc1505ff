"""Structured logs: one event per fact, past tense, keys not prose.

`delivery.refused release=12 channel=smtp code=550`. Addresses and bodies never appear
above debug: `mask` is the last guard, not the first.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_ADDRESS = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def mask(text: str) -> str:
    """Hide anything like a mail address and neutralise line breaks."""
    return _ADDRESS.sub("<address>", _CONTROL.sub(" ", text))


def _mask_values(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    del logger, method
    for key, value in event.items():
        # A traceback keeps its lines; whatever else is text is one line.
        if isinstance(value, str):
            event[key] = (
                _ADDRESS.sub("<address>", value) if key == "exception" else mask(value)
            )
    return event


class _StandardError:
    """Standard error as it is when a line is written: it may be replaced meanwhile."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Write one JSON object a line to *stream* (standard error by default)."""
    target = _StandardError() if stream is None else stream
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


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(area=name)
    return bound
