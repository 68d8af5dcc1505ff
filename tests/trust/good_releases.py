"""Two hundred releases in the style of Moroccan ministries, without a fault, in three languages.

They hold what real ones hold and a careless check trips over: law numbers, ordinals, ranges
of years and days, telephones in each order, hours in words, quotations with cuts.
"""

from datetime import UTC, datetime, timedelta

from babel.dates import format_date

from core.values import ReleaseKind
from core.zones import ZoneRules
from distributor.checks.base import (
    AttachedFile,
    Case,
    Hour,
    Reach,
    SenderDomain,
    VersionText,
)

ZONE = "Africa/Casablanca"
_TOWNS = [
    ("Rabat", "الرباط", "Rabat"),
    ("Marrakech", "مراكش", "Marrakesh"),
    ("Fès", "فاس", "Fez"),
    ("Agadir", "أكادير", "Agadir"),
    ("Casablanca", "الدار البيضاء", "Casablanca"),
    ("Salé", "سلا", "Salé"),
    ("El Jadida", "الجديدة", "El Jadida"),
    ("Dakhla", "الداخلة", "Dakhla"),
    ("Tanger", "طنجة", "Tangier"),
    ("Oujda", "وجدة", "Oujda"),
]
_HOURS = [
    (600, "à 10h", "على الساعة العاشرة صباحا", "at 10 a.m."),
    (630, "à 10h30", "على الساعة العاشرة والنصف صباحا", "at 10:30 a.m."),
    (900, "à 15 heures", "على الساعة الثالثة بعد الزوال", "at 3 pm"),
    (690, "à 11 h 30", "على الساعة 11:30", "at 11:30"),
    (975, "à 16h15", "على الساعة الرابعة والربع بعد الزوال", "at 4:15 p.m."),
    (720, "à 12h00", "على الساعة الثانية عشرة زوالا", "at noon"),
]
_TITLES = [
    (
        "Rencontre des agences urbaines",
        "لقاء الوكالات الحضرية",
        "Meeting of the urban agencies",
    ),
    (
        "Habitat : lancement de la 2e phase du programme",
        "السكن: إطلاق المرحلة الثانية من البرنامج",
        "Housing: second phase of the programme begins",
    ),
    (
        "Signature de conventions pour la mise à niveau des médinas",
        "توقيع اتفاقيات لتأهيل المدن العتيقة",
        "Agreements signed to upgrade the medinas",
    ),
    (
        "Journée d'étude sur l'aménagement du territoire",
        "يوم دراسي حول إعداد التراب الوطني",
        "Study day on territorial planning",
    ),
]
# {n}, {m} and {p} differ from release to release; each language groups digits its own way.
_PARAGRAPHS = [
    (
        "Le programme porte sur {n_fr} logements et {m} communes, pour un coût de {p},5 millions de dirhams.",
        "يهم البرنامج {n_ar} سكنا و{m} جماعة، بكلفة {p},5 ملايين درهم.",
        "The programme covers {n_en} homes and {m} municipalities, at a cost of {p}.5 million dirhams.",
    ),
    (
        "Cette 5e édition fait suite à la loi n° 66-12 et au programme 2016-2021.",
        "وتأتي هذه الدورة الخامسة تفعيلا للقانون رقم 66.12 ولبرنامج 2016-2021.",
        "This 5th edition follows law No. 66-12 and the 2016-2021 programme.",
    ),
    (
        "Le taux d'urbanisation est passé de {p},4 % à {m} % en dix ans, soit {n_fr} habitants de plus.",
        "وانتقلت نسبة التمدن من {p},4 في المائة إلى {m} في المائة خلال عشر سنوات، أي {n_ar} نسمة إضافية.",
        "The urban share rose from {p}.4 per cent to {m}% in ten years: {n_en} more inhabitants.",
    ),
    (
        "« Nous devons [...] placer le citoyen au cœur de l'action », a déclaré le Ministre, pour les 2 régions concernées.",
        "وصرح السيد الوزير: «علينا [...] أن نضع المواطن في صلب العمل»، بالنسبة للجهتين المعنيتين.",
        "“We must [...] put the citizen at the heart of our action”, the Minister said of the two regions.",
    ),
    (
        "Trois conventions seront signées, dont une de {p} milliards de dirhams ; deux mille familles en bénéficieront.",
        "وسيتم توقيع ثلاث اتفاقيات، منها واحدة بقيمة {p} ملايير درهم؛ وستستفيد منها ألفا أسرة.",
        "Three agreements will be signed, one of them worth {p} billion dirhams; two thousand families will benefit.",
    ),
    (
        "Les travaux, ouverts 24h/24, se tiennent du {d1} au {d2}.",
        "وتنظم الأشغال من {d1_ar} إلى {d2_ar}.",
        "The sessions run from {d1_en} to {d2_en}.",
    ),
    (
        "1. État des lieux\n2. Nouvelles orientations\n3. Recommandations (art. 14 de la charte)",
        "1. تشخيص الوضعية\n2. التوجهات الجديدة\n3. التوصيات (المادة 14 من الميثاق)",
        "1. State of play\n2. New directions\n3. Recommendations (article 14 of the charter)",
    ),
    (
        "Toutes les données sur [le site du Ministère](https://www.muat.gov.ma/programme/2026/12/05?lang=fr).",
        "جميع المعطيات على [موقع الوزارة](https://www.muat.gov.ma/programme/2026/12/05?lang=ar).",
        "All data are on [the Ministry's site](https://www.muat.gov.ma/programme/2026/12/05?lang=en).",
    ),
    (
        "Cet événement marque le XXXe anniversaire de l'institution. Que faire ? Agir vite...",
        "ويخلد هذا الحدث ذكرى تأسيس المؤسسة. ما العمل؟ التحرك بسرعة...",
        "The event marks the anniversary of the institution. What is to be done? Act quickly...",
    ),
    (
        "| Province | Projets |\n|---|---|\n| Nador | {m} |\n| Berkane | {p} |",
        "| الإقليم | المشاريع |\n|---|---|\n| الناظور | {m} |\n| بركان | {p} |",
        "| Province | Projects |\n|---|---|\n| Nador | {m} |\n| Berkane | {p} |",
    ),
    (
        "La levée de l'embargo commercial et les échanges avec l'Espagne ont été évoqués à la 1re séance.",
        "وتم التطرق إلى رفع الحصار التجاري والمبادلات مع إسبانيا في الجلسة الأولى.",
        "The end of the trade embargo and exchanges with Spain were raised at the 1st session.",
    ),
]
_CONTACTS = [
    (
        "Contact presse : M. Karim Bennani, presse@ministere.gov.ma, tél. : (212) 05 37 57 73 72",
        "للتواصل: السيد كريم بناني، presse@ministere.gov.ma، الهاتف: 72 73 57 37 05 (212)",
        "Press contact: Mr Karim Bennani, presse@ministere.gov.ma, tel. +212 5 37 57 73 72",
    ),
    (
        "Contact : Mme Sara Idrissi, s.idrissi@ministere.gov.ma, GSM 0661234567, fax 05.37.57.22.11",
        "للاتصال: السيدة سارة الإدريسي، s.idrissi@ministere.gov.ma، الهاتف 0661234567، الفاكس 05.37.57.22.11",
        "Contact: Ms Sara Idrissi, s.idrissi@ministere.gov.ma, mobile 0661234567, fax 05.37.57.22.11",
    ),
]
_KINDS = [
    ReleaseKind.COMMUNIQUE,
    ReleaseKind.INVITATION,
    ReleaseKind.COMMUNIQUE,
    ReleaseKind.REMINDER,
    ReleaseKind.ADVISORY,
    ReleaseKind.PRESS_KIT,
    ReleaseKind.POST_EVENT,
    ReleaseKind.CORRECTION,
    ReleaseKind.CANCELLATION,
]
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# Tuesdays to Thursdays at ten, in weeks without a holiday and outside Ramadan.
_MONDAYS = [
    datetime(2026, 4, 6),
    datetime(2026, 6, 8),
    datetime(2026, 9, 21),
    datetime(2026, 10, 12),
    datetime(2026, 11, 23),
    datetime(2026, 12, 7),
    datetime(2027, 1, 18),
    datetime(2027, 4, 5),
]


