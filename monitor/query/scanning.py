"""The signs of a query, each with its place, and how a fault is pointed at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from core.errors import BadInput
from core.i18n import N_, Words
from monitor.query.tree import Field

FIELDS: Final = {
    "title": Field.TITLE,
    "titre": Field.TITLE,
    "عنوان": Field.TITLE,
    "outlet": Field.OUTLET,
    "media": Field.OUTLET,
    "média": Field.OUTLET,
    "صحيفة": Field.OUTLET,
    "language": Field.LANGUAGE,
    "langue": Field.LANGUAGE,
    "لغة": Field.LANGUAGE,
    "author": Field.AUTHOR,
    "auteur": Field.AUTHOR,
    "كاتب": Field.AUTHOR,
}
_QUOTES: Final = {'"': '"', "«": "»", "“": "””“", "„": "”“", "”": "”"}
_SEPARATORS: Final = " \t\r\n\u00a0\u202f\u2009\u200e\u200f،؛؟,;?!"
_ENDS_WORD: Final = frozenset(_SEPARATORS) | frozenset("()") | frozenset(_QUOTES)
_NEAR: Final = re.compile(r"NEAR(?:/(\d+))?\Z")
_OPERATORS: Final = frozenset(("AND", "OR", "NOT"))
_SHOWN: Final = 60  # characters of the query on either side of a fault


class Sign(Enum):
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    FIELD = auto()
    PHRASE = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    sign: Sign
    at: int
    # The word or what stands between quotes; for NEAR its distance, for a field its name.
    text: str = ""
    is_quoted: bool = False
    is_exact: bool = False


class QueryFault(BadInput):
    """What is wrong with a query, where, and the mend; said in any language."""

    def __init__(
        self, query: str, at: int, sentence: str, step: str, **values: object
    ) -> None:
        first = max(0, at - _SHOWN)
        line = re.sub(r"\s", " ", query[first : at + _SHOWN])
        # The query with a caret below the character at fault.
        self.shown = f"  {line}\n  {' ' * (at - first)}^"
        self._sentence, self._step, self._values = sentence, step, values
        super().__init__(
            f"{sentence.format(**values)}\n{self.shown}\n",
            to=f"query, character {at + 1}",
            mend=step.format(**values),
        )

    def say(self, said: Words) -> tuple[str, str]:
        """The sentence and the mend."""
        return (
            said.gettext(self._sentence).format(**self._values),
            said.gettext(self._step).format(**self._values),
        )


def scan(query: str) -> Iterator[Scanned]:
    """The signs of *query*, an END last. Raises BadInput at a quote that stays open."""
    at = 0
    while at < len(query):
        sign = query[at]
        if sign in _SEPARATORS:
            at += 1
        elif sign in "()":
            yield Scanned(sign=Sign.OPEN if sign == "(" else Sign.CLOSE, at=at)
            at += 1
        elif sign == "-" and _begins(query, at + 1):
            yield Scanned(sign=Sign.NOT, at=at)
            at += 1
        else:
            found, at = _phrase(query, at)
            if found is not None:
                yield found
    yield Scanned(sign=Sign.END, at=len(query))


def _begins(query: str, at: int) -> bool:
    """Whether something to look for begins here: a lone hyphen between words is none."""
    return at < len(query) and query[at] not in _SEPARATORS and query[at] not in ")-"


def _phrase(query: str, at: int) -> tuple[Scanned | None, int]:
    is_exact = query[at] == "=" and _begins(query, at + 1)
    first = at + is_exact
    if query[first] in _QUOTES:
        return _quoted(query, first, is_exact=is_exact)
    if is_exact and query[first] in "()":
        raise QueryFault(
            query,
            first,
            N_("An equals sign stands before a word or a quoted phrase."),
            N_('Write ="ONU" for each word whose case counts.'),
        )
    end = first
    while end < len(query) and query[end] not in _ENDS_WORD and query[end] != ":":
        end += 1
    if query[end : end + 1] == ":":
        return _field(query, first, end)
    return _word(query[first:end], at=first, is_exact=is_exact), end


def _quoted(query: str, at: int, *, is_exact: bool) -> tuple[Scanned, int]:
    closing = _QUOTES[query[at]]
    end = at + 1
    while end < len(query) and query[end] not in closing:
        end += 1
    if end == len(query):
        raise QueryFault(
            query,
            at,
            N_("This quote is not closed."),
            N_("Add {quote} after it."),
            quote=closing[0],
        )
    text = query[at + 1 : end]
    end += 1
    # A star may follow the quote as well as stand before it.
    if query[end : end + 1] == "*":
        text, end = text.rstrip() + "*", end + 1
    return (
        Scanned(sign=Sign.PHRASE, at=at, text=text, is_quoted=True, is_exact=is_exact),
        end,
    )


def _field(query: str, first: int, colon: int) -> tuple[Scanned | None, int]:
    name = query[first:colon]
    field = FIELDS.get(name.casefold())
    if field is not None:
        return Scanned(sign=Sign.FIELD, at=first, text=field.value), colon + 1
    following = query[colon + 1 : colon + 2]
    # An hour (19:30) and a colon that ends a word are no fields.
    if not following or following in _SEPARATORS or not name or name[-1].isdigit():
        return _word(name, at=first, is_exact=False), colon + 1
    raise QueryFault(
        query,
        first,
        N_("There is no field “{name}”."),
        N_(
            "The fields are title, outlet, language and author; put an address in quotes."
        ),
        name=name,
    )


def _word(text: str, *, at: int, is_exact: bool) -> Scanned | None:
    near = None if is_exact else _NEAR.match(text)
    if near is not None:
        return Scanned(sign=Sign.NEAR, at=at, text=near[1] or "")
    if text in _OPERATORS and not is_exact:
        return Scanned(sign=Sign[text], at=at)
    if not any(sign.isalnum() for sign in text):
        return None
    return Scanned(sign=Sign.PHRASE, at=at, text=text, is_exact=is_exact)
