"""A by-line as outlets print it, read into people, and into what signs and is nobody.

tidied -> agencies out -> cut at commas, "et", "avec", و -> places, desks, outlets out -> names

An agency, a desk and the outlet itself are no people: a line that names only them names
nobody.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Final

from core.text.normalise import fold
from core.text.places import place_of
from core.text.tokens import words

# A by-line is a line; the longest kept in 40,000 articles had 140 signs.
_LONGEST: Final = 300
_MOST_WORDS: Final = 6
_MOST_PEOPLE: Final = 10
_NAME: Final = 120

_AGENCY: Final = re.compile(
    r"\b(?:MAP(?:-[A-Z]\w*)?|AFP|APS|TAP|SPA|WAM|QNA|EFE|ANSA|DPA|AP|UPI|APA|PANA|Reuters|REUTERS"
    r"|Xinhua|XINHUA|Anadolu|Belga|TASS|Bloomberg)\b"
    r"|(?<!\w)(?:و[\s.]+م[\s.]+ع|[أا][\s.]+ف[\s.]+ب|د[\s.]+ب[\s.]+[أا])\.?(?!\w)"
)
_AGENCIES: Final = """
map afp aps tap spa wam qna efe ansa dpa ap upi reuters xinhua anadolu belga tass bloomberg
ومع أفب رويترز شينخوا الأناضول وكالات والوكالات agences agencies agence وكالة الوكالة
"""
# One of these words, and a piece names an agency or a desk.
_DESKS: Final = """
rédaction redacción rédacteurs editors desk newsdesk newsroom staff admin administrator
administrateur webmaster équipe team agence agences agency agencies newswire communiqué
sponsored partenaire collectif service التحرير هيئة وكالة الوكالة وكالات الوكالات موقع الموقع
جريدة الجريدة صحيفة الصحيفة فريق إدارة الإدارة رويترز الأناضول شينخوا بلاغ طاقم القسم قسم
"""
# What stands before the name of who writes.
_OPENINGS: Final = """
par by por de d notre our spécial spéciale special propos recueillis texte text réalisé traduit
auteur author rédigé écrit written mme mlle mr mrs ms dr pr بقلم كتب كتبت كتبه كتبته إعداد من
حاوره حاورته أجرى أجرت الحوار تقرير السيد السيدة الأستاذ الأستاذة الدكتور الدكتورة د ترجمة
متابعة خاص
"""
# What people do: before the name, or after it with what else is said of them.
_JOBS: Final = """
correspondant correspondante correspondent envoyé envoyée journaliste journalist reporter
chroniqueur chroniqueuse مراسل مراسلة مراسلنا مراسلتنا الصحفي الصحفية الصحافي الصحافية صحفي
صحفية صحافي صحافية
"""
# After one of these, in small letters, stands where somebody is and not who.
_WHERE: Final = "a au aux in at depuis from pour for via dans chez من في عن"
_CUT: Final = re.compile(
    r"[,;:/|•·–—،؛&+()\[\]{}\n«»“”\"]|\s-\s"
    r"|(?<!\w)(?i:et|and|y|avec|with|مع|ومع|و)(?!\w)"
)
_INSIDE_WORD: Final = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_TIDIED_OUT: Final = frozenset(("Cf", "Cc", "Co", "Cs", "Cn"))
_AND: Final = "و"
# A family name after و is taken for a second person only where two words stand on each side.
_EACH_SIDE: Final = 2


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(one) for one in text.split())


_AGENCY_NAMES: Final = _folded(_AGENCIES)
_NOBODY: Final = _folded(_DESKS)
_IS_JOB: Final = _folded(_JOBS)
_OPENS: Final = _folded(_OPENINGS) | _IS_JOB
_THERE: Final = _folded(_WHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signs: people as they are printed, in order, and agencies, desks and outlets."""

    people: Sequence[str] = ()
    nobody: Sequence[str] = ()


def read(author: str, outlets: Collection[str] = ()) -> Signed:
    """Read any text as a by-line; *outlets* are the names of where it stands. Never raises."""
    line = tidy(author)
    found = [one.group().strip() for one in _AGENCY.finditer(line)]
    pieces = [
        piece
        for cut in _CUT.split(_AGENCY.sub(" | ", line))
        for piece in _apart(cut.strip(" .-_*'’"))
        if piece
    ]
    houses = frozenset(key for one in outlets if (key := squeezed(one)))
    people: list[str] = []
    alone = len(pieces) == 1 and not found
    for piece in pieces:
        if _is_nobody(piece, houses):
            found.append(piece)
        elif (name := _name(piece)) and (_is_whole(name) or alone):
            people.append(name)
    return Signed(
        people=tuple(dict.fromkeys(people))[:_MOST_PEOPLE],
        nobody=tuple(dict.fromkeys(found)),
    )


def tidy(text: str) -> str:
    """One line without marks of direction, control signs and character references."""
    plain = html.unescape(text[: 4 * _LONGEST])[:_LONGEST]
    kept = (
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", plain)
        if sign.isspace() or unicodedata.category(sign) not in _TIDIED_OUT
    )
    return " ".join("".join(kept).split())


def squeezed(text: str) -> str:
    """Folded words with nothing between: Le 360 and Le360 are one outlet."""
    return "".join(words(text))


def name_words(text: str) -> Sequence[str]:
    """The folded words of a name; what an apostrophe joins is one: M'hamed."""
    return words(_INSIDE_WORD.sub("", text))


def _apart(piece: str) -> Iterator[str]:
    """Two people joined by an attached و: هند العلوي ويوسف بناني."""
    found = piece.split()
    for place in range(_EACH_SIDE, len(found) - _EACH_SIDE + 1):
        word = found[place]
        if word.startswith(_AND) and len(word) > _EACH_SIDE + 1:
            yield " ".join(found[:place])
            yield from _apart(" ".join([word[1:], *found[place + 1 :]]))
            return
    yield piece


def _is_nobody(piece: str, houses: frozenset[str]) -> bool:
    key = squeezed(piece)
    if key in _AGENCY_NAMES or key in houses:
        return True
    return not _NOBODY.isdisjoint(words(piece))


def _name(piece: str) -> str:
    """The name in a piece, without what the person does and where; empty when none is left."""
    written = piece.split()
    found = list(dropwhile(lambda one: fold(one) in _OPENS, written))
    # "مراسلة فاس هند العلوي": her post, then her name.
    if len(found) < len(written) and found and place_of(fold(found[0])):
        found = found[1:] if len(found) > _EACH_SIDE else found
    kept = list(takewhile(_is_of_a_name, found))[: _MOST_WORDS + 1]
    name = " ".join(kept)[:_NAME].strip()
    spelled = name_words(name)
    if not spelled or len(kept) > _MOST_WORDS or len(spelled) > 2 * _MOST_WORDS:
        return ""
    return "" if len(spelled) == 1 and place_of(spelled[0]) else name


def _is_of_a_name(word: str) -> bool:
    """Whether a name goes on: not with what somebody does, nor with where, nor with figures."""
    plain = fold(word)
    if plain in _IS_JOB or (plain in _THERE and word == word.lower()):
        return False
    return "//" not in word and not any(one.isdigit() or one in "@<>=" for one in word)


def _is_whole(name: str) -> bool:
    """Whether it has a first and a family name, if only by an initial."""
    spelled = name_words(name)
    return len(spelled) > 1 and any(len(word) > 1 for word in spelled)
