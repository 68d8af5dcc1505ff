"""When two names of a person, an outlet or a beat are the same to a reader."""

import re

from core.text.normalise import fold

_APART = re.compile(r"[\s'’\-_.,;:/()«»@\"]+")


def folded(text: str) -> str:
    """*text* without case, accents, marks and the signs between words; may be empty."""
    return " ".join(filter(None, map(fold, _APART.split(text))))
