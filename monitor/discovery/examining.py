"""What one source would bring, were it read now: the answer of `parution source test`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.errors import OfficeError
from core.text.language import guess
from core.web import Ask, Web
from monitor.discovery.finding import recognised
from monitor.discovery.values import Read
from monitor.intake.dates import believed, newest
from monitor.intake.looking import document_of, verdict_of
from monitor.sources.base import Document, Entry, NotASource
from monitor.states import Fault, PollOutcome

_LEAST_DATES: Final = 3
_SAMPLE: Final = 20
_LISTING: Final = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """`fault` is why nothing can be read; None when something can."""

    url: str
    # Where it was found in the end.
    final_url: str
    kind: str = ""
    title: str = ""
    language: str = ""
    entries: Sequence[Entry] = ()
    dated: int = 0
    left_out: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    # The usual time between two of its entries; None when too few have a date.
    usual_gap: timedelta | None = None
    # None when it was not asked, because the site did not answer at all.
    robots_allow: bool | None = None
    byte_count: int = 0
    fault: Fault | None = None
    detail: str = ""


def examine(
    web: Web,
    url: str,
    *,
    read: Read,
    now: datetime,
    zone: ZoneInfo,
    kind: str = "",
    options: Mapping[str, Any] | None = None,
    robots: bool = True,
) -> Examined:
    """Ask once and read what comes as *kind*, or as what it looks like."""
    (answer,) = (
        one for batch in web.each([Ask(url=url, robots=robots)]) for one in batch
    )
    verdict = verdict_of(answer)
    fetched = answer.fetched
    if verdict.outcome is not PollOutcome.READ or fetched is None:
        refused = verdict.fault is Fault.ROBOTS
        return Examined(
            url=url,
            final_url=fetched.url if fetched is not None else url,
            robots_allow=False if refused else None if fetched is None else True,
            fault=verdict.fault or Fault.UNREACHABLE,
            detail=verdict.detail,
        )
    document = document_of(fetched, zone=zone, now=now)
    found = Examined(
        url=url,
        final_url=fetched.url,
        kind=kind or recognised(document) or _LISTING,
        robots_allow=True,
        byte_count=len(fetched.body),
    )
    return _read(found, document, read=read, options=options or {}, now=now)


def _read(
    found: Examined,
    document: Document,
    *,
    read: Read,
    options: Mapping[str, Any],
    now: datetime,
) -> Examined:
    try:
        parsed = read(found.kind, document, options)
    except NotASource as error:
        return replace(found, fault=error.fault, detail=error.what)
    except OfficeError as error:
        return replace(found, fault=Fault.HOSTILE, detail=error.what)
    entries = believed(parsed.entries, now=now)
    moments = sorted(one.published.at for one in entries if one.published is not None)
    titles = "\n".join(one.title for one in entries[:_SAMPLE])
    return replace(
        found,
        title=parsed.title,
        language=guess(titles).language or parsed.language,
        entries=entries,
        dated=len(moments),
        left_out=parsed.left_out,
        newest=newest(entries),
        oldest=moments[0] if moments else None,
        usual_gap=_usual_gap(moments),
        fault=None if entries else Fault.NO_ARTICLES,
    )


def _usual_gap(moments: Sequence[datetime]) -> timedelta | None:
    if len(moments) < _LEAST_DATES:
        return None
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return timedelta(seconds=median(gaps))
