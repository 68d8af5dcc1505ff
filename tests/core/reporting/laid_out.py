"""Documents as a layout would make them, for what only draws them."""

from datetime import UTC, datetime, timedelta

from core.i18n import words
from core.reporting.document import (
    Column,
    Document,
    Entry,
    Grid,
    Heading,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Points,
    Run,
    Shaded,
    ShadedSentence,
    Style,
)
from core.reporting.report import Cell, Chart, ChartForm, Kind, Mark, Table
from core.values import Language

ZONE = "Africa/Casablanca"
WHEN = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FRENCH = Language.FRENCH
ARABIC = Language.ARABIC
SPOKEN = {"fr": [FRENCH], "ar": [ARABIC], "bilingual": [FRENCH, ARABIC]}
HOSTILE = (
    '#import "@preview/x:1.0.0"',
    "$x$ \\alpha",
    "= title *bold* _it_ @ref <label>",
    "<script>alert(1)</script>",
    '"; #panic("x")',
    "{{ 7 * 7 }}",
    "=HYPERLINK(1)",
)


def a_chart(form=ChartForm.BARS, rows=None, marks=()):
    if form is ChartForm.BARS:
        rows = rows or (("Médias24", 12, 3), ("صدى الأطلس", 7, 0), ("ⵜⴰⴳⵍⴷⵉⵜ", 1, 1))
        cells = [
            (Cell(text=name), *(Cell(number=one, kind=Kind.NUMBER) for one in numbers))
            for name, *numbers in rows
        ]
        columns = ("column:outlet", "label:reprint", "label:mention")
    else:
        cells = [
            (
                Cell(moment=WHEN + timedelta(hours=hour), kind=Kind.MOMENT),
                Cell(number=hour % 7, kind=Kind.NUMBER),
            )
            for hour in range(48)
        ]
        marks = marks or (
            Mark(name="mark:sent", at=WHEN + timedelta(hours=3)),
            Mark(name="mark:event", at=WHEN + timedelta(hours=5)),
        )
        columns = ("column:published", "column:articles")
    table = Table(key="table:outlets", columns=columns, rows=tuple(cells))
    return Chart(form=form, table=table, marks=tuple(marks))


def a_grid(*rows, figure=True):
    return Grid(
        columns=[
            Column(name=[Run(text="Titre de presse")]),
            Column(name=[Run(text="Nombre")], is_figure=figure),
        ],
        rows=[
            [
                Paragraph(runs=[Run(text=name, language=language)], language=language),
                Paragraph(runs=[Run(text=number)]),
            ]
            for name, language, number in rows
        ],
    )


def an_entry(number=1, title="Un titre", language=FRENCH, **fields):
    return Entry(
        anchor=f"line-{number}",
        language=language,
        reference=str(number),
        title=[Run(text=title, language=language, href="https://media.test/1")],
        by=[
            Run(text="صدى الأطلس", language=ARABIC, strong=True),
            Run(text=" · "),
            Run(text="24/11/2026 07:30"),
        ],
        **fields,
    )


def a_document(*blocks, spoken="fr", title="Revue de presse nº 231"):
    said = [words(language) for language in SPOKEN[spoken]]
    return Document(
        spoken=said,
        title=title,
        organisation="Ministère de l’Urbanisme",
        foot=[Run(text="Revue nº 231")],
        zone=ZONE,
        blocks=blocks,
    )


def of_every_kind(spoken="fr"):
    """One document with every block there is."""
    return a_document(
        Heading(level=1, runs=[Run(text="Revue de presse nº 231")]),
        Paragraph(runs=[Run(text="Mardi 24 novembre 2026")], style=Style.FAINT),
        Paragraph(
            runs=[Run(text="قُرئ 98 من أصل 112 مصدرا.")],
            language=ARABIC,
            style=Style.NOTE,
        ),
        Numbers(
            items=[
                Number(
                    value=value, name=[Run(text=f"nombre {value}")], change="avant : 3"
                )
                for value in ("4321", "87", "41", "12", "5", "1 h 30 min")
            ]
        ),
        Heading(level=2, runs=[Run(text="L’essentiel")]),
        Points(
            items=[
                Paragraph(
                    runs=[Run(text="Une ligne "), Run(text="[1]", href="#line-1")]
                ),
                Paragraph(
                    runs=[Run(text="سطر من الأساسيات.", language=ARABIC)],
                    language=ARABIC,
                ),
            ],
            ordered=True,
        ),
        Heading(
            level=2,
            runs=[Run(text="Nos communiqués")],
            anchor="section-releases",
            on_new_page=True,
        ),
        an_entry(1, "Le ministère « publie » 30 mesures", excerpt="Un extrait."),
        an_entry(
            2,
            "الوزيرة تدعو إلى Agences urbaines بالرباط (30 وكالة)",
            ARABIC,
            excerpt="مقتطف.",
            why=[Run(text="Pourquoi : les mêmes mots")],
            quotes=a_grid(("نص من المقال", ARABIC, "نص من البلاغ"), figure=False),
        ),
        Heading(level=3, runs=[Run(text="Par titre")]),
        Picture(
            chart=a_chart(),
            alternative="24 en tout ; le plus grand : Médias24, 15.",
            grid=a_grid(("Médias24", None, "15")),
        ),
        Picture(
            chart=a_chart(ChartForm.HOURS),
            alternative="140 en tout.",
            grid=a_grid(*((f"{hour} h", None, "1") for hour in range(40))),
        ),
        Shaded(
            language=ARABIC,
            sentences=[
                ShadedSentence(
                    text="جملة أولى.", shade=1.0, note="3: MAP", outlets=3, opens=True
                ),
                ShadedSentence(text="جملة ثانية.", shade=0.0, note=""),
            ],
            legend=[Run(text="Plus c’est foncé, plus c’est repris.")],
        ),
        Heading(level=2, runs=[Run(text="Tableau")]),
        a_grid(("صدى الأطلس", ARABIC, "7001"), ("Médias24", FRENCH, "7002")),
        spoken=spoken,
    )
