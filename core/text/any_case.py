"""Looking in a database for what may be written in any case, as far as a database can.

SQLite folds ASCII letters alone, and JSON keeps the others by their numbers, large or small.
What is found so is compared by whoever looks.
"""

import json
import re

# ß is folded to two letters: whoever is called so may be written either way.
_EXPANDED = re.compile("ss")


def surest_part(folded: str) -> str:
    """The longest part of a folded text that every database finds in any case; may be empty.

    Letters beyond ASCII that have two cases part it, and so do spaces.
    """
    marked = _EXPANDED.sub(" ", folded)
    parted = "".join(one if _is_sure(one) else " " for one in marked)
    return max(parted.split(), key=len, default="")


def in_json(text: str) -> str:
    """As it stands inside a string of a JSON column."""
    return json.dumps(text)[1:-1]


def _is_sure(letter: str) -> bool:
    return letter.isascii() or letter.upper() == letter.lower()
