"""The return path of each message names its delivery, and nobody else can write it."""

from hypothesis import given
from hypothesis import strategies as st

from core.keys import Links, Purpose
from distributor.sending import verp

LINKS = Links(["key"])
TOKEN = "0123456789abcdef0123456789abcdef"


def test_a_return_path_is_read_back():
    written = verp.return_path("bounces@office.test", links=LINKS, token=TOKEN)
    assert written.startswith(f"bounces+{TOKEN}")
    assert written.endswith("@office.test")
    assert verp.token_of([written], links=LINKS) == TOKEN


def test_it_is_read_back_although_a_server_changed_its_case():
    written = verp.return_path("bounces@office.test", links=LINKS, token=TOKEN)
    assert verp.token_of([written.upper()], links=LINKS) == TOKEN


def test_it_fits_before_the_at_sign_of_any_mail_server():
    written = verp.return_path("fifteen.letters@office.test", links=LINKS, token=TOKEN)
    assert len(written.partition("@")[0]) == 64


def test_the_first_signed_address_counts():
    ours = verp.return_path("bounces@office.test", links=LINKS, token=TOKEN)
    others = ["presse@office.test", "a+b@office.test", "", ours]
    assert verp.token_of(others, links=LINKS) == TOKEN


def test_an_address_signed_for_another_purpose_or_by_another_is_nobodys():
    signed = LINKS.sign(Purpose.UNSUBSCRIBE, TOKEN)
    strange = Links(["other"]).sign(Purpose.BOUNCE, TOKEN)
    for forged in (signed, strange, TOKEN, ""):
        assert verp.token_of([f"bounces+{forged}@office.test"], links=LINKS) is None


@given(st.text())
def test_any_address_can_be_read(written):
    assert verp.token_of([written], links=LINKS) is None
