"""Whether a visitor's copy is still good: a tag of what was answered, asked again each time.

The tags are weak, for the same answer goes out squeezed and plain.
"""

from fastapi import Request


def tagged(digest: str) -> str:
    return f'W/"{digest[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the visitor has the answer of this tag already (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    if given.strip() == "*":
        return True
    wanted = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == wanted for one in given.split(","))
