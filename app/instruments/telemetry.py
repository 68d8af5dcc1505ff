"""Traces for a collector, by OTLP over HTTP. The only user of OpenTelemetry (an extra).

Posts to the address an operator set, each within the time-out, in a thread of its own: a
collector that is away costs the office nothing but the spans.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

import requests
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import StatusCode, format_trace_id

from app.instruments.tracing import Attributes, Span
from core.clock import Timer
from core.settings import Telemetry

_A_SECOND: Final = 1_000_000_000
# Of a span that turned out to be nothing; never leaves this process.
_NOTHING: Final = "parution.nothing"
# Spans waiting for a collector that is away: what is beyond is dropped.
_MOST_WAITING: Final = 2048


class _Sifted(BatchSpanProcessor):
    """Leaves out the ticks that found nothing: thousands an hour."""

    def on_end(self, span: ReadableSpan) -> None:
        if not (span.attributes or {}).get(_NOTHING):
            super().on_end(span)


class _Open:
    def __init__(self, span: trace.Span) -> None:
        self.span = span

    @property
    def trace_id(self) -> str:
        return format_trace_id(self.span.get_span_context().trace_id)

    def note(self, **attributes: str | float | bool) -> None:
        self.span.set_attributes(attributes)
        name = attributes.get("http.route")
        if name:
            method = attributes.get("http.request.method", "")
            self.span.update_name(f"{method} {name}".strip())

    def failed(self, kind: str) -> None:
        self.span.set_attribute("error.type", kind)
        self.span.set_status(StatusCode.ERROR)

    def forget(self) -> None:
        self.span.set_attribute(_NOTHING, value=True)


class OtlpTracer:
    """Nothing global: neither the provider nor anything the environment says of OpenTelemetry."""

    def __init__(self, given: Telemetry, *, timer: Timer) -> None:
        self._timer = timer
        session = requests.Session()
        # Neither a proxy nor a password file of the environment: as all our ways out.
        session.trust_env = False
        exporter = OTLPSpanExporter(
            endpoint=given.endpoint,
            headers=dict(given.header_table),
            timeout=given.timeout_seconds,
            session=session,
        )
        self._timeout = given.timeout_seconds
        self._provider = TracerProvider(
            resource=Resource(
                {"service.name": "parution", "service.version": version("parution")}
            ),
            shutdown_on_exit=False,
        )
        self._processor = _Sifted(
            exporter,
            max_queue_size=_MOST_WAITING,
            export_timeout_millis=given.timeout_seconds * 1000,
        )
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("parution")

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[Span]:
        # An error's own words may name somebody: they stay in the log.
        with self._tracer.start_as_current_span(
            name,
            attributes=dict(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield _Open(span)

    def told(
        self, name: str, attributes: Attributes, *, seconds: float, within: Span | None
    ) -> None:
        ended = int(self._timer.stamp().timestamp() * _A_SECOND)
        context = (
            trace.set_span_in_context(within.span)
            if isinstance(within, _Open)
            else None
        )
        span = self._tracer.start_span(
            name,
            context=context,
            attributes=dict(attributes),
            start_time=ended - int(seconds * _A_SECOND),
        )
        span.end(end_time=ended)

    def close(self) -> None:
        self._processor.force_flush(int(self._timeout * 1000))
        self._provider.shutdown()
