"""The articles of the feed farm: French, Arabic and English, the same at every run.

An article is drawn from its site's and its own number alone, so that nothing need be kept:
what a test finds can be compared with what the farm would say again.
"""

from dataclasses import dataclass
from hashlib import shake_128

LANGUAGES = ("fr", "ar", "en")

_WORDS = {
    "fr": {
        "who": (
            "Le ministère de l’Habitat|L’agence urbaine|Le conseil régional|La commune|"
            "La wilaya|Le syndicat des enseignants|L’Office des changes|La Cour des comptes|"
            "Le comité de suivi|La fédération du bâtiment|L’hôpital provincial|"
            "Le club de la ville|La chambre de commerce|Le tribunal administratif"
        ),
        "does": (
            "annonce|présente|reporte|conteste|approuve|examine|défend|suspend|inaugure|"
            "réclame|finance|publie|étudie|relance"
        ),
        "what": (
            "un plan d’aménagement|la rénovation des écoles|une hausse des tarifs|"
            "le budget de l’année|des logements à coût maîtrisé|l’ouverture d’une gare|"
            "la réforme du permis de construire|un festival de l’œuvre écrite|"
            "le rapport sur l’eau|une campagne de vaccination|la liste des candidats|"
            "des mesures pour l’élevage|la fermeture d’un marché|un accord de pêche"
        ),
        "where": (
            "à Rabat|à Casablanca|à Fès|à Tanger|à Agadir|à Oujda|à Marrakech|à Béni Mellal|"
            "à Laâyoune|à Dakhla|à Meknès|à Tétouan|à Kénitra|à Settat"
        ),
        "count": "{} foyers concernés",
        "then": (
            "Selon plusieurs élus, la décision était attendue depuis l’été.|"
            "Les habitants, eux, demandent un calendrier précis.|"
            "« Nous avons été entendus », se félicite un responsable joint par téléphone.|"
            "Le coût total est estimé à plusieurs dizaines de millions de dirhams.|"
            "Une réunion doit se tenir la semaine prochaine pour en fixer les modalités.|"
            "L’opposition dénonce une mesure prise sans concertation.|"
            "Les premiers travaux commenceraient avant la fin du trimestre.|"
            "La presse locale avait révélé l’affaire dès septembre.|"
            "Aucun des services contactés n’a souhaité commenter ces chiffres.|"
            "Les associations de quartier rappellent que l’eau manque encore.|"
            "Un précédent projet avait été abandonné faute de crédits."
        ),
    },
    "ar": {
        "who": (
            "وزارة السكنى|الوكالة الحضرية|مجلس الجهة|الجماعة|ولاية الجهة|نقابة التعليم|"
            "مكتب الصرف|المجلس الأعلى للحسابات|لجنة التتبع|جامعة البناء|المستشفى الإقليمي|"
            "نادي المدينة|غرفة التجارة|المحكمة الإدارية"
        ),
        "does": "تعلن|تقدم|تؤجل|تعارض|تصادق على|تدرس|تدافع عن|توقف|تدشن|تطالب بـ|تمول|تنشر",
        "what": (
            "مخطط التهيئة|إصلاح المدارس|زيادة الأسعار|ميزانية السنة|السكن بكلفة محددة|"
            "افتتاح محطة القطار|إصلاح رخصة البناء|مهرجان الكتاب|تقرير الماء|حملة التلقيح|"
            "لائحة المرشحين|تدابير لفائدة مربي الماشية|إغلاق السوق|اتفاق الصيد البحري"
        ),
        "where": (
            "بالرباط|بالدار البيضاء|بفاس|بطنجة|بأكادير|بوجدة|بمراكش|ببني ملال|بالعيون|"
            "بالداخلة|بمكناس|بتطوان|بالقنيطرة|بسطات"
        ),
        "count": "{} أسرة معنية",
        "then": (
            "وحسب عدد من المنتخبين فإن القرار كان منتظرا منذ الصيف.|"
            "ويطالب السكان من جهتهم بجدول زمني واضح.|"
            "وقال مسؤول في اتصال هاتفي إن مطالبهم لقيت آذانا صاغية.|"
            "وتقدر الكلفة الإجمالية بعشرات الملايين من الدراهم.|"
            "وسيعقد اجتماع في الأسبوع المقبل لتحديد كيفيات التنفيذ.|"
            "وانتقدت المعارضة إجراء اتخذ دون تشاور.|"
            "ومن المنتظر أن تبدأ الأشغال الأولى قبل نهاية الفصل.|"
            "وكانت الصحافة المحلية قد كشفت عن القضية منذ شتنبر.|"
            "ولم ترغب أي من المصالح المعنية في التعليق على هذه الأرقام.|"
            "وتذكر جمعيات الأحياء بأن الماء ما زال منقطعا."
        ),
    },
    "en": {
        "who": (
            "The housing ministry|The planning agency|The regional council|The town hall|"
            "The teachers’ union|The exchange office|The court of auditors|"
            "The builders’ federation|The provincial hospital|The chamber of commerce"
        ),
        "does": "announces|presents|postpones|disputes|approves|reviews|defends|halts|opens",
        "what": (
            "a development plan|the repair of schools|higher fares|this year’s budget|"
            "affordable homes|a new railway station|the reform of building permits|"
            "a book festival|the water report|a vaccination campaign|a fishing agreement"
        ),
        "where": (
            "in Rabat|in Casablanca|in Fez|in Tangier|in Agadir|in Oujda|in Marrakesh|"
            "in Dakhla|in Meknes|in Tetouan"
        ),
        "count": "{} households concerned",
        "then": (
            "Several councillors said the decision had been expected since the summer.|"
            "Residents, for their part, ask for a firm timetable.|"
            "“We have been heard,” one official said by telephone.|"
            "The total cost is put at tens of millions of dirhams.|"
            "A meeting next week is to settle the details.|"
            "The opposition criticises a step taken without consultation.|"
            "The first works would begin before the end of the quarter.|"
            "None of the offices reached wished to comment on these figures."
        ),
    },
}
WORDS = {
    language: {
        name: text if name == "count" else tuple(text.split("|"))
        for name, text in words.items()
    }
    for language, words in _WORDS.items()
}


class Chance:
    """Numbers drawn from a name: the same name, the same numbers, on any machine."""

    def __init__(self, *name, size=64):
        self._bytes = shake_128(repr(name).encode()).digest(size)
        self._at = 0

    def below(self, limit):
        pair = self._bytes[self._at : self._at + 2]
        self._at = (self._at + 2) % (len(self._bytes) - 1)
        return int.from_bytes(pair) % limit

    def share(self):
        return self.below(10_000) / 10_000

    def one_of(self, several):
        return several[self.below(len(several))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article's words. No two of one site bear one title: it holds the number."""

    title: str
    summary: str
    paragraphs: tuple[str, ...]


def piece(site, number, language):
    words = WORDS[language]
    chance = Chance("piece", site, number, size=256)
    title = " ".join(chance.one_of(words[part]) for part in ("who", "does", "what"))
    count = words["count"].format(1000 + number)
    title = f"{title} {chance.one_of(words['where'])} : {count}"
    paragraphs = tuple(
        " ".join(_sentence(words, chance) for _ in range(3 + chance.below(2)))
        for _ in range(5 + chance.below(6))
    )
    return Piece(title=title, summary=paragraphs[0], paragraphs=paragraphs)


def _sentence(words, chance):
    if chance.below(2):
        return chance.one_of(words["then"])
    parts = (chance.one_of(words[part]) for part in ("who", "does", "what", "where"))
    return f"{' '.join(parts)}."
