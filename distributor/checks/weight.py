"""Weight: mails that mailboxes cut short or refuse for their size."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level

# Large mailbox providers cut a page at 102 KB.
_BODY: Final = 100_000
_FILES: Final = 5_000_000


class Check:
    name: ClassVar[str] = "weight"
    levels: ClassVar[Mapping[str, Level]] = {
        "heavy-message": Level.AMBER,
        "heavy-attachments": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        for language, size in case.sizes.items():
            if size > _BODY:
                yield Finding(
                    check="heavy-message",
                    level=Level.AMBER,
                    what=N_(
                        "The mail's text has {size} KB; mailboxes cut it after {most} KB."
                    ),
                    mend=N_("Shorten it, or move a part into an attachment."),
                    to=language,
                    values={"size": _thousands(size), "most": _thousands(_BODY)},
                )
        for version in case.versions:
            files = sum(
                one.size
                for one in case.attachments
                if one.language in {"", version.language}
            )
            if files > _FILES:
                yield Finding(
                    check="heavy-attachments",
                    level=Level.AMBER,
                    what=N_(
                        "The attachments have {size} KB; many mailboxes refuse more than {most} KB."
                    ),
                    mend=N_("Make them smaller, or give a link instead."),
                    to=version.language,
                    values={"size": _thousands(files), "most": _thousands(_FILES)},
                )


def _thousands(size: int) -> str:
    return str(-(-size // 1000))
