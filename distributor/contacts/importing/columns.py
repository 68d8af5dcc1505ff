"""Which column of a contact file is which: their usual names in English, French and Arabic."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

# As `_plain` writes them.
COLUMNS: Mapping[str, frozenset[str]] = {
    "email": frozenset(
        {
            *("email", "e mail", "mail", "courriel", "adresse email", "adresse e mail"),
            *("adresse mail", "email address", "adresse electronique"),
            *("البريد الالكتروني", "بريد الكتروني", "البريد", "الايميل", "ايميل"),
        }
    ),
    "name": frozenset(
        {
            *("name", "full name", "nom", "nom complet", "nom et prenom", "contact"),
            *("journaliste", "الاسم", "الاسم الكامل", "اسم", "الصحفي"),
        }
    ),
    "languages": frozenset(
        {"languages", "language", "langues", "langue", "اللغات", "اللغة", "لغة"}
    ),
    "outlet": frozenset(
        {
            *(
                "outlet",
                "media",
                "medias",
                "journal",
                "support",
                "organe",
                "publication",
            ),
            *("المؤسسة", "الجريدة", "المنبر", "الموسسة", "وسيلة الاعلام"),
        }
    ),
    "beats": frozenset(
        {
            *(
                "beats",
                "beat",
                "rubriques",
                "rubrique",
                "themes",
                "theme",
                "specialites",
            ),
            *("المجالات", "المواضيع", "التخصص", "الاختصاص"),
        }
    ),
    "phone": frozenset(
        {"phone", "telephone", "tel", "gsm", "mobile", "الهاتف", "رقم الهاتف", "هاتف"}
    ),
    "provenance": frozenset({"provenance", "origin", "origine", "source", "المصدر"}),
    "kind": frozenset({"kind", "type", "nature", "النوع"}),
    "consent": frozenset({"consent", "consentement", "accord", "الموافقة"}),
    "quiet": frozenset(
        {"quiet", "quiet hours", "ne pas deranger", "heures de silence", "ساعات الهدوء"}
    ),
}

# Above the header may stand a title, a date and a blank or two.
HEADER_WITHIN = 10
# What our own error file adds to the columns it was given.
ADDED = ("line", "reason")
_SPACES = re.compile(r"[\s_\-.]+")


def known(titles: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The fields that *titles* name, each with its places."""
    found: dict[str, list[int]] = {}
    for place, title in enumerate(titles):
        plain = _plain(title)
        for field, usual in COLUMNS.items():
            if plain in usual:
                found.setdefault(field, []).append(place)
    return found


def _plain(title: str) -> str:
    """A column's name without case, accents, hamza and signs between words."""
    apart = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(
        sign
        for sign in apart
        if not unicodedata.combining(sign)
        and unicodedata.category(sign) != "Cf"
        and sign != "\u0640"
    )
    return _SPACES.sub(" ", bare).strip(" :*")
