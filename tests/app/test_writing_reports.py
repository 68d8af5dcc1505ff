"""Reports are written in a process of their own, and come out the same."""

import pytest
from report_makers import a_balance, a_review

from core.bounded import Bounded
from core.errors import NotFound
from core.reporting.writing import written
from core.values import Language

BOTH = (Language.FRENCH, Language.ARABIC)


@pytest.mark.parametrize("report", [a_review(), a_balance()], ids=lambda one: one.kind)
@pytest.mark.parametrize("name", ["pdf", "docx", "xlsx"])
def test_what_another_process_writes_is_what_this_one_writes(report, name):
    with Bounded() as bounded:
        there = bounded.run(written, name, report, BOTH, seconds=120)
    assert there == written(name, report, BOTH)


def test_a_format_that_there_is_not_is_named():
    with pytest.raises(NotFound, match="pdf"):
        written("odt", a_review(), BOTH)
