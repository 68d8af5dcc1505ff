"""What of a balance somebody must look into: outlets that published too early. Decides."""

from collections.abc import Iterator, Sequence

from app.alert_words import of_alert
from core.i18n import words
from core.reporting.report import Notice, Said
from core.values import SCREENS
from monitor.alerting import EMBARGO_BROKEN
from monitor.report import CoverageLine


def broken(lines: Sequence[CoverageLine]) -> Iterator[Notice]:
    """Each outlet that published before the embargo ended, once, by its earliest article."""
    early = [line for line in lines if line.minutes_early is not None]
    told: set[str] = set()
    for line in sorted(early, key=lambda one: (one.appeared_at, one.id)):
        if line.outlet not in told:
            told.add(line.outlet)
            yield _notice(line)


def _notice(line: CoverageLine) -> Notice:
    fields = {
        "outlet": line.outlet,
        "outlet_ar": line.outlet_ar,
        "number": line.number,
        "label": line.label,
        "minutes": line.minutes_early,
    }
    return Notice(
        rule=EMBARGO_BROKEN,
        raised_at=line.found_at,
        said=tuple(
            Said(language=one, text=of_alert(EMBARGO_BROKEN, fields, said=words(one)))
            for one in SCREENS
        ),
        evidence=f"/coverage/{line.id}",
    )
