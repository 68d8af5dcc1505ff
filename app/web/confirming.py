"""The confirmation before a dispatch is planned: a sentence, names, and a number to be typed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from distributor.models import MailingList
from distributor.sending.audience import LeftOut
from distributor.sending.freezing import Draft

_NAMES: Final = 5
_LEFT_OUT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What would leave if it were planned now, as the sentence of a dispatch reads it."""

    title: str
    number: str
    mailing_list: str
    channel: str
    channels: Sequence[str]
    due_at: datetime
    zone: str
    total: int
    seeds: int
    languages: Mapping[str, int]
    # The first few, by name or else by address.
    names: Sequence[str]
    left_out: Sequence[LeftOut]
    left_out_counts: Mapping[str, int]
    # Whoever sleeps at that hour gets it when they wake.
    later: int


def sheet(session: Session, draft: Draft) -> Sheet:
    recipients = draft.audience.recipients
    people = [one for one in recipients if not one.is_seed]
    mailing_list = (
        session.get_one(MailingList, draft.mailing_list_id).name
        if draft.mailing_list_id is not None
        else ""
    )
    return Sheet(
        title=next((one.title for one in draft.release.versions), ""),
        number=draft.release.number,
        mailing_list=mailing_list,
        channel=draft.channel,
        channels=(draft.channel, *draft.terms.failover),
        due_at=draft.leaving.due_at,
        zone=draft.leaving.zone,
        total=len(recipients),
        seeds=len(recipients) - len(people),
        languages=dict(Counter(one.language for one in recipients).most_common()),
        names=[one.name or one.address for one in people[:_NAMES]],
        left_out=draft.audience.left_out[:_LEFT_OUT],
        left_out_counts=Counter(one.reason for one in draft.audience.left_out),
        later=sum(one.not_before is not None for one in people),
    )
