"""Who reports, said in the document's languages."""

import pytest
from laid_out import ZONE

from core.reporting.layouts import spoken
from core.reporting.report import Report
from core.reporting.speaking import Speaker


def a_report(**named):
    fields = dict.fromkeys(Report.__dataclass_fields__)
    return Report(**fields | named)


@pytest.mark.parametrize(
    ("layout", "in_arabic", "said"),
    [
        ("fr", "الوزارة", [("Ministère", None, False)]),
        ("ar", "الوزارة", [("الوزارة", None, False)]),
        (
            "bilingual",
            "الوزارة",
            [("Ministère", None, False), ("الوزارة", "ar", True)],
        ),
        ("bilingual", "", [("Ministère", None, False)]),
    ],
)
def test_two_names_stand_beside_each_other_and_one_stands_once(layout, in_arabic, said):
    report = a_report(organisation="Ministère", organisation_ar=in_arabic)
    masthead = Speaker(spoken=spoken(layout, "fr"), zone=ZONE).masthead(report)
    assert [(one.runs[0].text, one.language, one.beside) for one in masthead] == said
