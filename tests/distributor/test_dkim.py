"""DKIM signatures: verified by another program, and broken by any change."""

from base64 import b64encode
from contextlib import suppress

import dkim as judge
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from smtp_double import Staged, a_channel, a_message, a_server

from distributor.channels.smtp.dkim import Signer, read_key

FRENCH = (
    "From: =?utf-8?q?Minist=C3=A8re?=\r\n <presse@ministere.test>\r\n"
    "To: Nadia <n@presse.test>\r\nSubject: =?utf-8?b?UmVuY29udHJlIMOg?=\r\n"
    " =?utf-8?b?IFJhYmF0?=\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n"
    "Message-ID: <t1@ministere.test>\r\nReply-To:   porte-parole@ministere.test  \r\n"
    "List-Unsubscribe: <mailto:u@ministere.test?subject=unsubscribe%20t1>,\r\n"
    " <https://presse.ministere.test/u/t1>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nX-Mailer: Parution\r\n\r\n"
    "Le ministère réunit les agences.\r\n.\r\n\r\n\r\n"
).encode()
ARABIC = (
    "From: presse@ministere.test\r\nTo: n@presse.test\r\n"
    "Subject: =?utf-8?b?2YTZgtin2KE=?=\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nتعقد الوزارة لقاء"
).encode() + b"\r\n"


WEAK = 1024


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def key(request):
    if request.param == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ed25519.Ed25519PrivateKey.generate()


class Judge(judge.DKIM):
    """dkimpy, which does all but the last step of Ed25519: its library for it is not here."""

    def verify_sig(self, sig, include_headers, sig_header, dnsfunc):
        if sig[b"a"] != b"ed25519-sha256":
            return super().verify_sig(sig, include_headers, sig_header, dnsfunc)
        self.pk, self.ktag, self.seqtlsrpt = Lent(dnsfunc()), b"ed25519", False
        self.verify_sig_process(sig, include_headers, sig_header, dnsfunc)
        return self.pk.agreed


class Lent:
    """The step dkimpy borrows."""

    def __init__(self, public):
        self.public = public
        self.agreed = False

    def verify(self, digest, signature):
        with suppress(InvalidSignature):
            self.public.verify(signature, digest)
            self.agreed = True


def is_good(key, content):
    public = key.public_key()

    def asked(name=b"parution._domainkey.ministere.test.", **_):
        assert name == b"parution._domainkey.ministere.test."
        if isinstance(public, ed25519.Ed25519PublicKey):
            return public
        written = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + b64encode(written)

    try:
        return Judge(content).verify(dnsfunc=asked)
    except judge.DKIMException:
        return False


def signed(key, content):
    signer = Signer(domain="ministere.test", selector="parution", key=key)
    return signer.sign(content)


@pytest.mark.parametrize("content", [FRENCH, ARABIC], ids=["fr", "ar"])
def test_another_program_verifies_it(key, content):
    assert is_good(key, signed(key, content))


def test_a_second_attempt_is_signed_the_same_byte_for_byte(key):
    assert signed(key, FRENCH) == signed(key, FRENCH)


def test_the_message_itself_is_not_touched(key):
    assert signed(key, FRENCH).endswith(FRENCH)


def test_every_line_of_the_signature_is_short_enough(key):
    head = signed(key, FRENCH).removesuffix(FRENCH)
    assert max(len(line) for line in head.split(b"\r\n")) < 300


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: ", b"Subject: Re "),
        (b"Reply-To: ", b"Reply-To: other@"),
        (b"https://presse", b"https://other"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=No"),
        (b"Date: Tue", b"Date: Wed"),
        (b"les agences", b"les Agences"),
        (b"Message-ID: <t1", b"Message-ID: <t2"),
    ],
)
def test_any_change_of_what_is_signed_breaks_it(key, before, after):
    made = signed(key, FRENCH)
    assert made.count(before) == 1
    assert not is_good(key, made.replace(before, after))


@pytest.mark.parametrize("added", [b"From: other@else.test\r\n"])
def test_nobody_can_add_another_sender(key, added):
    assert not is_good(key, added + signed(key, FRENCH))
    made = signed(key, FRENCH)
    assert not is_good(key, made.replace(b"\r\nTo:", b"\r\n" + added + b"To:"))


def test_headers_that_relays_add_do_not_break_it(key):
    assert is_good(key, b"Received: from a by b\r\n" + signed(key, FRENCH))


_WORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
_BODY = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=30)
)


@settings(max_examples=30, deadline=None)
@given(
    subjects=st.lists(st.lists(_WORD, min_size=1, max_size=4), max_size=3),
    blanks=st.sampled_from([" ", "  ", "\t", "\r\n ", " \r\n\t "]),
    body=_BODY,
)
def test_whatever_is_sent_is_signed_as_it_is(subjects, blanks, body):
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    lines = ["From: presse@ministere.test"]
    lines += ["Subject:" + blanks + blanks.join(words) for words in subjects]
    content = "\r\n".join([*lines, "", *body, ""]).encode()
    assert is_good(key, signed(key, content))


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_the_channel_signs_what_leaves(tmp_path, key):
    path = tmp_path / "dkim.pem"
    path.write_bytes(pem(key))
    with a_server(Staged(b"250-here\r\n250-8BITMIME\r\n250 PIPELINING\r\n")) as server:
        channel = a_channel(
            server.port,
            dkim_domain="ministere.test",
            dkim_selector="parution",
            dkim_key=path,
        )
        connection = channel.connect()
        connection.send([a_message(ARABIC), a_message(FRENCH)])
        connection.close()
    assert channel.signs
    # Over an 8-bit text the server here was told nothing it did not offer.
    assert all(is_good(key, text.replace(b"\r\n..", b"\r\n.")) for text in server.texts)


def test_a_channel_without_a_key_says_that_it_does_not_sign():
    assert not a_channel(25).signs


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: b"not a key", "not a private key"),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor"),
        (lambda: pem(rsa.generate_private_key(65537, WEAK)), "fewer than 2048"),
        (lambda: None, "cannot be read"),
    ],
)
def test_a_wrong_key_stops_the_start_with_a_sentence(tmp_path, made, sentence):
    path = tmp_path / "dkim.pem"
    content = made()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        read_key(path)
    with pytest.raises(ValidationError, match=sentence):
        a_channel(25, dkim_domain="d.test", dkim_selector="s", dkim_key=path)


@pytest.mark.parametrize("given", [{"dkim_domain": "d.test"}, {"dkim_selector": "s"}])
def test_half_a_setting_stops_the_start(given):
    with pytest.raises(ValidationError, match="together"):
        a_channel(25, **given)
