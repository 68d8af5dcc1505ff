"""The form that plans: what was typed, kept over an error, and planned once however often sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.web.signing import Reasons
from core.errors import Conflict
from core.zones import parse_wall
from distributor.checks.base import Finding, Level, SenderDomain
from distributor.models import Dispatch
from distributor.sending import standing
from distributor.sending.freezing import Inspection, Terms
from distributor.states import Purpose


class PlanForm(Reasons):
    """Names one wish to send by its key: the form carries it from when it was shown."""

    key: str = Field(max_length=100)
    zone: str = Field(max_length=60)
    list: str = Field("", max_length=200)
    channel: str = Field("", max_length=40)
    failover: str = Field("", max_length=40)
    # Empty is now, after the undo window.
    at: str = Field("", max_length=40)
    purpose: Purpose = Purpose.RELEASE
    # A reminder spares those whom coverage names, and whose outlet printed it.
    silent: bool = False
    again: bool = False
    # The number of recipients, as it was read on the confirmation and typed there.
    confirmed: str = Field("", max_length=20)
    # Back from the confirmation to what was typed.
    change: bool = False
    # The correction or cancellation that follows a dispatch.
    release: int = Field(0, ge=0, le=2**31 - 1)

    def wall(self) -> datetime | None:
        return parse_wall(self.at) if self.at else None

    def count(self) -> int | None:
        """In the digits of any script, with the spaces that group thousands."""
        digits = "".join(sign for sign in self.confirmed if not sign.isspace())
        return int(digits) if digits.isdecimal() else None

    def terms(self, domain: SenderDomain | None, checked: Sequence[Finding]) -> Terms:
        """Reasons for findings that are not there any more are let go."""
        amber = {one.check for one in checked if one.level is Level.AMBER}
        accepted = {check: why for check, why in self.given().items() if check in amber}
        return Terms(
            failover=[self.failover] if self.failover else (),
            key=self.key,
            again=self.again,
            confirmed=self.count(),
            inspection=Inspection(domain=domain, accepted=accepted),
        )


def kept_back(office: Office, form: PlanForm, checked: Sequence[Finding]) -> bool:
    """Whether a red finding, or an amber one without the reason it needs, is there."""
    reasons: Mapping[str, str] = form.given()
    asks = standing.asks_reasons(office.settings)
    return any(
        one.level is Level.RED or (asks and one.check not in reasons) for one in checked
    )


def plan_once(office: Office, key: str, make: Callable[[Session], Dispatch]) -> int:
    """The dispatch of this wish: made now, or by the same form a moment ago."""
    try:
        with office.database.write(ledger=True) as session:
            return _by_key(session, key) or make(session).id
    except Conflict:
        # On PostgreSQL two clicks may pass side by side; the first one won.
        with office.database.read() as session:
            made = _by_key(session, key)
        if made is None:
            raise
        return made


def _by_key(session: Session, key: str) -> int | None:
    if not key:
        return None
    return session.scalar(select(Dispatch.id).where(Dispatch.key == key))
