"""An office that listens to a farm on this machine, through the web it really uses."""

from contextlib import contextmanager

from farm_sources import add_sources
from invariants import Checker

from core.bounded import Bounded
from core.clock import SystemTimer
from core.settings import Settings
from core.web import open_web
from monitor.listening import listening as whole


def settings(farm, **sections):
    given = {
        "fetch": {
            "allow_networks": "127.0.0.0/8",
            "hosts": farm.hosts,
            "pace_seconds": 0,
        }
    }
    for name, values in sections.items():
        given[name] = given.get(name, {}) | values
    return Settings.model_validate(given)


@contextmanager
def listening(database, farm, *, clock, ids, urls=None, sources=(), **sections):
    """A pipeline whose sources are *urls*, the farm's feeds by default.

    Whatever the sites did, the promises are asked for at its end.
    """
    given = settings(farm, **sections)
    add_sources(database, urls or farm.feeds, now=clock.now(), **dict(sources))
    timer = SystemTimer()
    web = open_web(given.fetch, timer=timer)
    bounded = Bounded()
    try:
        yield whole(
            database=database,
            clock=clock,
            timer=timer,
            ids=ids,
            web=web,
            bounded=bounded,
            settings=given,
            windows=lambda _: (),
        ).pipeline
        Checker(database, settings=given).demand(now=clock.now())
    finally:
        bounded.close()
        web.close()
