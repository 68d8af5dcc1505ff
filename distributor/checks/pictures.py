"""Pictures: those that say nothing to whoever does not see them."""

from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import unquote

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level
from distributor.checks.reading import markup


class Check:
    name: ClassVar[str] = "pictures"
    levels: ClassVar[Mapping[str, Level]] = {"picture-without-words": Level.AMBER}

    def examine(self, case: Case) -> Iterator[Finding]:
        described = {one.name for one in case.attachments if one.alternative.strip()}
        placed: set[str] = set()
        for version in case.versions:
            for picture in markup.read(version.body).pictures:
                name = unquote(picture.source).removeprefix("./")
                placed.add(name)
                if not picture.alternative and name not in described:
                    yield _finding(name, f"{version.language}:{picture.line}")
        for one in case.attachments:
            is_picture = one.role == "picture" or one.media_type.startswith("image/")
            if is_picture and one.name not in placed | described:
                yield _finding(one.name, "attachments")


def _finding(name: str, place: str) -> Finding:
    return Finding(
        check="picture-without-words",
        level=Level.AMBER,
        what=N_("The picture “{name}” has no words for those who do not see it."),
        mend=N_("Say in a sentence what it shows."),
        to=place,
        values={"name": name[:200]},
    )
