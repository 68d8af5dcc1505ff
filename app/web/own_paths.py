"""Where somebody may be led after signing in: a path of ours. Decides."""

import re
from typing import Final
from urllib.parse import unquote

_LONGEST: Final = 2_000
# What browsers drop or take for a slash, so that a path becomes another site's address.
_TRAPS: Final = re.compile(r"[\\\x00-\x20\x7f-\xa0\u2028\u2029]")
_MOST_CODED: Final = 3


def own_path(asked: str) -> str:
    """*asked* when it is a path of ours however often it is decoded, else the first page."""
    said = asked
    for _ in range(_MOST_CODED):
        if not _is_own(said):
            return "/"
        said, before = unquote(said), said
        if said == before:
            break
    return asked if _is_own(said) else "/"


def _is_own(path: str) -> bool:
    # A space may be coded in a search; nothing else of the traps may.
    plain = path.replace(" ", "")
    return (
        path.startswith("/")
        and not path.startswith("//")
        and len(path) <= _LONGEST
        and _TRAPS.search(plain) is None
    )
