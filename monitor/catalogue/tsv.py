"""Lists in tab-separated columns, as they come from a spreadsheet."""

import csv
from collections.abc import Iterator

from core.errors import BadInput
from core.wording import worded
from monitor.catalogue.listed import ListedOutlet, ListedSource, OutletKind
from monitor.sources.base import tidied

# What other lists call kinds that are ours under another name.
_ALSO = {"economic": OutletKind.SPECIALISED, "sport": OutletKind.SPECIALISED}


def read(name: str, content: bytes) -> Iterator[ListedOutlet]:
    """One outlet for each line that has an address; the same name may come again."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(
            worded("The list is not UTF-8."), to=name, mend=worded("Save it as UTF-8.")
        ) from error
    rows = csv.DictReader(lines, delimiter="\t")
    missing = {"name", "feed_url"} - set(rows.fieldnames or ())
    if missing:
        raise BadInput(
            worded(
                "The list has no column %(missing)s.",
                missing=", ".join(sorted(missing)),
            ),
            to=f"{name}, line 1",
            mend=worded(
                "Its first line names the columns: name, name_ar, language, kind, homepage, feed_url."
            ),
        )
    for row in rows:
        said = {key: tidied(value or "") for key, value in row.items() if key}
        if said["feed_url"]:
            yield _outlet(said, place=f"{name}, line {rows.line_num}")


def _outlet(said: dict[str, str], *, place: str) -> ListedOutlet:
    url = said["feed_url"]
    kind = "sitemap" if "sitemap" in url.lower() else "feed"
    return ListedOutlet(
        name=said["name"] or url,
        name_ar=said.get("name_ar", ""),
        language=said.get("language", ""),
        kind=_kind(said.get("kind", "")),
        homepage=said.get("homepage", ""),
        sources=(ListedSource(kind=kind, url=url, place=f"{place}, feed_url"),),
        place=place,
    )


def _kind(said: str) -> str:
    """The kind that free words such as "economic daily" mean; empty when none is known."""
    words = said.lower().split()
    ours = [word for word in words if word in set(OutletKind)]
    theirs = [_ALSO[word] for word in words if word in _ALSO]
    return (ours or theirs or [""])[0]
