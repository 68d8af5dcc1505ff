"""Seeds: the office's own addresses get each dispatch first; one that fails stops the rest."""

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from core.log import logger
from core.wording import worded
from distributor.models import Delivery, Dispatch
from distributor.reasons import BECAUSE_SAID
from distributor.sending import moves
from distributor.states import DeliveryState, DispatchState

_log = logger("sending")

_FAILED = (
    DeliveryState.REFUSED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
)


def failed() -> ColumnElement[bool]:
    """The running dispatches one of whose seeds failed, and that nobody looked at since."""
    return and_(
        Dispatch.state == DispatchState.RUNNING,
        # Resuming sets it to nothing: a person has seen what became of the seeds.
        Dispatch.seed_pause_seconds > 0,
        exists().where(
            Delivery.dispatch_id == Dispatch.id,
            Delivery.is_seed.is_(True),
            Delivery.state.in_(_FAILED),
        ),
    )


def pause_failed(session: Session) -> None:
    for dispatch_id in session.scalars(select(Dispatch.id).where(failed())).all():
        dispatch = moves.locked(session, dispatch_id)
        if dispatch.state != DispatchState.RUNNING:
            continue
        seed = session.scalars(
            select(Delivery)
            .where(
                Delivery.dispatch_id == dispatch_id,
                Delivery.is_seed.is_(True),
                Delivery.state.in_(_FAILED),
            )
            .order_by(Delivery.id)
        ).first()
        if seed is None:
            continue
        dispatch.state = DispatchState.PAUSED
        dispatch.resume_at = dispatch.paused_at = None
        dispatch.reason = worded(
            "The seed address %(address)s did not take it (%(said)s). Look at it, then "
            "resume it or stop it.",
            address=seed.address,
            said=BECAUSE_SAID.get(seed.reason, seed.reason) or seed.state,
        )
        _log.warning("dispatch.paused", dispatch=dispatch_id, reason="seed")
