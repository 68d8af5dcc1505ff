"""What a release's coverage comes to, in numbers: of this release, and of those before it.

coverage lines that count -> texts with their copies -> numbers. Decides and reaches nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.reviews.lines import tone_of
from monitor.matching.outlet_names import outlet_keys
from monitor.report import CoverageLine
from monitor.states import Decision, Precision, Tone

# Labels of articles that print our own words, in whole or in part.
_VERBATIM: Final = frozenset({"reprint", "partial"})

# A text, and then its copies in other outlets or in its own.
Group = Sequence[CoverageLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The numbers of one release. Articles and copies together are all lines that count."""

    articles: int
    copies: int
    outlets: int
    # From the first dispatch to the first article after it; None without either.
    first_minutes: int | None
    # Of the articles, those that print our words; None without articles.
    verbatim: float | None
    # Of the articles, by what a person said of them; those not said are left out.
    tones: Mapping[Tone, int]
    labels: Mapping[str, int]

    @property
    def toned(self) -> int:
        return sum(self.tones.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Targeted:
    """Outlets whose people have the release, and how many of them printed it."""

    outlets: int
    printed: int


def counting(lines: Iterable[CoverageLine]) -> Sequence[CoverageLine]:
    return [line for line in lines if Decision(line.decision).counts]


def measure(groups: Sequence[Group], *, sent_at: datetime | None) -> Measured:
    """*groups* are the lines that count, each text with its copies."""
    lines = [line for group in groups for line in group]
    labels = Counter(group[0].label for group in groups)
    said = Counter(tone for group in groups if (tone := tone_of(group)))
    return Measured(
        articles=len(groups),
        copies=len(lines) - len(groups),
        outlets=len({line.outlet for line in lines}),
        first_minutes=_first_minutes(lines, sent_at),
        verbatim=sum(labels[one] for one in _VERBATIM) / len(groups)
        if groups
        else None,
        tones={tone: said[tone] for tone in Tone},
        labels=labels,
    )


def has_hour(line: CoverageLine) -> bool:
    """Whether the hour it appeared is known: of a day alone none is made up."""
    return line.published_as != Precision.DAY


def targeted(outlets: Collection[str], lines: Iterable[CoverageLine]) -> Targeted:
    """*outlets* as contacts give them: two spellings of one name are one outlet."""
    printed = {
        key
        for line in lines
        for key in outlet_keys(line.outlet) | outlet_keys(line.outlet_ar)
    }
    known: list[frozenset[str]] = []
    for keys in sorted(map(outlet_keys, outlets), key=sorted):
        same = [one for one in known if one & keys]
        if keys:
            known = [one for one in known if not one & keys]
            known.append(keys.union(*same))
    return Targeted(
        outlets=len(known), printed=sum(bool(keys & printed) for keys in known)
    )


def _first_minutes(
    lines: Sequence[CoverageLine], sent_at: datetime | None
) -> int | None:
    if sent_at is None:
        return None
    after = [
        line.appeared_at
        for line in lines
        if has_hour(line) and line.appeared_at >= sent_at
    ]
    if not after:
        return None
    return int((min(after) - sent_at).total_seconds() // 60)
