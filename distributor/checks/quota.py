"""Quota: more recipients than the channel may still send to on that day."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level


class Check:
    name: ClassVar[str] = "quota"
    levels: ClassVar[Mapping[str, Level]] = {"over-quota": Level.RED}

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.reach is None or case.reach.left_that_day is None:
            return
        total = sum(case.reach.recipients.values())
        if total > case.reach.left_that_day:
            yield Finding(
                check="over-quota",
                level=Level.RED,
                what=N_(
                    "{total} would get this, and the channel {channel} may send {left} more that day."
                ),
                mend=N_(
                    "Plan a part of the list for another day, use another channel, or have the quota raised."
                ),
                to="channel",
                values={
                    "total": str(total),
                    "channel": case.channel,
                    "left": str(case.reach.left_that_day),
                },
            )
