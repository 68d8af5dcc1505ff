"""What is looked up of the sender's domain, and what is not."""

import pytest
from sending_makers import settings

from core.errors import Unavailable
from distributor.sending.sender_domain import look_up

SPF = ("v=spf1 mx -all",)
DMARC = ("v=DMARC1; p=none",)


class Names:
    """A resolver that knows some names, fails on others and remembers what it was asked."""

    def __init__(self, known=(), silent=()):
        self.known = dict(known)
        self.silent = silent
        self.asked = []

    def texts(self, name):
        self.asked.append(name)
        if name in self.silent:
            raise Unavailable("no answer")
        return self.known.get(name, ())


def office(sender="presse@ministere.gov.ma", **smtp):
    return settings(
        organisation={"name": "Ministère", "from": sender},
        channels={"smtp": {"host": "127.0.0.1"} | smtp, "outbox": {"folder": "outbox"}},
    )


def test_spf_and_dmarc_are_asked_of_the_sender():
    names = Names({"ministere.gov.ma": SPF, "_dmarc.ministere.gov.ma": DMARC})
    found = look_up(office(), channel="smtp", resolver=names)
    assert (found.name, found.spf, found.dmarc) == ("ministere.gov.ma", SPF, DMARC)
    assert (found.selector, found.dkim) == ("", None)


def test_a_subdomain_falls_under_the_policy_of_the_domain_above():
    names = Names({"presse.ministere.ma": SPF, "_dmarc.ministere.ma": DMARC})
    found = look_up(office("a@presse.ministere.ma"), channel="smtp", resolver=names)
    assert found.dmarc == DMARC


def test_the_key_of_a_signing_channel_is_asked_by_its_selector():
    names = Names({"s1._domainkey.ministere.ma": ("v=DKIM1; p=AA",)})
    signing = office(dkim_selector="s1", dkim_domain="ministere.ma", dkim_key="k.pem")
    found = look_up(signing, channel="smtp", resolver=names)
    assert (found.selector, found.signing) == ("s1", "ministere.ma")
    assert found.dkim == ("v=DKIM1; p=AA",)


def test_after_one_question_without_an_answer_no_more_are_asked():
    names = Names(silent=("ministere.gov.ma",))
    found = look_up(office(dkim_selector="s1"), channel="smtp", resolver=names)
    assert (found.spf, found.dmarc, found.dkim) == (None, None, None)
    assert names.asked == ["ministere.gov.ma"]


def test_a_name_in_arabic_letters_is_asked_in_ascii():
    names = Names()
    look_up(office("a@وزارة.المغرب"), channel="smtp", resolver=names)
    assert names.asked[0] == "xn--mgbexc3i.xn--mgbc0a9azcg"


@pytest.mark.parametrize(
    ("sender", "channel"),
    [
        ("presse@ministere.gov.ma", "outbox"),
        ("presse@ministere.gov.ma", "manual"),
        ("presse@ministere.test", "smtp"),
        ("presse@localhost", "smtp"),
    ],
)
def test_nothing_is_asked_where_nobody_outside_asks(sender, channel):
    names = Names()
    assert look_up(office(sender), channel=channel, resolver=names) is None
    assert names.asked == []