def good(number):
    """The release of a number from 0, always the same."""
    leaves = _MONDAYS[number % 8] + timedelta(days=1 + number % 3, hours=10)
    kind = _KINDS[number % 9]
    minutes, *hours = _HOURS[number % 6]
    after = kind is ReleaseKind.POST_EVENT
    day = (
        leaves - timedelta(days=1)
        if after
        else leaves + timedelta(days=3 + number % 40)
    ).replace(hour=0)
    event = day + timedelta(minutes=minutes)
    embargo = leaves if number % 11 == 0 else None
    given = number % 4 != 3 or kind is not ReleaseKind.COMMUNIQUE
    return Case(
        kind=kind,
        number=f"{number + 1}/{leaves.year}",
        zone=ZONE,
        now=(leaves - timedelta(hours=2)).replace(tzinfo=UTC),
        zone_rules=ZoneRules(version="2026c", origin="test"),
        signatory="Le Ministre",
        place=_TOWNS[number % 10][0],
        press_contact="" if number % 5 == 0 else "Mme Sara Idrissi",
        press_email="" if number % 5 == 0 else "presse@ministere.gov.ma",
        parent="100/2026",
        embargo_wall=embargo,
        embargo_at=embargo and embargo.replace(tzinfo=UTC),
        event_wall=event if given else None,
        event_at=event.replace(tzinfo=UTC) if given else None,
        versions=_versions(number, leaves, day, hours, embargo),
        attachments=(
            AttachedFile(
                name="signe.pdf",
                role="signed",
                language="",
                media_type="application/pdf",
                size=300_000,
            ),
            AttachedFile(
                name="salle.jpg",
                role="picture",
                language="",
                media_type="image/jpeg",
                size=900_000,
                alternative="La salle",
            ),
        ),
        channel="smtp",
        hour=Hour(wall=leaves, zone=ZONE, due_at=leaves.replace(tzinfo=UTC)),
        reach=Reach(
            recipients={"fr": 90 + number, "ar": 40, "en": 3},
            left_out={"suppressed": number % 7},
            usual=125 + number,
            mailed_at=(leaves - timedelta(hours=5)).replace(tzinfo=UTC),
        ),
        sizes={"fr": 20_000, "ar": 25_000, "en": 18_000},
        domain=SenderDomain(
            name="ministere.gov.ma",
            spf=("v=spf1 ip4:196.200.1.1 ~all",),
            dmarc=("v=DMARC1;p=reject; rua=mailto:a@ministere.gov.ma",),
        ),
    )


