"""Case 31: a thousand generated mails are what RFC 5322 and its kin ask for."""

import email.policy
import re
from datetime import UTC, datetime
from email.parser import BytesParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.keys import Links
from core.settings import Settings
from core.values import Language, ReleaseKind
from core.zones import zone
from distributor.channels.base import File
from distributor.sending.message import Person, compose
from distributor.sending.text import Parent, PressContact, Text

LINKS = Links(["key"])
LETTERS, MAILS = 50, 20
SCRIPTS = st.one_of(
    st.text(alphabet="abcdeé àçœ'-«»,.:", min_size=1, max_size=120),
    st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي ،:", min_size=1, max_size=120),
    st.text(alphabet="ⴰⴱⴳⴷⴹⴻⴼⴽⵀⵃⵄⵅⵇⵉⵊⵍⵎⵏⵓⵔⵕ ", min_size=1, max_size=120),
    st.text(min_size=1, max_size=60),
)
ZONES = st.sampled_from(
    ["Africa/Casablanca", "Europe/Paris", "Asia/Kolkata", "America/St_Johns"]
)
MOMENTS = st.datetimes(
    min_value=datetime(2015, 1, 1),
    max_value=datetime(2040, 1, 1),
    timezones=st.just(UTC),
)
# Where RFC 2047 lets an encoded word stand in our heads: free text and display names.
MAY_ENCODE = {"subject", "from", "to", "list-id"}
WORD = re.compile(r"=\?utf-8\?b\?[A-Za-z0-9+/=]+\?=")
seen = set()


@st.composite
def texts(draw):
    files = st.lists(
        st.builds(
            File,
            name=SCRIPTS,
            media_type=st.sampled_from(["application/pdf", "image/png", "x"]),
            content=st.binary(max_size=200),
        ),
        max_size=2,
    )
    return Text(
        number="1/2026",
        language=draw(st.sampled_from(list(Language))),
        title=draw(SCRIPTS),
        body=draw(SCRIPTS),
        kind=draw(st.sampled_from(list(ReleaseKind))),
        due_at=draw(MOMENTS).replace(microsecond=0),
        zone=draw(ZONES),
        dispatch="7",
        list_id="list-1",
        list_name=draw(SCRIPTS),
        event_wall=datetime(2026, 12, 2, 9),
        embargo_wall=datetime(2026, 12, 1, 9),
        place=draw(SCRIPTS),
        signatory=draw(SCRIPTS),
        press_contact=PressContact(name=draw(SCRIPTS)),
        parent=Parent(number="0/2026", title=draw(SCRIPTS)),
        files=draw(files),
    )


def office(name):
    return Settings.model_validate(
        {
            "organisation": {"name": name, "from": "presse@ministère.test"},
            "web": {"public_url": "https://presse.ministere.test/" + "bureau/" * 12},
        }
    )


@settings(
    max_examples=LETTERS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    text=texts(),
    organisation=SCRIPTS,
    names=st.lists(SCRIPTS, min_size=MAILS, max_size=MAILS),
)
def test_each_of_a_thousand_mails_is_well_formed(text, organisation, names):
    given = office(organisation)
    letter = compose(text, given, links=LINKS, signs=True)
    after_a_restart = compose(text, given, links=LINKS, signs=True)
    for name in names:
        token = f"{len(seen):032x}"
        person = Person(address="nadia@presse.test", name=name, token=token)
        content = letter.address(person).content
        assert after_a_restart.address(person).content == content
        message_id = check(content, text)
        assert message_id not in seen
        seen.add(message_id)


def check(content, text):
    lines_are_well_formed(content)
    mail = BytesParser(policy=email.policy.default).parsebytes(content)
    assert not any(part.defects for part in mail.walk())
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"):
        assert len(mail.get_all(name)) == 1
    assert [one.addr_spec for one in mail["To"].addresses] == ["nadia@presse.test"]
    moment = mail["Date"].datetime
    assert moment == text.due_at
    assert moment.utcoffset() == text.due_at.astimezone(zone(text.zone)).utcoffset()
    assert {"text/plain", "text/html"} <= {
        part.get_content_type() for part in mail.walk()
    }
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<mailto:[^<>\s]+>, <https://[^<>\s]+>", mail["List-Unsubscribe"]
    )
    return mail["Message-ID"]


def lines_are_well_formed(content):
    assert content.isascii()
    assert b"\0" not in content
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")
    for field in re.split(r"\r\n(?![ \t])", head):
        name, colon, value = field.partition(": ")
        assert colon
        assert re.fullmatch(r"[A-Za-z-]+", name)
        words = WORD.findall(value)
        assert "=?" not in WORD.sub("", value)
        assert all(len(word) <= 75 for word in words)
        assert name.lower() in MAY_ENCODE or not words
        # Never inside an address or a link.
        assert not any("=?" in part for part in re.findall(r"<[^>]*>", value))
