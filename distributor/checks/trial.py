"""Trial: nobody of the office has seen these words in a mailbox."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level


class Check:
    name: ClassVar[str] = "trial"
    levels: ClassVar[Mapping[str, Level]] = {"untested": Level.AMBER}

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.is_tested is False:
            yield Finding(
                check="untested",
                level=Level.AMBER,
                what=N_(
                    "No test of it was sent to the office since it was last changed."
                ),
                mend=N_("Send a test to yourself from its preview, and read it."),
                to="test",
            )
