"""Where an outlet is read: one of Morocco's twelve regions, or another country."""

from typing import Final

# The regions under their names in French, which name them in lists; then in Arabic.
REGIONS: Final = {
    "Tanger-Tétouan-Al Hoceïma": "طنجة - تطوان - الحسيمة",
    "L'Oriental": "الشرق",
    "Fès-Meknès": "فاس - مكناس",
    "Rabat-Salé-Kénitra": "الرباط - سلا - القنيطرة",
    "Béni Mellal-Khénifra": "بني ملال - خنيفرة",
    "Casablanca-Settat": "الدار البيضاء - سطات",
    "Marrakech-Safi": "مراكش - آسفي",
    "Drâa-Tafilalet": "درعة - تافيلالت",
    "Souss-Massa": "سوس - ماسة",
    "Guelmim-Oued Noun": "كلميم - واد نون",
    "Laâyoune-Sakia El Hamra": "العيون - الساقية الحمراء",
    "Dakhla-Oued Ed-Dahab": "الداخلة - وادي الذهب",
}
_COUNTRY_LETTERS = 2


def is_region(text: str) -> bool:
    """Whether *text* is empty (nationwide), one of the regions, or a country's two letters."""
    return not text or text in REGIONS or is_country(text)


def is_country(text: str) -> bool:
    return len(text) == _COUNTRY_LETTERS and text.isascii() and text.isupper()
