"""What a trace is told: spans with a name, how long, and a few words that are nobody's."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Attributes = Mapping[str, str | int | float | bool]


class Span(Protocol):
    """Work in progress."""

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits, or empty where nothing is traced."""
        ...

    def note(self, **attributes: str | float | bool) -> None: ...

    def failed(self, kind: str) -> None:
        """*kind* is the error's class: its words may name somebody."""
        ...

    def forget(self) -> None:
        """It was nothing: a tick that found nothing to do."""
        ...


class Tracer(Protocol):
    def span(
        self, name: str, attributes: Attributes
    ) -> AbstractContextManager[Span]: ...

    def told(
        self, name: str, attributes: Attributes, *, seconds: float, within: Span | None
    ) -> None:
        """A span that has just ended, as part of another."""
        ...

    def close(self) -> None:
        """Send what is left, within the time-out."""
        ...


class NoSpan:
    trace_id = ""

    def note(self, **attributes: str | float | bool) -> None:
        """Nobody reads it."""

    def failed(self, kind: str) -> None:
        """Nobody reads it."""

    def forget(self) -> None:
        """It was never kept."""


class NoTracer:
    """Where telemetry is off."""

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[Span]:
        del name, attributes
        yield NoSpan()

    def told(
        self, name: str, attributes: Attributes, *, seconds: float, within: Span | None
    ) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """There is nothing to send."""
