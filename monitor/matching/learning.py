"""What the desk's decisions teach: a proposal like those that were rejected scores lower.

decisions -> how alike each is to a proposal -> rejected against confirmed -> score

Nothing is hidden and no label is changed: the score goes down, the reason says by how much
and for what. A lesson is no more than its support: one rejection lowers a little, and every
confirmation of the like weakens it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from monitor.matching.values import Attribution, Label, Reason, ReasonCode

_MOST: Final = 0.4  # of the score, however many were rejected
_SMOOTHING: Final = 2.0  # decisions that say nothing yet
_APART: Final = 0.3  # mean difference of signs from which two proposals are not alike
_COMMON: Final = 3  # signs that two must share to be compared
_ELSEWHERE: Final = 0.5  # what a decision about another release, or outlet, is worth
_TELLS: Final = 0.25  # likeness from which a decision is counted in the reason
_LEAST: Final = 0.02  # what is lowered by less is left alone
_SHOWN: Final = 0.5  # the score that a text which was printed never falls below
_TEXT: Final = {Label.REPRINT, Label.PARTIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a proposal is about, as decisions are compared with it."""

    coverage_id: int | None
    release_id: int
    outlet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that stands, with the proposal as the person saw it, before lessons."""

    id: int
    coverage_id: int
    release_id: int
    outlet_id: int
    label: Label
    score: float
    signs: Mapping[str, float]
    is_confirmed: bool
    # A `Rejection`; empty for a confirmation.
    rejection: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was taken from one score, and on what it rests."""

    lowered: float
    rejected: int
    confirmed: int
    rejection: str


class Lessons:
    """All decisions that stand. Sums are taken in the order of time, so they never differ."""

    def __init__(self, decided: Sequence[Decided] = ()) -> None:
        self._decided = sorted(decided, key=lambda one: (one.at, one.id))

    def __len__(self) -> int:
        return len(self._decided)

    def apply(self, found: Attribution, where: Where) -> Attribution:
        """The proposal with its score lowered, and why; unchanged where nothing is learnt."""
        lesson = self.of(found.label, found.signs, where)
        if lesson is None:
            return found
        least = min(found.score, _SHOWN if found.label in _TEXT else 0.0)
        score = max(least, found.score - lesson.lowered)
        if score >= found.score:
            return found
        lowered = found.score - score
        reason = Reason(
            code=ReasonCode.LESSON,
            fields={
                "count": str(lesson.rejected),
                "confirmed": str(lesson.confirmed),
                "rejection": lesson.rejection,
                "percent": str(round(100 * lowered)),
            },
        )
        return replace(
            found, score=score, lowered=lowered, reasons=[*found.reasons, reason]
        )

    def of(
        self, label: Label, signs: Mapping[str, float], where: Where
    ) -> Lesson | None:
        """What decisions on other lines say of a proposal; None when that is nothing."""
        against = for_it = 0.0
        codes: Counter[str] = Counter()
        rejected = confirmed = 0
        for one in self._decided:
            likeness = _likeness(one, label, signs, where)
            if one.is_confirmed:
                for_it += likeness
                confirmed += likeness >= _TELLS
            else:
                against += likeness
                if likeness >= _TELLS:
                    rejected += 1
                    codes[one.rejection] += 1
        lowered = _MOST * against / (against + for_it + _SMOOTHING)
        if not rejected or lowered < _LEAST:
            return None
        code = max(sorted(codes), key=lambda one: codes[one])
        return Lesson(
            lowered=lowered, rejected=rejected, confirmed=confirmed, rejection=code
        )


def _likeness(
    one: Decided, label: Label, signs: Mapping[str, float], where: Where
) -> float:
    """0 to 1: of one kind, with the same signs, about one release, in one outlet."""
    if one.coverage_id == where.coverage_id or (label in _TEXT) != (one.label in _TEXT):
        return 0.0
    common = sorted(signs.keys() & one.signs.keys())
    if len(common) < _COMMON:
        return 0.0
    apart = sum(abs(signs[name] - one.signs[name]) for name in common) / len(common)
    return (
        max(0.0, 1.0 - apart / _APART)
        * (1.0 if one.release_id == where.release_id else _ELSEWHERE)
        * (1.0 if one.outlet_id == where.outlet_id else _ELSEWHERE)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What lessons would have done, each decision judged by those before it."""

    confirmed: int
    rejected: int
    # How often a confirmed line scored above a rejected one, without lessons and with them.
    before: float | None
    after: float | None
    # Confirmed ones that would have been lowered, and rejected ones.
    hurt: int
    helped: int


def back_test(decided: Sequence[Decided]) -> BackTest:
    ordered = sorted(decided, key=lambda one: (one.at, one.id))
    plain: list[tuple[float, bool]] = []
    taught: list[tuple[float, bool]] = []
    hurt = helped = 0
    for place, one in enumerate(ordered):
        where = Where(
            coverage_id=one.coverage_id,
            release_id=one.release_id,
            outlet_id=one.outlet_id,
        )
        proposal = Attribution(
            article_id="",
            release_id=str(one.release_id),
            label=one.label,
            score=one.score,
            signs=one.signs,
        )
        found = Lessons(ordered[:place]).apply(proposal, where)
        plain.append((one.score, one.is_confirmed))
        taught.append((found.score, one.is_confirmed))
        hurt += one.is_confirmed and found.lowered > 0
        helped += not one.is_confirmed and found.lowered > 0
    return BackTest(
        confirmed=sum(one.is_confirmed for one in ordered),
        rejected=sum(not one.is_confirmed for one in ordered),
        before=_auc(plain),
        after=_auc(taught),
        hurt=hurt,
        helped=helped,
    )


def _auc(scored: Sequence[tuple[float, bool]]) -> float | None:
    """The share of pairs in the right order; None when there is no pair."""
    right = [score for score, is_confirmed in scored if is_confirmed]
    wrong = [score for score, is_confirmed in scored if not is_confirmed]
    if not right or not wrong:
        return None
    pairs = sum(
        (one > other) + 0.5 * (one == other) for one in right for other in wrong
    )
    return pairs / len(right) / len(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A threshold put somewhere: how many confirmed and rejected lines stay proposed."""

    value: float
    confirmed: int
    rejected: int


BELIEFS: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
OWN_WORDS: Final = (7, 10, 15, 25, 50)
_OWN: Final = 50  # words at which the sign is 1


def beliefs(decided: Sequence[Decided]) -> Sequence[Cut]:
    """What other values of `matching.belief` would keep, of the lines their signs decided."""
    some = [one for one in decided if one.label not in _TEXT and "sure" in one.signs]
    return [_cut(some, "sure", value, value) for value in BELIEFS]


def own_words(decided: Sequence[Decided]) -> Sequence[Cut]:
    """What other values of `matching.own_words` would keep, of the lines text decided."""
    some = [one for one in decided if one.label in _TEXT and "own" in one.signs]
    return [_cut(some, "own", value / _OWN, value) for value in OWN_WORDS]


def _cut(decided: Sequence[Decided], sign: str, least: float, value: float) -> Cut:
    kept = [one for one in decided if one.signs[sign] >= least]
    return Cut(
        value=value,
        confirmed=sum(one.is_confirmed for one in kept),
        rejected=sum(not one.is_confirmed for one in kept),
    )
