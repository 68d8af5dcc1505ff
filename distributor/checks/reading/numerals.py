"""Numbers written in digits, as values: 1 248, 1.248, 1,248 and ١٢٤٨ are one.

Dates, hours, links and telephones are not numbers here. An ordinal (5e, 5th) is, but it
accuses no other version: languages write them in words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from core.text.figures import figures
from core.text.normalise import fold
from core.text.tokens import tokens
from distributor.checks.reading.dates import written_dates
from distributor.checks.reading.hours import written_hours
from distributor.checks.reading.plain import blank, without_addresses

_NUMERAL: Final = re.compile(
    r"(?<![\w.,])(?P<prefix>[وبلفك]{0,2}(?:ال)?ـ{0,2}\s?)"
    r"(?P<digits>\d{1,3}(?:[ .,'’٬]\d{3})+(?:[.,٫]\d{1,2})?(?!\d)|\d+(?:[.,٫]\d+)?)"
    r"(?P<ordinal>\s?(?:er|ère|re|ers|e|è|ème|eme|nde?|st|nd|rd|th)\b)?"
    r"(?P<scale>\s?[^\W\d_]+)?"
)
_LIST_MARK: Final = re.compile(r"^[ \t]*\d{1,3}[.)](?=\s)", re.MULTILINE)
# A law or an article is named, not counted: 66-12 in one language, 66.12 in another.
_NAMED: Final = re.compile(r"(?<![\d.,-])(\d{1,3})[.-](\d{2})(?=[\s،,;.)]|$)(?![.,]\d)")
_NAMING: Final = re.compile(
    r"(?:n°|nº|no\.?|loi|law|dahir|décret|decree|رقم|القانون|المرسوم|الظهير)\W{0,3}$",
    re.IGNORECASE,
)
_GROUPS: Final = re.compile(
    r"\d{1,3}(?:([ .,'’٬])\d{3})(?:\1\d{3})*(?P<rest>[.,٫]\d{1,2})?"
)
_ALWAYS: Final = re.compile(r"\b24\s?[hH]?\s?/\s?(?:24|7)\b|\b7\s?[jJ]?\s?/\s?7\b")
_HIJRI: Final = re.compile(r"\b1[34]\d\d(?=\s?هـ?)|\b1[34]\d\d\s?(?:هـ|H\b|AH\b)")


def _table(listed: str) -> dict[str, int]:
    table: dict[str, int] = {}
    for line in listed.strip().splitlines():
        value, *spellings = line.split()
        table.update(dict.fromkeys(map(fold, spellings), int(value)))
    return table


_SCALES: Final = _table(
    """
    1000 mille millier milliers thousand ألف ألفا آلاف
    1000000 million millions mdh mdhs مليون مليونا ملايين
    1000000000 milliard milliards md mds mmdh mmdhs billion bn مليار مليارا ملايير مليارات
    """
)
# Two of something is one word in Arabic.
_DUALS: Final = _table(
    """
    2000 ألفان ألفين ألفي
    2000000 مليونان مليونين مليوني
    2000000000 ملياران مليارين ملياري
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in digits; `accuses` when another version must have it too."""

    value: Decimal
    accuses: bool
    start: int
    end: int


def numerals(text: str, *, near: date, language: str = "") -> Sequence[Numeral]:
    """Every number in digits, in the text's order."""
    return tuple(_read(_counted(text, near=near, language=language)))


def spelled(text: str, *, near: date, language: str = "") -> frozenset[Decimal]:
    """Every number a text gives in words or in digits, read generously."""
    plain = _counted(text, near=near, language=language)
    written = tuple(_read(plain))
    found = tokens(blank(plain, ((one.start, one.end) for one in written)))
    values = {Decimal(one.value) for one in figures(found, plain)}
    values |= {
        Decimal(_DUALS[form])
        for word in found.words
        for form in (word, word[1:])
        if form in _DUALS
    }
    return frozenset(values | {one.value for one in written})


def _counted(text: str, *, near: date, language: str) -> str:
    """The text without what is written in digits and is no number."""
    spans = [
        (one.start, one.end)
        for one in written_dates(text, near=near, language=language)
    ]
    spans += [(one.start, one.end) for one in written_hours(text)]
    plain = blank(without_addresses(text), spans)
    for pattern in (_LIST_MARK, _ALWAYS, _HIJRI):
        plain = blank(plain, [found.span() for found in pattern.finditer(plain)])
    return plain


def _read(plain: str) -> Iterator[Numeral]:
    named = [
        found
        for found in _NAMED.finditer(plain)
        if _NAMING.search(plain[max(0, found.start() - 12) : found.start()])
    ]
    for found in named:
        for part in (1, 2):
            yield Numeral(
                value=Decimal(found[part]),
                accuses=True,
                start=found.start(part),
                end=found.end(part),
            )
    for match in _NUMERAL.finditer(blank(plain, [one.span() for one in named])):
        scale = _SCALES.get(fold((match["scale"] or "").strip()), 1)
        value = _value(match["digits"]) * scale
        if value > 1:
            yield Numeral(
                value=value,
                accuses=match["ordinal"] is None and "ال" not in match["prefix"],
                start=match.start("digits"),
                end=match.end("scale") if scale > 1 else match.end("digits"),
            )


def _value(written: str) -> Decimal:
    grouped = _GROUPS.fullmatch(written)
    if grouped:
        rest = (grouped["rest"] or "").replace(",", ".").replace("٫", ".")
        whole = written.removesuffix(grouped["rest"] or "")
        return Decimal(re.sub(r"\D", "", whole) + rest)
    return Decimal(written.replace(",", ".").replace("٫", ".")).normalize()
