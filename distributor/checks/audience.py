"""Audience: nobody, nobody in one language, unusually many, or the same list again."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level, Reach

_MORE: Final = 1.2
# On a short list one newcomer is already a fifth.
_FEW: Final = 5


class Check:
    name: ClassVar[str] = "audience"
    levels: ClassVar[Mapping[str, Level]] = {
        "no-audience": Level.RED,
        "language-without-audience": Level.AMBER,
        "large-audience": Level.AMBER,
        "list-mailed-recently": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.reach is None:
            return
        total = sum(case.reach.recipients.values())
        if total == 0:
            yield Finding(
                check="no-audience",
                level=Level.RED,
                what=N_("Nobody would get this; left out: {left_out}."),
                mend=N_("Choose another list, or import contacts into it."),
                to="list",
                values={"left_out": str(sum(case.reach.left_out.values()))},
            )
            return
        yield from _languages(case, case.reach)
        yield from _large(case.reach, total)
        yield from _again(case, case.reach)


def _languages(case: Case, reach: Reach) -> Iterator[Finding]:
    for version in case.versions:
        if not reach.recipients.get(version.language):
            yield Finding(
                check="language-without-audience",
                level=Level.AMBER,
                what=N_("Nobody would get the version in this language: {language}."),
                mend=N_("Check the languages of the contacts, or say why."),
                to=version.language,
                values={"language": version.language},
            )


def _large(reach: Reach, total: int) -> Iterator[Finding]:
    if reach.usual and total > reach.usual * _MORE and total - reach.usual >= _FEW:
        yield Finding(
            check="large-audience",
            level=Level.AMBER,
            what=N_("{total} would get this; the list usually reaches {usual}."),
            mend=N_(
                "Check that the list is the right one, and what was imported last."
            ),
            to="list",
            values={"total": str(total), "usual": str(reach.usual)},
        )


def _again(case: Case, reach: Reach) -> Iterator[Finding]:
    if case.hour is None or reach.mailed_at is None:
        return
    since = case.hour.due_at - reach.mailed_at
    if timedelta() <= since < timedelta(hours=case.same_list_hours):
        yield Finding(
            check="list-mailed-recently",
            level=Level.AMBER,
            what=N_("The same list gets another release {minutes} minutes before."),
            mend=N_("Leave at least {hours} hours between them, or send one message."),
            to="list",
            values={
                "minutes": str(round(since.total_seconds() / 60)),
                "hours": str(case.same_list_hours),
            },
        )
