"""A report -> a laid-out document: what is said where, in one language or in two.

Every format that draws pages draws this, so their words and numbers are the same. Parts
that only one kind of report has are in `review_layout` and `balance_layout`.
"""

from collections.abc import Sequence
from types import ModuleType

from core.i18n import Words
from core.reporting import balance_layout, review_layout
from core.reporting.document import Document
from core.reporting.report import Report
from core.reporting.speaking import Speaker


def lay_out(report: Report, spoken: Sequence[Words]) -> Document:
    """*spoken* are one or two languages; the first gives the direction of the whole."""
    speaker = Speaker(spoken, report.zone)
    kind = _kind(report)
    return Document(
        spoken=spoken,
        title=kind.title(report, speaker),
        organisation=speaker.organisation(report),
        foot=kind.foot(report, speaker),
        zone=report.zone,
        blocks=tuple(kind.blocks(report, speaker)),
    )


def title(report: Report, spoken: Sequence[Words]) -> str:
    """What a report is called in each language, as its document is."""
    called: str = _kind(report).title(report, Speaker(spoken, report.zone))
    return called


def _kind(report: Report) -> ModuleType:
    return review_layout if report.kind == "review" else balance_layout
