"""The numbers of a balance, and what it cannot know. Decides and reaches nothing."""

from collections.abc import Iterator

from app.reviews.knowing import Known
from app.reviews.measuring import Measured, Targeted, has_hour, targeted
from app.reviews.numbers import LABELS, sending_figures
from core.reporting.report import Figure, Kind


def figures(known: Known, measured: Measured) -> Iterator[Figure]:
    """Five numbers of the coverage, then how, then what was sent."""
    yield Figure(name="articles", value=measured.articles)
    yield Figure(name="outlets", value=measured.outlets)
    aimed = _targeted(known)
    if aimed.outlets:
        yield Figure(name="targeted", value=aimed.printed, of=aimed.outlets)
    yield Figure(name="first-pick-up", value=measured.first_minutes, kind=Kind.MINUTES)
    yield Figure(name="verbatim", value=measured.verbatim, kind=Kind.SHARE)
    if measured.toned:
        for tone, count in measured.tones.items():
            yield Figure(name=tone, value=count, of=measured.toned)
    yield Figure(name="copies", value=measured.copies)
    for label in LABELS:
        if measured.labels.get(label):
            yield Figure(name=label, value=measured.labels[label])
    yield from sending_figures(known.sent)


def _targeted(known: Known) -> Targeted:
    outlets = {one.outlet for one in known.reached.contacts if one.outlet}
    return targeted(outlets, known.lines)


def limits(known: Known, measured: Measured) -> Iterator[str]:
    """What it does not know and must say."""
    lines = known.lines
    aimed = known.release.event_at or known.sent_at
    found = {
        "not-sent": known.sent_at is None,
        "by-hand": any(line.by_hand for line in lines),
        "day-only": not all(map(has_hour, lines)),
        "tone-not-said": measured.toned < measured.articles,
        "texts-forgotten": known.retold.unread > 0,
        "goal-late": bool(known.goal.set_at and aimed and known.goal.set_at > aimed),
        "no-reach": True,
    }
    return (f"limit:{name}" for name, holds in found.items() if holds)
