"""General words of French, Arabic and English that matching knows, folded.

Nothing here belongs to one office or one subject. Days, months and numbers live with
`days` and `figures`.
"""

from typing import Final


def _all(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# What a document for the press calls itself.
ANNOUNCEMENTS: Final = _all(
    "communique communiques presse invitation rappel avis note dossier rectificatif "
    "annulation press release statement advisory invitation reminder media "
    "بلاغ بيان صحفي دعوه تذكير اعلان ملف استدراك"
)

# How standing text about an organisation begins.
ABOUT: Final = (
    "a propos ",
    "apropos ",
    "qui sommes nous ",
    "notes aux redactions ",
    "about ",
    "notes to editors ",
    "حول ",
    "نبذه عن ",
    "عن ال",
    "تعريف ",
    "للتعريف ",
)

CONTACT: Final = _all(
    "contact contacts tel telephone fax phone email courriel "
    "الهاتف هاتف الفاكس فاكس للاتصال الاتصال للتواصل التواصل البريد"
)
