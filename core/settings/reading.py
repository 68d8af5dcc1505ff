"""How lists and tables are read where a variable of the environment gives them as one text."""

import json
import re
from typing import Final

_BRACKETED: Final = re.compile(r"\[([^\]]*)\](?::(.*))?")


def split(value: object) -> object:
    """Accept `a, b` as well as JSON where a list is meant."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            return json.loads(text)
        return [part.strip() for part in text.split(",") if part.strip()]
    return value


def pairs(value: object) -> object:
    """Accept `name=value, ...` as well as JSON where a table is meant."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("{"):
            return json.loads(text)
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if any("=" not in part for part in parts):
            raise ValueError("write each part like name=value")
        return dict(part.split("=", 1) for part in parts)
    return value


def host_and_port(text: str) -> tuple[str, str]:
    """Take `host:25`, `[2001:db8::5]:25` or either part alone asunder; no port is empty.

    Several colons without brackets are an address of IPv6, which no port can follow.
    """
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        return bracketed[1], bracketed[2] or ""
    host, _, port = text.partition(":")
    return (text, "") if ":" in port else (host, port)
