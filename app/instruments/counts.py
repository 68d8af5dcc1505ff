"""The counters of one process, in a registry of their own. docs/metrics.md lists them."""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

# When each series was made is of no use to anybody, and half of all lines.
disable_created_metrics()  # type: ignore[no-untyped-call]

# From a page of our own to a night's backup: seconds.
_REQUEST_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_JOB_SECONDS: Final = (0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 1800)
_HAND_OVER_SECONDS: Final = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60)
_FETCH_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)


class Counts:
    """Every label's values are ours and few: a stranger cannot make new ones."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        self.requests = Histogram(
            "parution_http_request_seconds",
            "How long requests took, by the route's template and the class of its status.",
            ["method", "route", "status"],
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self.jobs = Histogram(
            "parution_job_seconds",
            "How long the ticks of each job took, whether they found something or not.",
            ["job_name"],
            buckets=_JOB_SECONDS,
            registry=self.registry,
        )
        self.job_failures = Counter(
            "parution_job_failures",
            "Ticks that ended with an error; the log says which.",
            ["job_name"],
            registry=self.registry,
        )
        self.handed_over = Counter(
            "parution_handed_over",
            "Messages handed to a channel by this process, by what it answered.",
            ["channel", "verdict"],
            registry=self.registry,
        )
        self.hand_over = Histogram(
            "parution_hand_over_seconds",
            "How long a channel took for what was handed over in one go.",
            ["channel"],
            buckets=_HAND_OVER_SECONDS,
            registry=self.registry,
        )
        self.channel_faults = Counter(
            "parution_channel_faults",
            "Times a channel itself was at fault while something was handed over.",
            ["channel"],
            registry=self.registry,
        )
        self.fetches = Counter(
            "parution_fetches",
            "Addresses of others that were asked, by the class of the answer or the fault.",
            ["outcome"],
            registry=self.registry,
        )
        self.fetch = Histogram(
            "parution_fetch_seconds",
            "How long they took to answer, without waiting a turn.",
            buckets=_FETCH_SECONDS,
            registry=self.registry,
        )
        self.pings = Counter(
            "parution_pings",
            "Times alerts.ping_url was asked, left out because something was wrong, or failed.",
            ["outcome"],
            registry=self.registry,
        )
