"""Case 10: one person on three lists, written in every form, gets one mail."""

import pytest
from sqlalchemy import func, select

from core.errors import BadInput
from distributor.contacts import addresses, importing, lines, lists
from distributor.models import Contact

FORMS = (
    "Nadia.Alami@Médias.MA",
    "  nadia.alami@médias.ma ",
    "NADIA.ALAMI@xn--mdias-bsa.ma",
    "nadia.alami@me\u0301dias.ma",
    "\u200fnadia.alami@médias。ma\u200e",
    "ｎａｄｉａ．alami＠médias.ma",
    "nadia\u200b.alami@mé\u00addias.ma",
)


def test_every_form_of_an_address_has_the_same_key():
    assert {addresses.read(form).key for form in FORMS} == {
        "nadia.alami@xn--mdias-bsa.ma"
    }


def test_a_person_on_three_lists_is_one_contact_and_one_recipient(
    database, clock, tmp_path
):
    with database.write() as session:
        for number, form in enumerate(FORMS):
            path = tmp_path / f"{number}.csv"
            path.write_text(f"email;name\n{form};Nadia\n", encoding="utf-8")
            rows = importing.read(path).rows
            importing.store(
                session, rows, list_name=f"liste {number % 3}", now=clock.now()
            )
        lists.set_rule(
            session, "toutes", " or ".join(f'list:"liste {n}"' for n in "012")
        )
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
        everybody = lists.by_name(session, "toutes")
        assert len(session.scalars(lists.members(session, everybody)).all()) == 1
        (line,) = lines.contacts(session)
    assert line.lists == ("liste 0", "liste 1", "liste 2")


@pytest.mark.parametrize(
    "other",
    ["nadiaalami@médias.ma", "nadia.alami+presse@médias.ma", "nadia.alami@medias.ma"],
)
def test_what_only_some_servers_take_for_one_mailbox_stays_apart(other):
    assert addresses.read(other).key != addresses.read(FORMS[0]).key


def test_a_domain_that_is_none_is_refused():
    with pytest.raises(BadInput, match="after the @"):
        addresses.read("nadia@médias..ma")
