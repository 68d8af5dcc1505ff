"""A message as it goes over the line: nothing in it can end the text or forge a command."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from smtp_double import a_message

from distributor.channels.base import ChannelFault
from distributor.channels.smtp.mail import Offers, Unfit, prepare

ALL = Offers.read(
    b"here\nPIPELINING\nSIZE 35882577\nDSN\n8BITMIME\nSMTPUTF8\nAUTH PLAIN LOGIN"
)
NONE = Offers.read(b"here")


def test_offers_are_read_in_any_case():
    offers = Offers.read(b"here\nsize 1000\npipelining\nAuth=LOGIN\nAUTH PLAIN")
    assert offers.size == 1000
    assert offers.pipelining
    assert offers.named["AUTH"].split() == ["LOGIN", "PLAIN"]


@pytest.mark.parametrize("said", [b"a\nSIZE", b"a\nSIZE x", b"a\nSIZE 0", b"a\n\xff"])
def test_offers_without_a_size_have_no_limit(said):
    assert Offers.read(said).size == 0


def test_a_willing_server_is_told_everything():
    mail, rcpt = prepare(a_message(token="t+1=é")).envelope(ALL)
    assert mail == (
        b"MAIL FROM:<presse@ministere.test> SIZE=20 RET=HDRS ENVID=t+2B1+3D\\x{E9}\r\n"
    )
    assert rcpt == (
        b"RCPT TO:<n@presse.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;n@presse.test\r\n"
    )


def test_a_plain_server_is_told_no_more_than_it_knows():
    assert prepare(a_message()).envelope(NONE) == (
        b"MAIL FROM:<presse@ministere.test>\r\n",
        b"RCPT TO:<n@presse.test>\r\n",
    )


def test_a_report_may_have_no_sender():
    assert prepare(a_message(sender="")).envelope(NONE)[0] == b"MAIL FROM:<>\r\n"


def test_letters_before_the_at_go_only_where_they_are_taken():
    mail = prepare(a_message(recipient="نادية@presse.test"))
    sender, recipient = mail.envelope(ALL)
    assert sender.endswith(b" BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=t1\r\n")
    assert "RCPT TO:<نادية@presse.test>".encode() in recipient
    assert b"ORCPT=utf-8;\\x{646}\\x{627}" in recipient
    with pytest.raises(Unfit, match="plain letters"):
        mail.envelope(NONE)


def test_a_domain_goes_in_a_labels():
    mail = prepare(a_message(recipient="n@صحافة.المغرب"))
    assert mail.recipient == "n@xn--mgbek5a3d.xn--mgbc0a9azcg"
    assert mail.envelope(NONE)


def test_an_8_bit_text_goes_only_where_it_is_taken():
    mail = prepare(a_message("Subject: x\r\n\r\né\r\n".encode()))
    assert b" BODY=8BITMIME" in mail.envelope(ALL)[0]
    with pytest.raises(Unfit, match="8-bit"):
        mail.envelope(NONE)


def test_a_message_larger_than_the_limit_is_not_begun():
    with pytest.raises(Unfit, match="20 bytes"):
        prepare(a_message()).envelope(Offers.read(b"here\nSIZE 19"))
    assert prepare(a_message()).envelope(Offers.read(b"here\nSIZE 20"))


HOSTILE = [
    "n@presse.test\r\nRCPT TO:<other@presse.test>",
    "n@presse.test\nDATA",
    "n@presse.test> NOTIFY=NEVER",
    "n@presse.test\0",
    "n @presse.test",
    "<n@presse.test",
    "n@presse.test\u2028DATA",
    "n@presse.test\x85",
    "n\x1b[31m@presse.test",
    "no address",
    "@presse.test",
    "n@",
    "n@a..é",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_address_that_would_break_the_envelope_is_refused(hostile):
    with pytest.raises(Unfit):
        prepare(a_message(recipient=hostile))
    with pytest.raises(ChannelFault, match="return path"):
        prepare(a_message(sender=hostile))


def test_a_message_without_a_recipient_is_refused():
    with pytest.raises(Unfit, match="no recipient"):
        prepare(a_message(recipient=""))


def test_a_token_cannot_break_the_envelope():
    sender, _ = prepare(a_message(token="t\r\nDATA > x")).envelope(ALL)
    assert sender.endswith(b"ENVID=t+0D+0ADATA+20>+20x\r\n")


def test_a_nul_is_refused():
    with pytest.raises(Unfit, match="NUL"):
        prepare(a_message(b"Subject: x\r\n\r\na\0b\r\n"))


@pytest.mark.parametrize(
    "smuggled",
    [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r\n.\r\n"],
)
def test_no_spelling_of_a_lone_dot_ends_the_text(smuggled):
    content = b"Subject: x\r\n\r\nText" + smuggled + b"MAIL FROM:<x@y.test>\r\n"
    text = prepare(a_message(content)).text
    assert text == (b"Subject: x\r\n\r\nText\r\n..\r\nMAIL FROM:<x@y.test>\r\n.\r\n")


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"..", b" "])))
@example([b"\r", b"a", b"\n"])
def test_only_the_final_dot_stands_alone(pieces):
    content = b"".join(pieces)
    mail = prepare(a_message(content))
    lines = mail.text.split(b"\r\n")
    assert lines[-2:] == [b".", b""]
    assert b"." not in lines[:-2]
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", mail.text)
    # What the receiver takes the dots from again is what was meant.
    received = [line[1:] if line.startswith(b".") else line for line in lines[:-2]]
    meant = re.split(rb"\r\n|\r|\n", content)
    assert received == (meant[:-1] if meant[-1] == b"" and len(meant) > 1 else meant)
    assert mail.size == len(b"\r\n".join([*received, b""]))