def _versions(number, leaves, day, hours, embargo):
    chosen = [_PARAGRAPHS[(number + step * 3) % len(_PARAGRAPHS)] for step in range(3)]
    count = 2 + number % 2
    return tuple(
        VersionText(
            language=language,
            title=_TITLES[number % 4][place],
            body="\n\n".join(
                [
                    *_embargo(place, embargo),
                    f"{_TOWNS[number % 10][place]}, {_day(leaves, language, number)}",
                    _lead(place).format(
                        day=_day(day, language, number),
                        hour=hours[place],
                        town=_TOWNS[number % 10][place],
                    ),
                    *(one[place].format(**_figures(number, day)) for one in chosen),
                    "![La salle](salle.jpg)",
                    _CONTACTS[number % 2][place],
                ]
            ),
        )
        for place, language in list(enumerate(("fr", "ar", "en")))[:count]
    )


def _lead(place):
    return (
        "Le Ministère tient une rencontre le {day} {hour}, à {town}.",
        "تنظم الوزارة لقاء يوم {day} {hour}، بمدينة {town}.",
        "The Ministry holds a meeting on {day} {hour}, in {town}.",
    )[place]


def _day(day, language, number):
    """A day with its weekday, in one of the ways each language writes it."""
    if language in {"fr", "ar"}:
        patterns = ["EEEE d MMMM y", "EEEE d/MM/y", "EEEE d MMMM"]
    else:
        patterns = ["EEEE d MMMM y", "EEEE, MMMM d, y", "EEEE d MMMM"]
    locale = {"fr": "fr", "ar": "ar_MA", "en": "en_GB"}[language]
    written = format_date(day, patterns[number % 3], locale=locale)
    return (
        written.translate(_EASTERN) if language == "ar" and number % 4 == 0 else written
    )


def _figures(number, day):
    total = 1_200 + number * 37
    last = day + timedelta(days=2)
    arabic = f"{total:,}".replace(",", ".")
    return {
        "n_fr": f"{total:,}".replace(",", "\u202f"),
        "n_ar": arabic.translate(_EASTERN) if number % 2 else arabic,
        "n_en": f"{total:,}",
        "m": 12 + number % 70,
        "p": 3 + number % 9,
        "d1": format_date(day, "d MMMM", locale="fr"),
        "d2": format_date(last, "d MMMM y", locale="fr"),
        "d1_ar": format_date(day, "d MMMM", locale="ar_MA"),
        "d2_ar": format_date(last, "d MMMM y", locale="ar_MA"),
        "d1_en": format_date(day, "d MMMM", locale="en_GB"),
        "d2_en": format_date(last, "d MMMM y", locale="en_GB"),
    }


def _embargo(place, embargo):
    if embargo is None:
        return []
    until = f"{embargo:%d/%m/%Y} {embargo:%H:%M}"
    return [
        (
            f"SOUS EMBARGO jusqu'au {until}",
            f"محظور النشر إلى غاية {until}",
            f"EMBARGOED UNTIL {until}",
        )[place]
    ]
