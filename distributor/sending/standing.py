"""What people signed for a dispatch's present seal: the approval, and what they accepted."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Account
from core.settings import Settings
from distributor.checks.base import Level
from distributor.models import Approval, Dispatch, Waiver


def approval(session: Session, dispatch: Dispatch) -> Approval | None:
    """The first approval of the present seal by somebody whose account is still open."""
    return session.scalar(
        select(Approval)
        .join(Account, Account.id == Approval.account_id)
        .where(
            Approval.dispatch_id == dispatch.id,
            Approval.seal == dispatch.seal,
            Account.disabled_at.is_(None),
        )
        .order_by(Approval.id)
        .limit(1)
    )


def asks_reasons(settings: Settings) -> bool:
    """Whether an amber finding needs a typed reason before anything leaves."""
    if settings.sending.amber:
        return settings.sending.amber == "ask"
    return settings.approval != "off"


def unwaived(session: Session, dispatch: Dispatch) -> Sequence[str]:
    """The amber checks that nobody has accepted for the present seal."""
    accepted = set(
        session.scalars(
            select(Waiver.check).where(
                Waiver.dispatch_id == dispatch.id, Waiver.seal == dispatch.seal
            )
        )
    )
    return sorted(amber_checks(dispatch) - accepted)


def amber_checks(dispatch: Dispatch) -> set[str]:
    return {
        found["check"] for found in dispatch.findings if found["level"] == Level.AMBER
    }
