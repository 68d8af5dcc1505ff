"""Placeholder: words that were to be replaced before anybody reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level
from distributor.checks.reading.plain import line_of

_TO_FILL: Final = (
    r"(?:nom|pr[ée]nom|titre|fonction|date|jour|heure|lieu|ville|num[ée]ro|n°|montant|"
    r"contact|t[ée]l[ée]phone|adresse|signature|name|title|day|time|place|city|number|"
    r"amount|phone|address|insert|placeholder|ins[ée]rer|"
    r"ال?اسم|ال?تاريخ|ال?ساعة|ال?مكان|ال?رقم|ال?صفة|ال?توقيع)"
)
_PATTERNS: Final = re.compile(
    "|".join(
        [
            # Thirty in Roman numbers is written XXXe.
            r"\b(?:X{3,}|x{3,})\b",
            r"\b(?:TODO|TBD|TBC|FIXME)\b",
            r"\b(?i:[àa] (?:compl[ée]ter|renseigner|remplir|ins[ée]rer)|lorem ipsum)\b",
            r"\b(?i:to be (?:completed|confirmed|determined)|insert \w+ here)\b",
            r"(?:يستكمل لاحقا|قيد الاستكمال|للاستكمال|يتم ملؤه|يملأ لاحقا)",
            # Not a link's words, which ( or : follows.
            rf"\[\s*(?i:{_TO_FILL})\b[^\]\n]{{0,40}}\](?![(:\[])",
            rf"[<‹«]\s*(?i:{_TO_FILL})\s*[>›»]",
            r"\{\{[^{}\n]*\}\}|\{%[^\n]*?%\}|\$\{[^}\n]*\}|\*\|\w+\|\*|%[A-Z_]{3,}%",
            r"\{[^\W\d_][\w -]{0,30}\}",
            r"(?<!\S)_{4,}(?=\s*\S)|(?<=\S)[ ]_{4,}",
            # Dots that lead to a page number are a table of contents.
            r"\.{5,}+(?![\s.]{0,40}\d)|…{2,}",
            r"\?{3,}",
            r"\b(?i:jj/mm(?:/aaaa)?|dd/mm(?:/yyyy)?|00/00/0000)\b",
        ]
    )
)


class Check:
    name: ClassVar[str] = "placeholder"
    levels: ClassVar[Mapping[str, Level]] = {"placeholder": Level.RED}

    def examine(self, case: Case) -> Iterator[Finding]:
        for version in case.versions:
            for found in _PATTERNS.finditer(version.title):
                yield _finding(found.group(), f"{version.language}, title")
            for found in _PATTERNS.finditer(version.body):
                line = line_of(version.body, found.start())
                yield _finding(found.group(), f"{version.language}:{line}")


def _finding(written: str, place: str) -> Finding:
    return Finding(
        check="placeholder",
        level=Level.RED,
        what=N_("“{written}” was left to be filled in."),
        mend=N_("Write what belongs there, or take it out."),
        to=place,
        values={"written": " ".join(written.split())},
    )
