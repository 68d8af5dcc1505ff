"""When two names of a person, an outlet or a beat are the same to a reader."""

import re
from functools import lru_cache

from core.text.normalise import fold

_APART = re.compile(r"[\s'’\-_.,;:/()«»@\"]+")


# The names, outlets and beats of 20,000 contacts: a rule asks for all of them each time.
@lru_cache(maxsize=131_072)
def folded(text: str) -> str:
    """*text* without case, accents, marks and the signs between words; may be empty."""
    return " ".join(filter(None, map(fold, _APART.split(text))))
