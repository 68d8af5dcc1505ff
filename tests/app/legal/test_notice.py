"""The notice says no more than the office has stated."""

import pytest
from screen_makers import an_office

from app.legal import gathering, notice
from app.tables import metadata
from core.i18n import words
from core.values import Language

CHANNELS = {
    "smtp": {"host": "mail.ministere.test", "password": "x"},
    "sendgrid": {"key": "SG.secret"},
}
NOTHING = "Nothing is kept abroad."
UNSAID = "In which country these services keep what they get is not yet stated:"
ABROAD = "These services keep what they get abroad:"


@pytest.fixture
def told(tmp_path, clock, ids):
    """Every sentence of the notice with the points below it, by which countries are stated."""

    def tell(**countries):
        with an_office(
            tmp_path,
            clock,
            ids,
            channels=CHANNELS,
            legal={"countries": countries, "transfer": "T-77/2026"},
        ) as office:
            metadata.create_all(office.database.engine)
            with office.database.read() as session:
                made = gathering.gather(session, office, program="1", counts=False)
        return {
            sentence: [
                one.replace("\u2068", "").replace("\u2069", "") for one in points
            ]
            for sentences, points in (
                (one.sentences, one.points)
                for one in notice.sections(made, words(Language.ENGLISH))
            )
            for sentence in sentences
        }

    return tell


def test_nothing_is_said_to_stay_here_while_nobody_said_where(told):
    said = told()
    assert NOTHING not in said
    assert ABROAD not in said
    assert said[UNSAID] == ["api.sendgrid.com", "mail.ministere.test"]


def test_nothing_is_abroad_where_every_service_is_here(told):
    said = told(smtp="MA", sendgrid="MA")
    assert NOTHING in said
    assert UNSAID not in said


def test_what_is_abroad_and_what_is_not_stated_stand_apart(told):
    said = told(sendgrid="US")
    assert NOTHING not in said
    assert said[ABROAD][0] == "api.sendgrid.com – United States"
    assert "T-77/2026" in said[ABROAD][1]
    assert said[UNSAID] == ["mail.ministere.test"]
    assert UNSAID not in told(smtp="MA", sendgrid="US")
