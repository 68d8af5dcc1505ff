"""Watches: what a query would have selected, and what a watch selected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.search import Hit
from monitor.watches import BackTest, WatchedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyRow:
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    id: int
    outlet: str
    published_at: datetime | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTestRow:
    """What a query would have selected; at least `count` where it is not whole."""

    query: str
    since: datetime
    count: int
    is_whole: bool
    per_day: Mapping[str, int]
    noisiest: Sequence[NoisyRow]
    sample: Sequence[SampleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRow:
    id: int
    outlet: str
    outlet_ar: str
    title: str
    url: str
    language: str
    published_at: datetime | None
    published_as: str
    found_at: datetime
    is_full: bool
    # The words of the query that it holds.
    words: Sequence[str]
    passages: Sequence[Mapping[str, Any]]


def tried(found: BackTest) -> BackTestRow:
    return BackTestRow(
        query=found.query,
        since=found.since,
        count=found.count,
        is_whole=found.is_whole,
        per_day={
            day.isoformat(): count for day, count in found.per_day.items() if count
        },
        noisiest=[
            NoisyRow(words=words, count=count) for words, count in found.noisiest
        ],
        sample=[_sample(hit) for hit in found.sample],
    )


def watched(one: WatchedArticle) -> WatchedRow:
    return WatchedRow(
        id=one.id,
        outlet=one.outlet,
        outlet_ar=one.outlet_ar,
        title=one.title,
        url=one.url,
        language=one.language,
        published_at=one.published_at,
        published_as=one.published_as,
        found_at=one.found_at,
        is_full=one.is_full,
        words=sorted({passage["phrase"] for passage in one.passages}),
        passages=one.passages,
    )


def _sample(hit: Hit) -> SampleRow:
    return SampleRow(
        id=hit.article_id,
        outlet=hit.outlet,
        published_at=hit.published_at,
        title=hit.title,
    )
