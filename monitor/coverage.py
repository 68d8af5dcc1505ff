"""Keeps what was found, once for each article and release. People confirm or reject."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.releases import found_release
from core.wording import worded
from monitor.matching.values import Attribution, Label
from monitor.models import Article, Coverage, CoverageDecision
from monitor.states import Decision, Rejection, Tone


def keep(
    session: Session,
    article_id: int,
    attributions: Iterable[Attribution],
    *,
    now: datetime,
    considered: Collection[int] = (),
) -> int:
    """Write the proposals; what a person decided stays. Answers how many are new.

    *considered* are the releases that the article's whole text was held against: a proposal
    for one of them that is made no more is withdrawn, and made again when it holds again.
    """
    known = {
        row.release_id: row
        for row in session.scalars(
            select(Coverage)
            .where(Coverage.article_id == article_id)
            .order_by(Coverage.id)
        )
    }
    new = 0
    for found in attributions:
        if not found.label.covers:
            continue
        row = known.pop(int(found.release_id), None)
        if row is None:
            row = Coverage(
                article_id=article_id,
                release_id=int(found.release_id),
                decision=Decision.PROPOSED,
                found_at=now,
                **_evidence(found),
            )
            session.add(row)
            new += 1
        else:
            _renew(row, found)
    for row in known.values():
        if row.release_id not in considered:
            continue
        if row.decision == Decision.PROPOSED:
            # A person may have decided it since it was read.
            session.refresh(row, with_for_update=True)
        if row.decision == Decision.PROPOSED:
            row.decision = Decision.WITHDRAWN
    session.flush()
    return new


def _renew(row: Coverage, found: Attribution) -> None:
    """Of a line that a person decided the evidence is renewed, for its text may have changed."""
    evidence = _evidence(found)
    if row.decision in {Decision.PROPOSED, Decision.WITHDRAWN}:
        row.decision = Decision.PROPOSED
    else:
        evidence = {name: evidence[name] for name in ("reasons", "passages")}
    for name, value in evidence.items():
        setattr(row, name, value)


def decide(
    session: Session,
    coverage_id: int,
    decision: Decision,
    *,
    by: str,
    now: datetime,
    because: str = "",
    rejection: Rejection | None = None,
    label: Label | None = None,
) -> Coverage:
    """Record what a person said of a proposal, and keep it for good.

    A rejection needs its reason: a code, and words where that is `Rejection.OTHER`. A
    confirmation may give another *label*. Raises NotFound, BadInput.
    """
    row = _found(session, coverage_id)
    because = because.strip()
    if decision is Decision.REJECTED:
        rejection = rejection or Rejection.OTHER
        if rejection is Rejection.OTHER and not because:
            raise BadInput(
                worded("A rejection needs its reason."),
                to="because",
                mend=worded("Choose one, or say why in a few words."),
            )
    confirms = decision is Decision.CONFIRMED
    corrected = str(label) if confirms and label and label != row.label else ""
    session.add(
        decision_row(
            row,
            decision,
            by=by,
            now=now,
            because=because,
            rejection=str(rejection or "") if not confirms else "",
            corrected=corrected,
        )
    )
    row.decision, row.corrected = decision, corrected
    row.decided_by, row.decided_at, row.because = by, now, because
    session.flush()
    return row


def take_back(session: Session, coverage_id: int, *, by: str, now: datetime) -> None:
    """Make a decided line a proposal again; that it was decided stays on record.

    Raises NotFound, and Conflict where nobody decided it.
    """
    row = _found(session, coverage_id)
    if row.decision not in {Decision.CONFIRMED, Decision.REJECTED}:
        raise Conflict(
            worded("Nobody has decided this coverage line."),
            to="coverage",
            mend=worded("Confirm or reject it."),
        )
    session.add(decision_row(row, Decision.PROPOSED, by=by, now=now))
    row.decision, row.corrected, row.because = Decision.PROPOSED, "", ""
    row.decided_by, row.decided_at = "", None
    session.flush()


def say_tone(session: Session, coverage_id: int, tone: Tone | None) -> None:
    """Keep how the article speaks of us; None takes it back. Raises NotFound."""
    _found(session, coverage_id).tone = str(tone or "")
    session.flush()


def say_front(session: Session, coverage_id: int, *, on_front: bool) -> None:
    """Keep whether it stood on the front page. Raises NotFound."""
    _found(session, coverage_id).on_front = on_front
    session.flush()


def copies(session: Session, coverage_id: int) -> Sequence[int]:
    """The open proposals for the same text in other outlets, about the same release."""
    row = _found(session, coverage_id)
    if row.article.story_id is None:
        return []
    return session.scalars(
        select(Coverage.id)
        .join(Article, Article.id == Coverage.article_id)
        .where(
            Coverage.release_id == row.release_id,
            Coverage.id != coverage_id,
            Coverage.decision == Decision.PROPOSED,
            Article.story_id == row.article.story_id,
        )
        .order_by(Coverage.id)
    ).all()


def decided_with(session: Session, coverage_id: int) -> Sequence[int]:
    """The copies that were decided in one act with this line."""
    row = _found(session, coverage_id)
    if row.article.story_id is None or row.decided_at is None:
        return []
    return session.scalars(
        select(Coverage.id)
        .join(Article, Article.id == Coverage.article_id)
        .where(
            Coverage.release_id == row.release_id,
            Coverage.id != coverage_id,
            Coverage.decision == row.decision,
            Coverage.decided_by == row.decided_by,
            Coverage.decided_at == row.decided_at,
            Article.story_id == row.article.story_id,
        )
        .order_by(Coverage.id)
    ).all()


def add(
    session: Session,
    *,
    article_id: int,
    release_id: int,
    label: Label,
    by: str,
    now: datetime,
) -> Coverage:
    """Enter a coverage line by hand, confirmed by the person who enters it.

    Raises NotFound for an article or a release that is not there.
    """
    if session.get(Article, article_id) is None:
        raise NotFound(
            worded("There is no article %(article_id)s.", article_id=article_id),
            to="article",
            mend=worded("See `parution article list`."),
        )
    found_release(session, release_id)
    row = session.scalar(
        select(Coverage).where(
            Coverage.article_id == article_id, Coverage.release_id == release_id
        )
    ) or Coverage(article_id=article_id, release_id=release_id, found_at=now)
    row.label, row.score, row.reasons, row.passages = label, 1.0, [], []
    row.signs, row.lowered, row.corrected, row.because = {}, 0.0, "", ""
    row.decision, row.decided_by, row.decided_at = Decision.CONFIRMED, by, now
    session.add(row)
    session.flush()
    session.add(decision_row(row, Decision.CONFIRMED, by=by, now=now))
    session.flush()
    return row


def _found(session: Session, coverage_id: int) -> Coverage:
    row = session.get(Coverage, coverage_id)
    if row is None:
        raise NotFound(
            worded(
                "There is no coverage line %(coverage_id)s.", coverage_id=coverage_id
            ),
            to="coverage",
            mend=worded("See `parution coverage list`."),
        )
    return row


def decision_row(
    row: Coverage, decision: Decision, *, by: str, now: datetime, **said: str
) -> CoverageDecision:
    """A decision with the proposal as the person saw it."""
    return CoverageDecision(
        coverage_id=row.id,
        decision=decision,
        label=row.label,
        score=row.score,
        lowered=row.lowered or 0.0,
        signs=dict(row.signs or {}),
        by=by,
        decided_at=now,
        **said,
    )


def _evidence(found: Attribution) -> Mapping[str, Any]:
    return {
        "label": str(found.label),
        "score": found.score,
        "lowered": found.lowered,
        "signs": dict(found.signs),
        "reasons": [
            {"code": str(reason.code), **reason.fields} for reason in found.reasons
        ],
        "passages": [
            {
                "start": one.start,
                "end": one.end,
                "language": one.language,
                "release_start": one.release_start,
                "release_end": one.release_end,
            }
            for one in found.passages
        ],
    }


def label_named(name: str) -> Label:
    """Raises BadInput for a word that is no label of coverage."""
    labels = [label for label in Label if label.covers]
    if name not in labels:
        raise BadInput(
            worded("There is no label called %(name)s.", name=f"{name!r}"),
            to="label",
            mend=worded("The labels are: %(labels)s.", labels=", ".join(labels)),
        )
    return Label(name)


def tone_named(name: str) -> Tone | None:
    """The tone of a word, None for "none". Raises BadInput for any other."""
    if name == "none":
        return None
    if name not in set(Tone):
        raise BadInput(
            worded("There is no tone called %(name)s.", name=f"{name!r}"),
            to="tone",
            mend=worded("Say one of: %(tone)s, none.", tone=", ".join(Tone)),
        )
    return Tone(name)
