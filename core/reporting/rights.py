"""How much of an article a report may quote (promise L6): one rule for every format.

The values of a report pass their quotations through here when they are made, so that none
longer than the law allows exists that a format could write. Who composes a report cuts
between words, and to less where the office wants less; this is the last guard.
"""

from typing import Final

MOST_QUOTED: Final = 300  # characters of one excerpt or one quotation


def quotable(text: str) -> str:
    """*text*, or as much of it as may be quoted, with its cut marked."""
    if len(text) <= MOST_QUOTED:
        return text
    return f"{text[: MOST_QUOTED - 1].rstrip()}…"
