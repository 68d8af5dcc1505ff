"""Articles of the monitor -> lines of a report, copies of one text folded into one. Decides."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.reviews.calendar import Slot
from app.reviews.filling import Found
from app.reviews.numbers import LABELS
from core.reporting.report import Line, Quote
from core.values import Language
from monitor.report import CoverageLine
from monitor.selection import OutletFacts, Selected
from monitor.sources.markup import shortened
from monitor.states import Precision, Tone


def once(lines: Sequence[CoverageLine]) -> Sequence[CoverageLine]:
    """An article that covers several releases stands under the one it covers most."""
    best: dict[int, CoverageLine] = {}
    for line in lines:
        known = best.get(line.article_id)
        if known is None or _strength(line) > _strength(known):
            best[line.article_id] = line
    return list(best.values())


def _strength(line: CoverageLine) -> tuple[int, float]:
    return -LABELS.index(line.label), line.score


def of_release(
    group: Sequence[CoverageLine],
    facts: Mapping[str, OutletFacts],
    slot: Slot,
    *,
    excerpt: int,
) -> Found:
    first = group[0]
    fact = facts[first.outlet]
    return Found(
        line=in_report(group, excerpt=excerpt, notice=fact.notice),
        appeared_at=first.appeared_at,
        is_late=_is_late(first, slot),
        release=first.number,
        kind=fact.kind,
        region=fact.region,
        tier=fact.tier,
    )


def of_watches(
    group: Sequence[Selected],
    facts: Mapping[str, OutletFacts],
    slot: Slot,
    *,
    excerpt: int,
) -> Found:
    first = group[0]
    fact = facts[first.outlet]
    phrases = dict.fromkeys(word for some in first.watches.values() for word in some)
    return Found(
        line=Line(
            outlet=first.outlet,
            outlet_ar=first.outlet_ar,
            title=first.title,
            language=language_of(first.language),
            url=first.url,
            author=first.author,
            published_at=first.published_at,
            published_as=first.published_as,
            excerpt=shortened(first.excerpt, excerpt),
            about=", ".join(first.watches),
            phrases=tuple(phrases),
            copies=len(_others(group)),
            also_in=_others(group),
            taken_from=first.taken_from,
            rewrites=first.rewrites,
            articles=tuple(one.article_id for one in group),
            evidence=f"/articles/{first.article_id}",
            read_at=first.read_at,
            digest=first.digest,
            licence_notice=fact.notice,
        ),
        appeared_at=first.appeared_at,
        is_late=_is_late(first, slot),
        watches=tuple(first.watches),
        kind=fact.kind,
        region=fact.region,
        tier=fact.tier,
    )


def _is_late(one: CoverageLine | Selected, slot: Slot) -> bool:
    """Whether it appeared before the period; a day without an hour is over at its end."""
    known_until = one.appeared_at
    if one.published_as == Precision.DAY:
        known_until += timedelta(days=1)
    return known_until < slot.since


def selected_by_story(lines: Sequence[Selected]) -> Sequence[Sequence[Selected]]:
    groups: dict[int, list[Selected]] = {}
    for line in lines:
        groups.setdefault(line.story_id or -line.article_id, []).append(line)
    for group in groups.values():
        group.sort(key=lambda one: (bool(one.taken_from), one.appeared_at))
    return list(groups.values())


def _others(group: Sequence[CoverageLine] | Sequence[Selected]) -> tuple[str, ...]:
    """The outlets with copies; one that prints it twice is no further copy."""
    return tuple(
        dict.fromkeys(one.outlet for one in group if one.outlet != group[0].outlet)
    )


def language_of(code: str) -> Language | None:
    return Language(code) if code in set(Language) else None


def by_story(lines: Sequence[CoverageLine]) -> list[list[CoverageLine]]:
    """Group copies under the one whose text it is; strongest label first over all."""
    groups: dict[int, list[CoverageLine]] = {}
    for line in lines:
        groups.setdefault(line.story_id or -line.article_id, []).append(line)
    for group in groups.values():
        group.sort(key=lambda line: (bool(line.taken_from), line.appeared_at))
    return sorted(
        groups.values(),
        key=lambda group: (LABELS.index(group[0].label), -group[0].score),
    )


def in_report(
    group: Sequence[CoverageLine],
    *,
    excerpt: int,
    notice: str = "",
    quotes: Sequence[Quote] = (),
) -> Line:
    """One line for a text and its copies; *notice* is what its outlet's licence wants said."""
    line = group[0]
    return Line(
        outlet=line.outlet,
        outlet_ar=line.outlet_ar,
        title=line.title,
        language=language_of(line.language),
        url=line.url,
        author=line.author,
        published_at=line.published_at,
        published_as=line.published_as,
        excerpt=shortened(line.excerpt, excerpt),
        label=line.label,
        score=line.score,
        reasons=tuple(line.reasons),
        quotes=tuple(quotes),
        copies=len(_others(group)),
        also_in=_others(group),
        taken_from=line.taken_from,
        rewrites=line.rewrites,
        about=line.number,
        articles=tuple(copy.article_id for copy in group),
        evidence=f"/coverage/{line.id}",
        tone=str(tone_of(group) or ""),
        # What was said of one of the copies was said of the text.
        on_front=any(one.on_front for one in group),
        to_rectify=any(one.to_rectify for one in group),
        read_at=line.read_at,
        digest=line.digest,
        licence_notice=notice,
    )


def tone_of(group: Sequence[CoverageLine]) -> Tone | None:
    """What was said of a text, else of the first of its copies that anything was said of."""
    said = next((line.tone for line in group if line.tone), "")
    return Tone(said) if said else None
