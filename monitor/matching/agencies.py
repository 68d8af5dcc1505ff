"""Which news agency a text says it comes from: (MAP), "avec AFP", و.م.ع."""

import re
from collections.abc import Mapping
from typing import Final

# As the credit is printed; what stands for the agency is its acronym.
_CREDITS: Final[Mapping[str, str]] = {
    "MAP": r"MAP|Maghreb Arabe Presse",
    "AFP": r"AFP|Agence France[- ]Presse",
    "Reuters": r"Reuters",
    "APS": r"APS|Algérie Presse Service",
    "TAP": r"TAP",
    "EFE": r"EFE",
    "AP": r"AP|Associated Press",
    "Anadolu": r"Anadolu|AA",
}
_ARABIC: Final[Mapping[str, str]] = {
    "MAP": r"و\s?\.?\s?م\s?\.?\s?ع|وكالة المغرب العربي للأنباء|ماب",
    "AFP": r"أ\s?\.?\s?ف\s?\.?\s?ب|فرانس برس|أفب",
    "Reuters": r"رويترز",
    "APS": r"و\s?\.?\s?أ\s?\.?\s?ج|وكالة الأنباء الجزائرية",
    "Anadolu": r"الأناضول",
}
_HEAD: Final = 120  # code points of the body in which a dateline stands
_TAIL: Final = 80  # and in which a credit at the end does


def named_agency(author: str, body: str) -> str:
    """The agency that by-line, dateline or closing credit name; empty when none does."""
    head, tail = body[:_HEAD], body[-_TAIL:]
    for name, form in (*_CREDITS.items(), *_ARABIC.items()):
        alone = rf"(?<!\w)(?:{form})(?!\w)"
        if re.search(alone, author):
            return name
        # In brackets, between dashes or at the end of the dateline: "Rabat, 4 déc. (MAP) -".
        if re.search(rf"[(\[–—/-]\s*(?:{form})\s*(?:[)\]–—/-]|\n)", head):
            return name
        if re.search(
            rf"(?:[(\[–—/]|avec|with|source\s*:|مع|عن)\s*(?:{form})\s*[)\].]*\s*$", tail
        ):
            return name
    return ""
