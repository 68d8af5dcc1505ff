"""Releases and articles on other subjects than the development set's, made by hand."""

from datetime import date, datetime

from monitor.matching.profile import release_text
from monitor.matching.values import ArticleText


def an_article(
    body, *, title="", language="fr", at="2025-03-18T08:00:00+00:00", **more
):
    return ArticleText(
        **{"id": "a1", "outlet": "Le Journal", "url": "https://journal.test/1"} | more,
        title=title,
        body=body,
        language=language,
        published_at=datetime.fromisoformat(at) if at else None,
    )


def vaccination():
    """A health ministry, French and Arabic, one day."""
    return release_text(
        release_id="vaccination",
        issuer="Ministère de la Santé et de la Protection sociale",
        published_at=datetime.fromisoformat("2025-03-10T10:00:00+00:00"),
        event_days=[date(2025, 3, 17)],
        versions={
            "fr": (
                "Rougeole : lancement d'une campagne nationale de rattrapage vaccinal",
                """COMMUNIQUÉ DE PRESSE

Rabat, le 10 mars 2025

Le Ministère de la Santé et de la Protection sociale lance, à partir du lundi 17 mars \
2025, une campagne nationale de rattrapage de la vaccination contre la rougeole au profit \
des enfants de moins de 18 ans.

Plus de 4 500 équipes mobiles se rendront dans les écoles et les centres de santé. \
L'objectif est de vérifier le carnet de 10 millions d'enfants et de vacciner ceux qui \
n'ont pas reçu leurs deux doses.

« La vaccination est gratuite et sûre, et aucun enfant ne doit en être privé », a \
rappelé Nadia Benchekroun, directrice de l'épidémiologie.

À propos du ministère. Le Ministère de la Santé et de la Protection sociale met en œuvre \
la politique sanitaire du pays et veille à l'accès de tous aux soins.

Contact presse : Tél. 05 37 00 00 00, presse@sante.test""",
            ),
            "ar": (
                "الحصبة: إطلاق حملة وطنية لاستدراك التلقيح",
                """بلاغ صحفي

تطلق وزارة الصحة والحماية الاجتماعية، ابتداء من يوم الاثنين 17 مارس 2025، حملة وطنية \
لاستدراك التلقيح ضد الحصبة لفائدة الأطفال دون سن 18 سنة.

وسيتنقل أزيد من 4500 فريق متنقل إلى المدارس والمراكز الصحية. والهدف هو التحقق من \
الدفاتر الصحية لعشرة ملايين طفل وتلقيح من لم يتلق الجرعتين.

وقالت نادية بنشقرون، مديرة الأوبئة: «التلقيح مجاني وآمن ولا ينبغي أن يحرم منه أي طفل».""",
            ),
        },
    )


def container_ship():
    """A port authority, French only."""
    return release_text(
        release_id="ship",
        issuer="Agence nationale des ports",
        published_at=datetime.fromisoformat("2024-06-03T09:00:00+00:00"),
        event_days=[date(2024, 6, 12)],
        versions={
            "fr": (
                "Le port de Nador West Med accueille son premier porte-conteneurs",
                """L'Agence nationale des ports annonce que le port de Nador West Med \
recevra le mercredi 12 juin 2024 son premier porte-conteneurs, le « Delta Horizon », en \
provenance de Rotterdam.

Long de 366 mètres, le navire déchargera 2 300 conteneurs sur le quai Est, équipé de huit \
portiques électriques. La phase d'essai durera six semaines.

L'investissement s'élève à 9,8 milliards de dirhams et 3 400 emplois directs sont attendus \
d'ici à 2027.""",
            )
        },
    )


def tournament():
    """A football federation, Arabic only."""
    return release_text(
        release_id="tournament",
        issuer="الجامعة الملكية لكرة القدم",
        published_at=datetime.fromisoformat("2023-09-05T12:00:00+00:00"),
        event_days=[date(2023, 9, 21)],
        versions={
            "ar": (
                "الجامعة تنظم دوري الأكاديميات لكرة القدم النسوية بمراكش",
                """تنظم الجامعة الملكية لكرة القدم، يوم الخميس 21 شتنبر 2023 بمراكش، \
الدورة الأولى من دوري الأكاديميات لكرة القدم النسوية لأقل من 17 سنة بمشاركة اثني عشر فريقا.

وستجرى المباريات على مدى أربعة أيام بملعب الحارثي، وتنقل النهائي قناة الرياضية. ورصدت \
الجامعة جوائز بقيمة 850 ألف درهم.""",
            )
        },
    )


def gallery():
    """A museum, English only."""
    return release_text(
        release_id="gallery",
        issuer="Museum of Tangier",
        published_at=datetime.fromisoformat("2025-01-20T09:00:00+00:00"),
        event_days=[date(2025, 2, 1)],
        versions={
            "en": (
                "Museum of Tangier opens its manuscripts gallery on 1 February",
                """The Museum of Tangier will open a new gallery devoted to Andalusian \
manuscripts on Saturday 1 February 2025, after three years of restoration in the old \
customs house.

The gallery shows 214 manuscripts, among them a herbal copied in Cordoba in 1189, and a \
conservation workshop that visitors can watch through a glass wall.

"These books have crossed the Strait twice, and now they have a home," says curator Leila \
Amrani. Entry is free for residents until the end of March.""",
            )
        },
    )


def every_release():
    return [vaccination(), container_ship(), tournament(), gallery()]
