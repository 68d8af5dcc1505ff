"""Watches work go by: a job's tick, a fetch, what a channel is handed, a request."""

import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from app.instruments.counts import Counts
from app.instruments.tracing import NoTracer, Span, Tracer
from core.clock import Timer
from core.errors import BadSetting, FetchFailed, FetchRefused
from core.settings import Telemetry
from core.web import Answer, Ask, Fetched, Web
from core.web.domain import domain_of
from core.wording import worded
from distributor.sending.watching import Handed


class TracerKind(Protocol):
    def __call__(self, given: Telemetry, *, timer: Timer) -> Tracer: ...


_HUNDRED = 100
# The job in whose threads channels are handed messages.
_SENDING = "send"


@dataclass(slots=True, kw_only=True)
class Instruments:
    """Safe to use from many threads."""

    timer: Timer
    counts: Counts = field(default_factory=Counts)
    tracer: Tracer = field(default_factory=NoTracer)
    # What runs now, by the job's name, the last begun at the end: for what its own threads
    # tell. Of two ticks at once either may be named: a thread does not know whose it is.
    _open: defaultdict[str, list[Span]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def job(self, name: str, run: Callable[[], int]) -> int:
        """Run one tick; a tick that finds nothing leaves no span."""
        began = self.timer.monotonic()
        with self._span(f"job {name}", {"parution.job": name}) as span:
            with self._lock:
                self._open[name].append(span)
            try:
                done = run()
            except Exception as error:
                self.counts.job_failures.labels(name).inc()
                span.failed(type(error).__name__)
                raise
            finally:
                with self._lock:
                    self._open[name].remove(span)
                self.counts.jobs.labels(name).observe(self.timer.monotonic() - began)
            if done:
                span.note(**{"parution.count": done})
            else:
                span.forget()
            return done

    def handed(self, what: Handed) -> None:
        self.counts.hand_over.labels(what.channel).observe(what.seconds)
        for verdict, count in what.verdicts.items():
            self.counts.handed_over.labels(what.channel, verdict).inc(count)
        if what.is_at_fault:
            self.counts.channel_faults.labels(what.channel).inc()
        with self._lock:
            within = next(reversed(self._open[_SENDING]), None)
        self.tracer.told(
            f"hand over to {what.channel}",
            {
                "parution.channel": what.channel,
                **{f"parution.{name}": count for name, count in what.verdicts.items()},
            },
            seconds=what.seconds,
            within=within,
        )

    def web(self, web: Web) -> Web:
        """*web*, counting what it is asked."""
        return _WatchedWeb(web, self)

    def fetched(self, url: str, outcome: str, *, seconds: float) -> None:
        self.counts.fetches.labels(outcome).inc()
        self.counts.fetch.observe(seconds)
        self.tracer.told(
            "fetch",
            {"server.address": domain_of(url), "parution.outcome": outcome},
            seconds=seconds,
            within=None,
        )

    @contextmanager
    def request(self, name: str) -> Iterator[Span]:
        with self._span(name, {"http.request.method": name}) as span:
            yield span

    def close(self) -> None:
        self.tracer.close()

    @contextmanager
    def _span(self, name: str, attributes: Mapping[str, str]) -> Iterator[Span]:
        """Inside, lines of the log bear the trace's name."""
        with self.tracer.span(name, attributes) as span:
            if not span.trace_id:
                yield span
                return
            with structlog.contextvars.bound_contextvars(trace=span.trace_id):
                yield span


class _WatchedWeb:
    def __init__(self, web: Web, instruments: Instruments) -> None:
        self._web = web
        self._instruments = instruments

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched:
        return self._one(
            url, lambda: self._web.get(url, headers=headers, robots=robots)
        )

    def post(
        self,
        url: str,
        *,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        return self._one(
            url,
            lambda: self._web.post(
                url, body=body, content_type=content_type, headers=headers
            ),
        )

    def each(self, asks: Iterable[Ask]) -> Iterator[Sequence[Answer]]:
        found = self._web.each(asks)
        if not isinstance(found, Generator):
            yield from map(self._noted, found)
            return
        # Leaving early must end what is under way below, too.
        with closing(found):
            yield from map(self._noted, found)

    def sitemaps(self, url: str) -> Sequence[str]:
        return self._web.sitemaps(url)

    def close(self) -> None:
        self._web.close()

    def _noted(self, answers: Sequence[Answer]) -> Sequence[Answer]:
        for one in answers:
            outcome = (
                one.error.code
                if one.error is not None
                else _class(one.fetched.status)
                if one.fetched is not None
                else "none"
            )
            self._instruments.fetched(one.ask.url, outcome, seconds=one.seconds)
        return answers

    def _one(self, url: str, ask: Callable[[], Fetched]) -> Fetched:
        timer = self._instruments.timer
        began = timer.monotonic()
        try:
            answer = ask()
        except (FetchRefused, FetchFailed) as error:
            self._instruments.fetched(
                url, error.code, seconds=timer.monotonic() - began
            )
            raise
        self._instruments.fetched(
            url, _class(answer.status), seconds=timer.monotonic() - began
        )
        return answer


def _class(status: int) -> str:
    return f"{status // _HUNDRED}xx"


def open_instruments(
    telemetry: Telemetry,
    *,
    timer: Timer,
    tracer: Callable[[], TracerKind] | None = None,
) -> Instruments:
    """Raises BadSetting where traces are wished for and the extra is not installed."""
    if not telemetry.endpoint:
        return Instruments(timer=timer)
    try:
        kind = (tracer or _otlp)()
    except ModuleNotFoundError as error:
        raise BadSetting(
            worded(
                "Traces need a library that is not installed: %(name)s.",
                name=error.name,
            ),
            to="PARUTION_TELEMETRY__ENDPOINT",
            mend=worded(
                "Install parution[telemetry], or leave telemetry.endpoint out."
            ),
        ) from error
    return Instruments(timer=timer, tracer=kind(telemetry, timer=timer))


def _otlp() -> TracerKind:
    from app.instruments.telemetry import OtlpTracer  # noqa: PLC0415 - an extra

    return OtlpTracer
