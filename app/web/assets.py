"""Addresses of our own styles and scripts that name their content, so that browsers keep them for good."""

import hashlib
from functools import cache
from typing import Final

from core.resources import folder

DIGITS: Final = 12


@cache
def asset(name: str) -> str:
    """As it was at start: one that is edited since is asked for again each time."""
    content = (folder("templates") / "web" / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:DIGITS]}"
