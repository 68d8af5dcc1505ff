"""The numbers of reports, from both halves' summaries: the same in a review and a balance."""

from collections.abc import Sequence
from typing import Final

import distributor.report
import monitor.report
from core.reporting.report import Completeness, Figure, SilentSource
from distributor.states import DeliveryState

REACHED: Final = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
LABELS: Final = ("reprint", "partial", "rewrite", "mention")


def completeness(read: monitor.report.Completeness) -> Completeness:
    return Completeness(
        read=read.read,
        total=read.total,
        silent=tuple(
            SilentSource(
                outlet=source.outlet,
                url=source.url,
                state=source.state,
                since=source.state_since,
                reason=source.fault,
            )
            for source in read.silent
        ),
    )


def sending_figures(
    sent: Sequence[distributor.report.DispatchSummary],
) -> list[Figure]:
    if not sent:
        return []
    reached = sum(
        dispatch.counts.get(state, 0) for dispatch in sent for state in REACHED
    )
    unsure = sum(dispatch.counts.get(DeliveryState.UNSURE, 0) for dispatch in sent)
    figures = [Figure(name="delivered", value=reached)]
    return [*figures, Figure(name="unsure", value=unsure)] if unsure else figures
