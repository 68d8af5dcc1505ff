"""How a line is protected and signed in on: never less than asked for."""

import base64
import ssl

import pytest
from pydantic import ValidationError
from smtp_double import (
    STARTTLS,
    Certificate,
    Staged,
    a_channel,
    a_message,
    a_server,
)

from distributor.channels.base import ChannelFault, Verdict

PLAIN = b"250-here\r\n250 AUTH PLAIN LOGIN\r\n"
LOGIN = b"250-here\r\n250 AUTH=LOGIN\r\n"
PROMPT = b"334 VXNlcm5hbWU6\r\n"
SIGNED_IN = b"235 2.7.0 welcome\r\n"


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


def protected(server, certificate, **options):
    given = {"security": "starttls", "certificates": certificate.path}
    return a_channel(server.port, **(given | options))


def fault_of(server, certificate, **options):
    with pytest.raises(ChannelFault) as caught:
        protected(server, certificate, **options).connect()
    return caught.value


def starting_tls(offers, **answers):
    return Staged(EHLO=[STARTTLS, offers], STARTTLS=[b"220 go\r\n"], **answers)


def test_a_message_goes_over_a_line_protected_after_the_greeting(certificate):
    script = starting_tls(PLAIN, AUTH=[SIGNED_IN])
    with a_server(script, context=certificate.context) as server:
        line = protected(server, certificate, user="presse", password="s3cret")
        opened = line.connect()
        (outcome,) = opened.send([a_message()]).outcomes
        opened.close()
    assert outcome.verdict is Verdict.ACCEPTED
    assert [word.split()[0] for word in server.heard[:4]] == [
        "EHLO",
        "STARTTLS",
        "EHLO",
        "AUTH",
    ]
    said = base64.b64decode(server.heard[3].removeprefix("AUTH PLAIN "))
    assert said == b"\0presse\0s3cret"


def test_a_message_goes_over_a_line_protected_from_the_first_byte(certificate):
    context = certificate.context
    with a_server(Staged(), context=context, protects_at_once=True) as server:
        opened = protected(server, certificate, security="tls").connect()
        (outcome,) = opened.send([a_message()]).outcomes
        opened.close()
    assert outcome.verdict is Verdict.ACCEPTED


def test_a_server_that_takes_login_alone_is_signed_in_on(certificate):
    answers = [PROMPT]
    script = starting_tls(LOGIN, AUTH=answers)
    secrets = {"cHJlc3Nl": [b"334 UGFzc3dvcmQ6\r\n"], "czNjcmV0": [SIGNED_IN]}
    script.answers |= secrets
    with a_server(script, context=certificate.context) as server:
        line = protected(server, certificate, user="presse", password="s3cret")
        line.connect().close()
    assert server.heard[3:6] == ["AUTH LOGIN", "cHJlc3Nl", "czNjcmV0"]


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        (b"535 5.7.8 wrong password\r\n", False),
        (b"534 5.7.9 too weak\r\n", False),
        (b"454 4.7.0 not now\r\n", True),
        (b"421 busy\r\n", True),
        (b"501 no\r\n", False),
    ],
)
def test_a_refused_sign_in_is_the_channels_fault(certificate, answer, again):
    script = starting_tls(PLAIN, AUTH=[answer])
    with a_server(script, context=certificate.context) as server:
        fault = fault_of(server, certificate, user="presse", password="s3cret")
    assert (fault.again_after is not None) == again
    assert "s3cret" not in fault.reason


@pytest.mark.parametrize("offers", [b"250 here\r\n", b"250-a\r\n250 AUTH CRAM-MD5\r\n"])
def test_a_server_without_a_way_to_sign_in_that_we_know_is_a_fault(certificate, offers):
    with a_server(starting_tls(offers), context=certificate.context) as server:
        fault = fault_of(server, certificate, user="presse", password="s3cret")
    assert fault.again_after is None
    assert not any(word.startswith("AUTH") for word in server.heard)


def test_a_server_without_starttls_hears_nothing_in_clear(certificate):
    with a_server(Staged(PLAIN)) as server:
        fault = fault_of(server, certificate, user="presse", password="s3cret")
    assert "STARTTLS" in fault.reason
    assert fault.again_after is None
    assert [word.split()[0] for word in server.heard] == ["EHLO"]


@pytest.mark.parametrize(
    ("answer", "again"), [(b"454 not now\r\n", True), (b"501 no\r\n", False)]
)
def test_a_refused_starttls_is_never_gone_past(certificate, answer, again):
    with a_server(Staged(STARTTLS, STARTTLS=[answer])) as server:
        fault = fault_of(server, certificate, user="u", password="p")
    assert (fault.again_after is not None) == again
    assert not any("AUTH" in word or "MAIL" in word for word in server.heard)


def test_what_was_slipped_in_before_the_handshake_is_a_fault(certificate):
    slipped = b"220 go\r\n250-here\r\n250 AUTH PLAIN\r\n"
    script = Staged(STARTTLS, STARTTLS=[slipped])
    with a_server(script, context=certificate.context) as server:
        fault = fault_of(server, certificate, user="u", password="p")
    assert "slipped in" in fault.reason
    assert fault.again_after is None
    assert server.heard[-1] == "STARTTLS"


def test_what_was_offered_in_clear_is_forgotten(certificate):
    in_clear = b"250-here\r\n250-AUTH PLAIN\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
    script = Staged(EHLO=[in_clear, b"250 here\r\n"], STARTTLS=[b"220 go\r\n"])
    with a_server(script, context=certificate.context) as server:
        fault = fault_of(server, certificate, user="u", password="p")
    assert "no sign-in" in fault.reason


def test_a_certificate_nobody_vouches_for_is_a_fault(certificate):
    with a_server(starting_tls(PLAIN), context=certificate.context) as server:
        fault = fault_of(server, certificate, certificates=None)
    assert "certificate" in fault.reason
    assert fault.again_after is None


@pytest.mark.parametrize(
    "wrong", [{"address": "127.0.0.2"}, {"valid": False}], ids=["name", "expired"]
)
def test_a_certificate_of_another_or_out_of_date_is_a_fault(tmp_path, wrong):
    certificate = Certificate(tmp_path, **wrong)
    with a_server(starting_tls(PLAIN), context=certificate.context) as server:
        fault = fault_of(server, certificate)
    assert "certificate" in fault.reason
    assert fault.again_after is None


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_a_server_that_speaks_only_old_tls_is_a_fault(certificate):
    context = certificate.context
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with a_server(Staged(), context=context, protects_at_once=True) as server:
        fault = fault_of(server, certificate, security="tls")
    assert "cannot be protected" in fault.reason
    assert fault.again_after is None


def test_certificates_that_cannot_be_read_are_a_fault(tmp_path):
    with pytest.raises(ChannelFault, match=r"absent\.pem cannot be read") as caught:
        a_channel(1, security="tls", certificates=tmp_path / "absent.pem").connect()
    assert caught.value.again_after is None


def test_a_password_is_never_sent_over_an_open_line():
    with pytest.raises(ValidationError, match="open line"):
        a_channel(25, user="u", password="p")


def test_the_last_door_before_the_wire_refuses_an_open_line_too():
    options = a_channel(25).Options.model_construct(
        **{**a_channel(25).Options(host="127.0.0.1").model_dump(), "security": "none"}
    )
    with a_server(Staged(PLAIN)) as server:
        unguarded = options.model_copy(update={"port": server.port, "user": "u"})
        with pytest.raises(ChannelFault, match="never sent over an open line"):
            type(a_channel(25))(unguarded).connect()
    assert not any(word.startswith("AUTH") for word in server.heard)
