"""Header lines of a mail: whatever the data, one field a value, pure and never too long.

Nothing here trusts its text: titles, names and file names come from people and from files.
"""

import contextlib
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote as percent

import idna

# RFC 2047, 2: no line with such a word has more than 76 signs, the field's name and the
# word's frame among them, and base64 makes four letters of three bytes.
_WORD_BYTES: Final = 39
_FOLD_AT: Final = 76
# A longer word would leave its line too long, so it is cut like foreign text.
_LONG_WORD: Final = 60
# RFC 2231 values are cut so that each line stays short.
_VALUE_SIGNS: Final = 54
# RFC 5322, 3.2.3: what may stand in a display name without quotes, and the space.
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~ -]*")
_PLAIN_FILE: Final = re.compile(r"[A-Za-z0-9._ ()-]{1,60}")
# What would make two addresses of one, or end it early.
_NO_ADDRESS: Final = re.compile(r"""[\s<>,;:()"\\\[\]]""")
_MEDIA_TYPE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9.+-]*/[A-Za-z0-9][A-Za-z0-9.+-]*"
)
# Line ends and control signs, halves of signs, and private signs: ours mark places.
_OUT: Final = frozenset({"Cc", "Zl", "Zp", "Cs", "Co"})
# Signs that turn the direction of what follows: a name could hide what it is.
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(value: str) -> str:
    """*value* without line ends, control signs and private signs: safe in a header."""
    if value.isprintable() and "  " not in value and value == value.strip():
        return value
    kept = (
        " " if sign in _TURNS or unicodedata.category(sign) in _OUT else sign
        for sign in value
    )
    # Not every space: the French one before a colon must not break.
    return re.sub(" +", " ", "".join(kept)).strip()


def address(value: str) -> str:
    """One address on one line, its domain in A-labels."""
    local, at, host = _NO_ADDRESS.sub("", one_line(value)).rpartition("@")
    if not host.isascii():
        # What cannot be spelt stays: the channel refuses it with a sentence.
        with contextlib.suppress(idna.IDNAError, UnicodeError):
            host = idna.encode(host, uts46=True).decode("ascii")
    return f"{local}{at}{host}"


def domain(value: str) -> str:
    return address(value).rpartition("@")[2]


def mailto(value: str) -> str:
    return f"mailto:{percent(address(value), safe='@')}"


def subject(title: str) -> str:
    """The value of Subject."""
    clean = one_line(title)
    if _is_plain(clean) and all(len(word) <= _LONG_WORD for word in clean.split()):
        return "\r\n ".join(_folded(clean, first=len("Subject: ")))
    return encoded(clean)


def mailbox(name: str, written: str) -> str:
    """The value of From or To: a name, which may be empty, and an address."""
    shown, written = phrase(name), address(written)
    if not shown:
        return written
    # The address has a line of its own, so that nothing can break between < and >.
    apart = " " if len(shown) + len(written) < _FOLD_AT - len("From:  <>") else "\r\n "
    return f"{shown}{apart}<{written}>"


def phrase(name: str) -> str:
    clean = one_line(name)
    if not _is_plain(clean) or len(clean) > _FOLD_AT - len("List-Id: "):
        return encoded(clean)
    if _PLAIN_NAME.fullmatch(clean):
        return clean
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encoded(clean: str) -> str:
    """RFC 2047 words of at most 75 signs, parted between letters."""
    return "\r\n ".join(
        f"=?utf-8?b?{b64encode(part.encode()).decode('ascii')}?="
        for part in _parts(clean, most=_WORD_BYTES)
    )


def media_type(value: str) -> str:
    return value if _MEDIA_TYPE.fullmatch(value) else "application/octet-stream"


def file_name(value: str) -> str:
    """A name without a path, fit for any disk; never empty."""
    bare = re.sub(r'[/\\:*?"<>|]+', "_", one_line(value)).strip(" .")
    return bare or "file"


def disposition(kind: str, name: str) -> str:
    """The value of Content-Disposition: *kind* with a file name after RFC 2231."""
    clean = file_name(name)
    if _PLAIN_FILE.fullmatch(clean):
        return f'{kind}; filename="{clean}"'
    spelt = percent(clean, safe="", errors="replace")
    if len(spelt) <= _VALUE_SIGNS:
        return f"{kind};\r\n filename*=utf-8''{spelt}"
    lines = [
        f" filename*{number}*={'' if number else 'utf-8' + 2 * chr(39)}{part}"
        for number, part in enumerate(_percent_parts(spelt))
    ]
    return ";\r\n".join([kind, *lines])


def _is_plain(clean: str) -> bool:
    # What looks like an encoded word would be read as one.
    return clean.isascii() and "=?" not in clean


def _folded(clean: str, *, first: int) -> Iterator[str]:
    """Lines of whole words."""
    line = ""
    room = _FOLD_AT - first
    for word in clean.split(" "):
        if line and len(line) + 1 + len(word) > room:
            yield line
            line, room = word, _FOLD_AT - 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _parts(clean: str, *, most: int) -> Iterator[str]:
    part: list[str] = []
    size = 0
    for sign in clean:
        more = len(sign.encode())
        if size + more > most:
            yield "".join(part)
            part, size = [], 0
        part.append(sign)
        size += more
    if part:
        yield "".join(part)


def _percent_parts(spelt: str) -> Iterable[str]:
    """Cut between signs, never inside a %XX."""
    units = re.findall(r"%[0-9A-F]{2}|.", spelt)
    line = ""
    for unit in units:
        if len(line) + len(unit) > _VALUE_SIGNS:
            yield line
            line = ""
        line += unit
    if line:
        yield line
