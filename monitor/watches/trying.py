"""Trying a query before it is saved: what it selects, what it just misses, what a change moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.errors import BadInput
from core.wording import worded
from monitor import search
from monitor.query.article import part_of
from monitor.query.evaluating import evidence, question
from monitor.query.printing import text_of
from monitor.query.reading import parse
from monitor.query.tree import All, Either, Node, Not
from monitor.watches.testing import DAYS, BackTest, back_test

_SHOWN: Final = 5
_COMPARED: Final = 60  # newest articles of either query that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A query on the last days; examples are the newest of each."""

    test: BackTest
    # Those that hold some of its words and are not selected.
    missed: Sequence[search.Hit]
    # Beside the query that is changed: what only the new one selects, and only the old one.
    gained: Sequence[search.Hit] = ()
    lost: Sequence[search.Hit] = ()


def try_out(
    session: Session, query: str, *, now: datetime, zone: str, than: str = ""
) -> Trial:
    """Try *query*, beside the one it changes where there is one. Raises BadInput."""
    node = parse(query)
    test = back_test(session, query, now=now, zone=zone)
    within = search.Within(since=now - timedelta(days=DAYS))
    if than and text_of(parse(than)) != text_of(node):
        return Trial(
            test=test,
            missed=(),
            gained=_only(session, node, parse(than), within=within),
            lost=_only(session, parse(than), node, within=within),
        )
    wider = _wider(node)
    return Trial(
        test=test,
        missed=() if wider is None else _only(session, wider, node, within=within),
    )


def excluding(query: str, *, outlet: str, word: str) -> str:
    """*query* without the articles of *outlet* that hold *word*. Raises BadInput."""
    named = " ".join(part_of(outlet).words)
    sought = word.replace('"', " ").strip()
    if not named or not any(sign.isalnum() for sign in sought):
        raise BadInput(
            worded("It is not said for which word the outlet is excluded."),
            to="word",
            mend=worded("Give a word that stands in what is not wanted."),
        )
    without = parse(f'outlet:"{named}" "{sought}"')
    return text_of(All(parts=(*_parts(parse(query)), Not(part=without))))


def narrowed(query: str, *, outlet: str = "", language: str = "") -> str:
    """*query* with an outlet and a language that it asks for too. Raises BadInput."""
    parts = [*_parts(parse(query))]
    named = " ".join(part_of(outlet).words)
    if named:
        parts.append(parse(f'outlet:"{named}"'))
    if language:
        parts.append(parse(f"language:{language}"))
    return text_of(All(parts=tuple(parts)) if len(parts) > 1 else parts[0])


def _parts(node: Node) -> Sequence[Node]:
    return node.parts if isinstance(node, All) else (node,)


def _wider(node: Node) -> Node | None:
    """The query with one of its words enough; None where it asks for one already."""
    wanted = [part for part in _parts(node) if not isinstance(part, Not)]
    if len(wanted) > 1:
        return Either(parts=tuple(wanted))
    return wanted[0] if len(wanted) < len(_parts(node)) else None


def _only(
    session: Session, node: Node, other: Node, *, within: search.Within
) -> Sequence[search.Hit]:
    """The newest articles that *node* selects and *other* does not."""
    found = search.search(session, text_of(node), within=within, limit=_COMPARED).hits
    asked = question(other)
    readable = {
        article.id: article
        for article, _ in search.readable(session, [hit.article_id for hit in found])
    }
    return [hit for hit in found if evidence(asked, readable[hit.article_id]) is None][
        :_SHOWN
    ]
