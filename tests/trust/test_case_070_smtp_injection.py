"""No field of a message can say a command to the mail server, or end the text early."""

import re

import pytest
from smtp_double import EHLO, PIPELINING, Staged, a_channel, a_message, a_server

from distributor.channels.base import Verdict

ENDS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\0", "\x0b", "\x0c", "%0d%0a"]
FORGED = "RCPT TO:<victim@else.test>"
WAYS = pytest.mark.parametrize("offers", [EHLO, PIPELINING], ids=["singly", "in a row"])
# All that may be heard for one honest message.
HONEST = re.compile(
    r"EHLO \S+|MAIL FROM:<\S*>( [A-Z0-9]+(=[!-~]+)?)*|RCPT TO:<\S+>( [A-Z]+=[!-~]+)*"
    r"|DATA|RSET|QUIT|NOOP"
)


def heard_from(message, offers):
    offers = offers.replace(b"250-here\r\n", b"250-here\r\n250-DSN\r\n250-8BITMIME\r\n")
    with a_server(Staged(offers)) as server:
        connection = a_channel(server.port).connect()
        sent = connection.send([message])
        connection.close()
    assert all(HONEST.fullmatch(word) for word in server.heard)
    assert not any("victim@else.test" in word for word in server.heard)
    return sent, server


@WAYS
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("field", ["recipient", "sender"])
def test_an_address_cannot_say_a_command(field, end, offers):
    forged = f"n@presse.test>{end}{FORGED}"
    sent, server = heard_from(a_message(**{field: forged}), offers)
    assert sent.outcomes[0].verdict in {Verdict.REFUSED, Verdict.BACK}
    assert server.texts == []


@WAYS
@pytest.mark.parametrize("end", ENDS)
def test_a_token_cannot_say_a_command(end, offers):
    forged = f"t1{end}RSET{end}RCPT TO:<other@else.test>"
    sent, server = heard_from(a_message(token=forged), offers)
    assert sent.outcomes[0].verdict is Verdict.ACCEPTED
    assert sum(word.startswith("RCPT") for word in server.heard) == 1


@WAYS
@pytest.mark.parametrize("before", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("after", ["\r\n", "\n", "\r"])
def test_a_text_cannot_end_before_its_end(before, after, offers):
    smuggled = f"{before}.{after}MAIL FROM:<x@y.test>{after}{FORGED}{after}DATA{after}"
    content = f"Subject: x\r\n\r\nText{smuggled}".encode()
    sent, server = heard_from(a_message(content), offers)
    assert sent.outcomes[0].verdict is Verdict.ACCEPTED
    assert len(server.texts) == 1
    assert b"\r\n..\r\nMAIL FROM" in server.texts[0]
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", server.texts[0])


@WAYS
def test_a_nul_in_the_text_is_refused_before_it_leaves(offers):
    sent, server = heard_from(a_message(b"Subject: x\0y\r\n\r\nText\r\n"), offers)
    assert sent.outcomes[0].verdict is Verdict.REFUSED
    assert server.texts == []
