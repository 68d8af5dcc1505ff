"""What keyboards, converters and careless sites do to a text, one noise at a time.

A noise changes signs one by one, so that the place of every labelled passage is known
after it. Every article of a set gets it, as thickly as its worst page would.
"""

import random  # noqa: TID251 - a seed makes each noise the same
import unicodedata
from dataclasses import dataclass
from html.entities import codepoint2name

_ACCENTED = {
    sign
    for sign in map(chr, range(0xC0, 0x180))
    if len(unicodedata.normalize("NFD", sign)) > 1
}
_ARABIC = frozenset(map(chr, range(0x621, 0x64B)))
_VOWELS = "\u064e\u064f\u0650\u0651\u0652"
_MISREAD = {
    **dict(zip("elioubhBSO", "c1l0nhb850", strict=True)),
    **dict(zip("بتفقحخرزعغسش", "تبقفخحزرغعشس", strict=True)),
}
_QUOTES = {"«": "“", "»": "”", '"': "”", "“": '"', "”": '"', "'": "’", "’": "'"}
_PRESENTED = {
    unicodedata.normalize("NFKD", form): form
    for form in map(chr, range(0xFE80, 0xFEF3))
    if len(unicodedata.normalize("NFKD", form)) == 1
}
_SLIPS = 1 / 120  # of the signs: about one word in twenty
_HYPHENS = 1 / 12
_LONG = 8  # letters of a word that a converter parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Noised:
    """The text after the noise; sign `i` of the text before begins at `places[i]`."""

    text: str
    places: list


def noised(name, text, seed):
    """*text* after one of NOISES, the same for the same *seed*."""
    change = NOISES[name]
    dice = random.Random(f"{name} {seed}")  # noqa: S311 - no secret
    pieces, places, length = [], [], 0
    for place in range(len(text)):
        piece = change(text, place, dice)
        places.append(length)
        pieces.append(piece)
        length += len(piece)
    return Noised(text="".join(pieces), places=[*places, length])


def _quotes(text, place, dice):
    return _QUOTES.get(text[place], text[place])


def _soft_hyphens(text, place, dice):
    return text[place] + "\u00ad" * (_inside(text, place) and dice.random() < _HYPHENS)


def _parted_lines(text, place, dice):
    """A narrow column: words parted at the end of a line."""
    return text[place] + "-\n" * (
        _inside(text, place)
        and _is_within_long_word(text, place)
        and dice.random() < _SLIPS
    )


def _no_accents(text, place, dice):
    sign = text[place]
    if sign in "œŒæÆ":
        return {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}[sign]
    return unicodedata.normalize("NFD", sign)[0] if sign in _ACCENTED else sign


def _misread(text, place, dice):
    sign = text[place]
    return _MISREAD[sign] if sign in _MISREAD and dice.random() < _SLIPS else sign


def _left_overs(text, place, dice):
    """References that nobody resolved, and tags that nobody took out."""
    sign = text[place]
    if sign == "\n":
        return "<br />\n"
    if sign == " " and dice.random() < _HYPHENS:
        return "&nbsp;"
    if ord(sign) in codepoint2name and sign not in "<>" and ord(sign) > ord("~"):
        return f"&{codepoint2name[ord(sign)]};"
    return "&#8217;" if sign == "’" else sign


def _spaces(text, place, dice):
    return "\u00a0" if text[place] == " " and dice.random() < 1 / 4 else text[place]


def _vowels(text, place, dice):
    return text[place] + (
        dice.choice(_VOWELS) if text[place] in _ARABIC and dice.random() < 1 / 2 else ""
    )


def _tatweel(text, place, dice):
    between = text[place] in _ARABIC and text[place + 1 : place + 2] in _ARABIC
    return text[place] + "ـ" * (between and dice.random() < _HYPHENS)


def _bare_alef(text, place, dice):
    return {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"}.get(
        text[place], text[place]
    )


def _eastern_digits(text, place, dice):
    sign = text[place]
    return chr(0x660 + int(sign)) if sign.isascii() and sign.isdecimal() else sign


def _presented(text, place, dice):
    return _PRESENTED.get(text[place], text[place])


def _capitals(text, place, dice):
    """The first line of the text, as headlines are set."""
    return text[place].upper() if "\n" not in text[:place] else text[place]


def _inside(text, place):
    return text[place].isalpha() and text[place + 1 : place + 2].isalpha()


def _is_within_long_word(text, place):
    return all(
        sign.isalpha() and sign not in _ARABIC
        for sign in text[max(0, place - 3) : place + _LONG - 3]
    )


NOISES = {
    "quotes": _quotes,
    "soft hyphens": _soft_hyphens,
    "parted lines": _parted_lines,
    "no accents": _no_accents,
    "OCR slips": _misread,
    "HTML left-overs": _left_overs,
    "no-break spaces": _spaces,
    "vowels": _vowels,
    "tatweel": _tatweel,
    "bare alef": _bare_alef,
    "eastern digits": _eastern_digits,
    "presentation forms": _presented,
    "capitals": _capitals,
}
