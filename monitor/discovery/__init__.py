"""Where a site publishes, found from one address; and what a source would bring."""

from monitor.discovery.adding import add_found
from monitor.discovery.examining import Examined, examine
from monitor.discovery.finding import discover
from monitor.discovery.values import Candidate, Found, Way, Why

__all__ = [
    "Candidate",
    "Examined",
    "Found",
    "Way",
    "Why",
    "add_found",
    "discover",
    "examine",
]
