"""Reports as full as offices have them, FR and AR mixed, for whoever draws one.

`a_review` and `a_balance` take the fields that a test is about. `HOSTILE` are texts that
somebody may put in a title to see what happens.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.reporting.report import (
    Cell,
    Chart,
    ChartForm,
    Completeness,
    Essential,
    Figure,
    Goal,
    Kind,
    Line,
    Mark,
    MessageLine,
    MessageQuote,
    Notice,
    PickedSentence,
    PickUp,
    Quote,
    Report,
    ReportSection,
    Said,
    SilentSource,
    Table,
)
from core.values import Language

ADDRESS = "https://presse.ministere.test"
WHEN = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FRENCH, ARABIC = Language.FRENCH, Language.ARABIC

# Name, name in Arabic, language of what it prints.
OUTLETS = (
    ("Agence Maghreb Nord", "وكالة المغرب الشمالي", FRENCH),
    ("Sada Al Atlas", "صدى الأطلس", ARABIC),
    ("Le Quotidien du Bouregreg", "", FRENCH),
    ("Al Madina Al Yaoum", "المدينة اليوم", ARABIC),
    ("L’Écho de l’Oriental", "", FRENCH),
    ("جريدة الساحل (Sahel Press)", "جريدة الساحل", ARABIC),
    ("ⴰⵎⴰⵡⴰⵍ (Amawal)", "أماوال", FRENCH),
)
TITLES = {
    FRENCH: (
        "Agences urbaines : le ministère réunit à Rabat les directeurs des trente agences",
        "Aménagement du territoire : « une nouvelle génération de documents d’urbanisme »",
        "Urbanisme : 1 250 dossiers traités en dix jours, selon le ministère",
        "À Oujda, l’agence urbaine ouvre un guichet unique pour les investisseurs",
    ),
    ARABIC: (
        "الوكالات الحضرية: الوزارة تجمع مديري ثلاثين وكالة بالرباط يوم 5 دجنبر",
        "إعداد التراب الوطني: جيل جديد من وثائق التعمير (Plans d’aménagement)",
        "التعمير: معالجة 1250 ملفا في عشرة أيام، حسب الوزارة",
        "وجدة: الوكالة الحضرية تفتح شباكا وحيدا لفائدة المستثمرين",
    ),
}
EXCERPTS = {
    FRENCH: "Le ministère de l’Aménagement du territoire national, de l’Urbanisme, de l’Habitat et de la Politique de la ville organise la cinquième rencontre des agences urbaines ; plus de 300 participants y sont attendus, a indiqué la ministre.",
    ARABIC: "تنظم وزارة إعداد التراب الوطني والتعمير والإسكان وسياسة المدينة اللقاء الخامس للوكالات الحضرية، بمشاركة أزيد من 300 مشارك، وفق ما أعلنته الوزيرة (بلاغ n° 112/2018).",
}
HOSTILE = (
    '#import "x.typ": *',
    "$x$ #x $ <label> @cite *bold* _it_ `raw` // no",
    "back\\slash \\u{41} \\#",
    "<script>alert(1)</script> &amp; ]]>",
    "bell\x07 null\x00 escape\x1b delete\x7f",
    "turned \u202eevil\u202c and \u2067open",
    "closed \u2069\u2069 too early",
    "half a pair \ud800 here",
    "no character \ufffe \uffff",
    "=SUM(A1) {{ 7*7 }} %(num)s {0}",
)


def a_line(number=1, **given):
    """The article of that number: every second one is Arabic, every field has a value."""
    name, name_ar, language = OUTLETS[number % len(OUTLETS)]
    line = Line(
        outlet=name,
        outlet_ar=name_ar,
        title=TITLES[language][number % 4],
        language=language,
        url=f"https://outlet.test/{number}/article-sur-les-agences-urbaines",
        reference=number,
        author="" if number % 3 else "Salma Bennani",
        published_at=WHEN - timedelta(minutes=7 * number),
        published_as="day" if number % 5 == 0 else "moment",
        excerpt=EXCERPTS[language] if number % 4 else "",
        label=("reprint", "partial", "rewrite", "mention")[number % 4],
        score=0.9,
        about="112/2018",
        phrases=("agence urbaine", "الوكالة الحضرية"),
        copies=number % 3,
        also_in=tuple(name for name, _, _ in OUTLETS[: number % 3]),
        taken_from="Agence Maghreb Nord" if number % 6 == 1 else "",
        tone=("", "positive", "neutral", "negative")[number % 4],
        on_front=number % 7 == 0,
        to_rectify=number % 11 == 0,
        articles=(number,),
        evidence=f"/evidence/{number}",
        read_at=WHEN,
        digest="9f" * 32,
    )
    return replace(line, **given)


def lines(count, start=1, **given):
    return tuple(a_line(number, **given) for number in range(start, start + count))


def said(french, arabic):
    return (
        Said(language=FRENCH, text=french),
        Said(language=ARABIC, text=arabic),
    )


def hours(count=36):
    """Articles by the hour in two languages, with the marks of two dispatches and an event."""
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    rows = tuple(
        (
            Cell(kind=Kind.MOMENT, moment=start + timedelta(hours=hour)),
            Cell(kind=Kind.NUMBER, number=(hour * 5 + 3) % 7 if hour % 12 < 8 else 0),
            Cell(kind=Kind.NUMBER, number=(hour * 3) % 5 if hour % 12 < 7 else 0),
        )
        for hour in range(count)
    )
    return Chart(
        form=ChartForm.HOURS,
        table=Table(
            key="table:by-hour",
            columns=("column:published", "language:fr", "language:ar"),
            rows=rows,
        ),
        marks=(
            Mark(name="mark:sent", at=start + timedelta(hours=1)),
            Mark(name="mark:sent", at=start + timedelta(hours=2)),
            Mark(name="mark:event", at=start + timedelta(hours=25)),
        ),
    )


def outlet_bars(count=7):
    """Articles of each outlet by how it used the release."""
    rows = tuple(
        (
            Cell(text=OUTLETS[place % 7][0], language=OUTLETS[place % 7][2]),
            *(
                Cell(kind=Kind.NUMBER, number=max(0, (9 - place) // (series + 1)))
                for series in range(4)
            ),
        )
        for place in range(count)
    )
    return Chart(
        form=ChartForm.BARS,
        table=Table(
            key="table:by-outlet",
            columns=(
                "column:outlet",
                "label:reprint",
                "label:partial",
                "label:rewrite",
                "label:mention",
            ),
            rows=rows,
        ),
    )


def language_bars():
    """One series, and codes where names are."""
    return Chart(
        form=ChartForm.BARS,
        table=Table(
            key="table:by-language",
            columns=("column:language", "column:articles"),
            rows=tuple(
                (
                    Cell(kind=Kind.CODE, text=f"language:{code}"),
                    Cell(kind=Kind.NUMBER, number=number),
                )
                for code, number in (("ar", 1_204), ("fr", 987), ("zgh", 3), ("", 0))
            ),
        ),
    )


def completeness():
    return Completeness(
        read=98,
        total=112,
        silent=(
            SilentSource(
                outlet="L’Écho de l’Oriental",
                url="https://echo.test/feed",
                state="blocked",
                since=WHEN - timedelta(days=2),
                reason="challenge",
            ),
            SilentSource(
                outlet="صدى الأطلس",
                url="https://sada.test/feed",
                state="failing",
                since=WHEN - timedelta(hours=5),
                reason="timeout",
            ),
        ),
        seen=4_311,
        kept=41,
        rejected=17,
    )


def a_review(*, count=24, **given):
    """The review no. 231 with *count* articles in three sections."""
    third = count // 3
    report = Report(
        kind="review",
        title="",
        organisation="Ministère de l’Aménagement du territoire, de l’Urbanisme et de l’Habitat",
        organisation_ar="وزارة إعداد التراب الوطني والتعمير والإسكان",
        day=date(2026, 11, 24),
        number=231,
        version=2,
        edition="morning",
        because="L’heure du premier article était fausse.",
        validated_by="Nadia El Fassi",
        notice="Diffusion restreinte",
        zone="Africa/Casablanca",
        since=WHEN - timedelta(days=1),
        until=WHEN,
        made_at=WHEN + timedelta(minutes=50),
        address=ADDRESS,
        figures=(
            Figure(name="all", value=count, before=31, usual=27.4),
            Figure(name="outlets", value=19, of=44, before=22),
            Figure(name="reprint", value=7, before=2, usual=3.5),
            Figure(name="ar", value=0.58, kind=Kind.SHARE),
            Figure(name="delivered", value=1_234),
        ),
        essentials=(
            Essential(
                said=said(
                    "La rencontre des agences urbaines est annoncée par sept titres, tous sur la base de notre communiqué.",
                    "سبعة عناوين أعلنت عن لقاء الوكالات الحضرية، كلها استنادا إلى بلاغنا.",
                ),
                articles=(1, 2, 4),
            ),
            Essential(
                said=said(
                    "Un quotidien donne un nombre d’agences inexact (23 au lieu de 30) ; une rectification est demandée.",
                    "يومية ذكرت عددا غير صحيح للوكالات (23 بدل 30)؛ وطُلب تصويب.",
                ),
                articles=(11,),
            ),
            Essential(
                said=said(
                    "L’agence « Maghreb Nord » cite la ministre : « Le guichet unique sera prêt en mars. »",
                    "نقلت وكالة «المغرب الشمالي» عن الوزيرة: «سيكون الشباك الوحيد جاهزا في مارس».",
                ),
                articles=(3, 7),
            ),
        ),
        alerts=(
            Notice(
                rule="volume",
                raised_at=WHEN,
                said=said(
                    "Trois fois plus d’articles que d’habitude sur « agence urbaine ».",
                    "عدد المقالات حول «الوكالة الحضرية» يفوق المعتاد بثلاث مرات.",
                ),
                evidence="/alerts/3",
            ),
        ),
        sections=(
            ReportSection(key="releases", title="112/2018", lines=lines(third)),
            ReportSection(
                key="watch:3",
                title="Urbanisme et habitat",
                note="Trié par langue.",
                lines=lines(third, third + 1),
            ),
            ReportSection(key="regions", title="", lines=()),
            ReportSection(
                key="agencies",
                title="",
                lines=lines(count - 2 * third, 2 * third + 1),
            ),
        ),
        completeness=completeness(),
        charts=(hours(), outlet_bars(), language_bars()),
    )
    return replace(report, **given)


def a_table(count=12):
    return Table(
        key="table:coverage",
        columns=(
            "column:outlet",
            "column:language",
            "column:kind",
            "column:region",
            "column:published",
            "column:articles",
        ),
        rows=tuple(
            (
                Cell(text=name, language=language, href=f"https://outlet.test/{place}"),
                Cell(kind=Kind.CODE, text=f"language:{language}"),
                Cell(kind=Kind.CODE, text="kind:daily"),
                Cell(text="Rabat-Salé-Kénitra"),
                Cell(kind=Kind.MOMENT, moment=WHEN + timedelta(minutes=place)),
                Cell(kind=Kind.NUMBER, number=1_000 + place),
            )
            for place in range(count)
            for name, _, language in (OUTLETS[place % len(OUTLETS)],)
        ),
    )


def pick_up():
    names = tuple(name for name, _, _ in OUTLETS)
    french = (
        ("Rencontre des agences urbaines", 0, True),
        ("Le ministère organise mercredi 5 décembre 2018 à Rabat la rencontre des agences urbaines.", 7, True),
        ("Plus de 300 participants y sont attendus : élus, directeurs, architectes.", 4, False),
        ("La rencontre se tient sous le thème « Agences urbaines : nouvelle génération ».", 2, False),
        ("Trois ateliers traiteront des documents d’urbanisme, des services numériques et des ressources.", 1, True),
        ("Les journalistes sont invités à confirmer leur présence.", 0, False),
    )  # fmt: skip
    arabic = (
        ("لقاء الوكالات الحضرية", 0, True),
        ("تنظم الوزارة يوم الأربعاء 5 دجنبر 2018 بالرباط لقاء الوكالات الحضرية.", 3, True),
        ("ويرتقب حضور أزيد من 300 مشارك من منتخبين ومديرين ومهندسين معماريين.", 1, False),
    )  # fmt: skip
    return tuple(
        PickUp(
            language=language,
            of=of,
            sentences=tuple(
                PickedSentence(text=text, outlets=names[:many], opens=opens)
                for text, many, opens in sentences
            ),
        )
        for language, of, sentences in ((FRENCH, 7, french), (ARABIC, 3, arabic))
    )


def messages():
    return (
        MessageLine(
            place=1,
            said=said(
                "Les agences urbaines changent de génération.",
                "الوكالات الحضرية تدخل جيلا جديدا.",
            ),
            outlets=5,
            quotes=(
                MessageQuote(
                    outlet="Le Quotidien du Bouregreg",
                    language=FRENCH,
                    text="« une nouvelle génération d’agences »",
                    evidence="/evidence/3",
                ),
                MessageQuote(
                    outlet="صدى الأطلس",
                    language=ARABIC,
                    text="«جيل جديد من الوكالات»",
                    evidence="/evidence/2",
                ),
            ),
        ),
        MessageLine(
            place=2,
            said=said(
                "Le guichet unique ouvre en mars.", "الشباك الوحيد يفتح في مارس."
            ),
            outlets=0,
            quotes=(),
        ),
    )


def a_balance(*, count=12, **given):
    """The balance of the release 112/2018 with *count* articles in two sections."""
    half = count // 2
    quotes = (
        Quote(
            language=FRENCH,
            release="Le ministère organise mercredi 5 décembre 2018 à Rabat la rencontre.",
            article="Le ministère organise ce mercredi à Rabat la rencontre.",
        ),
        Quote(
            language=ARABIC,
            release="تنظم الوزارة يوم الأربعاء 5 دجنبر 2018 بالرباط لقاء الوكالات الحضرية.",
        ),
    )
    reasons = (
        {"code": "share-of-article", "percent": "61"},
        {"code": "share-of-release", "percent": "40"},
    )
    report = a_review(count=0)
    return replace(
        report,
        kind="balance",
        title="112/2018, Rencontre des agences urbaines / لقاء الوكالات الحضرية",
        number=0,
        version=1,
        edition="",
        because="",
        essentials=(),
        figures=(
            Figure(name="articles", value=count),
            Figure(name="outlets", value=7, of=60),
            Figure(name="first-pick-up", value=95, kind=Kind.MINUTES),
            Figure(name="verbatim", value=0.42, kind=Kind.SHARE),
            Figure(name="positive", value=None),
        ),
        goal=Goal(
            objective="Faire connaître la nouvelle génération d’agences",
            audience="الصحافة الجهوية والوطنية",
        ),
        messages=messages(),
        pick_up=pick_up(),
        tables=(a_table(), Table(key="table:rectifications", columns=(), rows=())),
        sections=(
            ReportSection(
                key="reprint",
                title="",
                lines=lines(half, quotes=quotes, reasons=reasons),
            ),
            ReportSection(key="mention", title="", lines=lines(count - half, half + 1)),
        ),
        **given,
    )


def hostile(report):
    """The report with each of the hostile texts as title, excerpt, outlet and in a table."""
    bad = tuple(
        a_line(
            number,
            title=f"{number} {text}",
            excerpt=text,
            outlet=text,
            outlet_ar=text,
            author=text,
            url=f"javascript:{text}",
            phrases=(text,),
            also_in=(text,),
        )
        for number, text in enumerate(HOSTILE, 1)
    )
    rows = tuple((Cell(text=text), Cell(number=7)) for text in HOSTILE)
    table = Table(key="table:x", columns=("column:name", "column:value"), rows=rows)
    return replace(
        report,
        title=HOSTILE[0],
        organisation=HOSTILE[2],
        notice=HOSTILE[1],
        validated_by=HOSTILE[5],
        sections=(ReportSection(key="watch:1", title=HOSTILE[6], lines=bad),),
        charts=(Chart(form=ChartForm.BARS, table=table),),
        tables=(table,),
        pick_up=(
            PickUp(
                language=ARABIC,
                of=2,
                sentences=tuple(
                    PickedSentence(text=text, outlets=HOSTILE[:2]) for text in HOSTILE
                ),
            ),
        ),
    )
