"""Zone data: rules too old to know by which hour Morocco lives."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from core.i18n import N_
from core.zones import FLOOR
from distributor.checks.base import Case, Finding, Level


class Check:
    name: ClassVar[str] = "zone-data"
    levels: ClassVar[Mapping[str, Level]] = {"zone-data-old": Level.RED}

    def examine(self, case: Case) -> Iterator[Finding]:
        if not case.zone_rules.can_arm():
            yield Finding(
                check="zone-data-old",
                level=Level.RED,
                what=N_(
                    "The time-zone data is of version {version}; plans need {floor} or newer."
                ),
                mend=N_(
                    "Install a newer tzdata package, or put newer data under the data folder."
                ),
                to=case.zone_rules.origin,
                values={"version": case.zone_rules.version, "floor": FLOOR},
            )
