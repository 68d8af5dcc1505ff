"""Where the texts of stories come from: an agency, or the outlet that had it first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.models import Outlet
from monitor.catalogue.listed import OutletKind
from monitor.models import Article, Story

# Rows that one question names.
_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the text of a story comes from, and the outlet whose story it rewrites."""

    origin: str
    rewrites: str


def origins(session: Session, ids: Iterable[int | None]) -> Mapping[int, Origin]:
    """Where the texts of some stories come from."""
    wanted = sorted({one for one in ids if one is not None})
    other = aliased(Story)
    other_origin, other_outlet = aliased(Article), aliased(Outlet)
    found: dict[int, Origin] = {}
    for start in range(0, len(wanted), _ROWS):
        rows = session.execute(
            select(Story.id, Outlet.name, Outlet.kind, Story.agency, other_outlet.name)
            .join(Article, Article.id == Story.origin_id)
            .join(Outlet, Outlet.id == Article.outlet_id)
            .outerjoin(other, other.id == Story.rewrites_id)
            .outerjoin(other_origin, other_origin.id == other.origin_id)
            .outerjoin(other_outlet, other_outlet.id == other_origin.outlet_id)
            .where(Story.id.in_(wanted[start : start + _ROWS]))
        )
        found |= {
            # An agency's own article goes by its outlet's name, not by the acronym.
            story_id: Origin(
                origin=origin if kind == OutletKind.AGENCY else agency or origin,
                rewrites=rewritten or "",
            )
            for story_id, origin, kind, agency, rewritten in rows
        }
    return found


def taken_from(outlet: str, story: Origin | None) -> str:
    """Whose text an outlet printed; empty when it is its own."""
    return "" if story is None or story.origin == outlet else story.origin
