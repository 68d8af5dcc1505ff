"""The list for the door: every guest, in each language, and nothing of theirs acts."""

from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core.reporting.guests import GuestLine, GuestList, written
from core.reporting.report import Said
from core.values import Language


def a_list(*guests):
    return GuestList(
        titles=(
            Said(language=Language.FRENCH, text="Rencontre des agences"),
            Said(language=Language.ARABIC, text="لقاء الوكالات"),
        ),
        organisation="Ministère",
        organisation_ar="الوزارة",
        place="Rabat",
        event_wall=datetime(2026, 12, 5, 10),
        zone="Africa/Casablanca",
        made_at=datetime(2026, 12, 4, 9, tzinfo=UTC),
        people=3,
        capacity=120,
        programme=("10:00 Accueil",),
        entrance=("Porte B",),
        guests=guests,
    )


HOSTILE = GuestLine(
    name='=HYPERLINK("http://x.test")\u202e',
    outlet="<script>#let x = 1</script>",
    answer="coming with camera",
    crew_size=2,
    crew=("Omar", "@sum"),
    plate="12345-أ-6",
    address="http://127.0.0.1:8321/gate/2-4-0123456789abcdef",
)


def test_the_pages_say_every_guest_in_one_language_and_in_two():
    made = {
        languages: written("pdf", a_list(HOSTILE), languages)
        for languages in (
            (Language.FRENCH,),
            (Language.ARABIC,),
            (Language.FRENCH, Language.ARABIC),
        )
    }
    for languages, content in made.items():
        text = "".join(
            page.extract_text() for page in PdfReader(BytesIO(content)).pages
        )
        assert "HYPERLINK" in text, languages
        assert "Omar" in text
    assert made[(Language.FRENCH,)] == written(
        "pdf", a_list(HOSTILE), [Language.FRENCH]
    )


def test_an_event_nobody_comes_to_has_a_list_too():
    assert written("pdf", a_list(), [Language.ARABIC]).startswith(b"%PDF")


def test_no_cell_is_a_formula():
    content = written("xlsx", a_list(HOSTILE), [Language.FRENCH])
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    row = sheet.to_python()[1]
    assert row[1].startswith("=HYPERLINK")
    assert b"<f>" not in content
    text = written("csv", a_list(HOSTILE), [Language.FRENCH]).decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text
