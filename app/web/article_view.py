"""One article as a screen shows it: what it says, what became of it, what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound
from core.i18n import N_, Words
from core.wording import worded
from monitor.intake.versions import Segment, diff
from monitor.models import Article, ArticleVersion, Coverage, Sighting, Source
from monitor.states import Change

_CHANGES: Final[Mapping[str, str]] = {
    Change.EDITED: N_("edited"),
    Change.DELETED: N_("taken down"),
    Change.RESTORED: N_("back again"),
    Change.MOVED: N_("moved to another address"),
}
# Longer runs of unchanged text are cut in the middle.
_KEPT: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What ended one version."""

    number: int
    change: str
    changed_at: datetime
    # The share of words that changed, 0 to 1.
    share: float
    url: str
    has_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The difference between a version and the one after it."""

    number: int
    title: Sequence[Segment]
    text: Sequence[Segment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    id: int
    number: str
    label: str
    score: float
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    id: int
    outlet: str
    outlet_ar: str
    url: str
    title: str
    author: str
    section: str
    language: str
    published_at: datetime | None
    published_as: str
    first_seen_at: datetime
    deleted_at: datetime | None
    excerpt: str
    full_text: str | None
    history: Sequence[Happened]
    changed: Changed | None
    covers: Sequence[Covers]
    # Id and address of each source that carried it.
    seen_in: Sequence[tuple[int, str]]

    def called(self, language: str) -> str:
        return self.outlet_ar if language == "ar" and self.outlet_ar else self.outlet


def view(session: Session, article_id: int, *, number: int = 0) -> ArticleView:
    """The article, with what changed after version *number*, or last. Raises NotFound."""
    row = session.get(Article, article_id, options=[joinedload(Article.outlet)])
    if row is None:
        raise NotFound(
            worded("There is no article %(article_id)s.", article_id=article_id),
            to="article",
            mend=worded("See `parution article list`."),
        )
    versions = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article_id)
        .order_by(ArticleVersion.number)
    ).all()
    return ArticleView(
        id=row.id,
        outlet=row.outlet.name,
        outlet_ar=row.outlet.name_ar,
        url=row.url,
        title=row.title,
        author=row.author,
        section=row.section,
        language=row.language,
        published_at=row.published_at,
        published_as=row.published_as,
        first_seen_at=row.first_seen_at,
        deleted_at=row.deleted_at,
        excerpt=row.excerpt,
        full_text=row.full_text,
        history=[_happened(one) for one in reversed(versions)],
        changed=_changed(row, versions, number),
        covers=_covers(session, article_id),
        seen_in=[
            (one.id, one.url)
            for one in session.scalars(
                select(Source)
                .join(Sighting, Sighting.source_id == Source.id)
                .where(Sighting.article_id == article_id)
                .order_by(Source.id)
            )
        ],
    )


def change_name(change: str, *, said: Words) -> str:
    return said.gettext(_CHANGES[change]) if change in _CHANGES else change


def _changed(
    row: Article, versions: Sequence[ArticleVersion], number: int
) -> Changed | None:
    """One difference at a time: each costs as much as its texts are long, squared."""
    edits = [one for one in versions if one.change == Change.EDITED]
    wanted = [one for one in edits if one.number == number] or edits[-1:]
    if not wanted:
        return None
    before = wanted[0]
    after = next((one for one in edits if one.number > before.number), None)
    title, text = (
        (row.title, row.full_text) if after is None else (after.title, after.full_text)
    )
    both = before.full_text is not None and text is not None
    return Changed(
        number=before.number,
        title=diff(before.title, title),
        text=_shortened(diff(before.full_text or "", text or "")) if both else (),
    )


def _shortened(segments: Sequence[Segment]) -> Sequence[Segment]:
    return [
        Segment(part=one.part, text=without_middle(one.text))
        if one.part == "kept" and len(one.text) > _KEPT
        else one
        for one in segments
    ]


def without_middle(text: str) -> str:
    """Beginning and end of *text*, cut between words where there are any."""
    first, last = text[: _KEPT // 2], text[-_KEPT // 2 :]
    cut = max(first.rfind(" "), first.rfind("\n"))
    first = first[:cut] if cut > 0 else first
    # What came with the last word's beginning goes with it.
    return f"{first} … {last.partition(' ')[2] or last}"


def _happened(row: ArticleVersion) -> Happened:
    return Happened(
        number=row.number,
        change=row.change,
        changed_at=row.changed_at,
        share=row.share,
        url=row.url,
        has_text=row.change == Change.EDITED,
    )


def _covers(session: Session, article_id: int) -> Sequence[Covers]:
    rows = session.scalars(
        select(Coverage)
        .options(joinedload(Coverage.release))
        .where(Coverage.article_id == article_id)
        .order_by(Coverage.score.desc())
    )
    return [
        Covers(
            id=row.id,
            number=row.release.number,
            label=row.label,
            score=row.score,
            decision=row.decision,
        )
        for row in rows
    ]
