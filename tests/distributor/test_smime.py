"""S/MIME signatures: verified by openssl, under DKIM, once for the same body."""

import email
import email.policy
import subprocess
from email.parser import BytesParser

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pydantic import ValidationError
from smtp_double import Certificate, Staged, a_channel, a_message, a_server

from distributor.channels.smtp.smime import Signer

CONTENT = (
    b"From: presse@ministere.test\r\nTo: n@presse.test\r\nSubject: x\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=cut\r\n"
    b"Content-Language: fr\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n"
    b"Bonjour\r\n--cut\r\nContent-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n--cut--\r\n"
)


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


def signed(certificate, content):
    return Signer.read(certificate.path, certificate.key_path).sign(content)


def verified(certificate, content):
    return subprocess.run(
        ["openssl", "smime", "-verify", "-CAfile", certificate.path, "-purpose", "any"],
        input=content,
        capture_output=True,
        check=False,
    )


def test_openssl_verifies_it_and_finds_the_body(certificate):
    done = verified(certificate, signed(certificate, CONTENT))
    assert done.returncode == 0, done.stderr
    inner = email.message_from_bytes(done.stdout)
    assert inner.get_content_type() == "multipart/alternative"
    assert inner["Content-Language"] == "fr"
    assert len(inner.get_payload()) == 2


def test_a_changed_body_does_not_verify(certificate):
    made = signed(certificate, CONTENT).replace(b"<p>Bonjour", b"<p>Bonsoir")
    assert verified(certificate, made).returncode != 0


def test_the_headers_stay_outside_and_readable(certificate):
    made = signed(certificate, CONTENT)
    mail = BytesParser(policy=email.policy.default).parsebytes(made)
    assert mail.get_content_type() == "multipart/signed"
    assert mail.get_param("protocol") == "application/pkcs7-signature"
    assert mail["Subject"] == "x"
    assert mail.get_all("MIME-Version") == ["1.0"]
    assert made.split(b"\r\n\r\n")[0].lower().count(b"content-type:") == 1
    assert not made.replace(b"\r\n", b"").count(b"\n")


def test_the_same_body_is_signed_once_whoever_gets_it(certificate):
    signer = Signer.read(certificate.path, certificate.key_path)
    one, other = (
        signer.sign(CONTENT.replace(b"n@presse.test", name))
        for name in (b"a@presse.test", b"b@presse.test")
    )
    assert one.replace(b"a@presse", b"b@presse") == other


def test_only_so_many_signatures_are_kept(certificate):
    signer = Signer.read(certificate.path, certificate.key_path)
    for number in range(70):
        signer.sign(CONTENT.replace(b"Bonjour", b"Bonjour %d" % number))
    assert len(signer._kept) == 64


def test_the_channel_signs_what_leaves_and_the_text_still_verifies(certificate):
    with a_server(Staged()) as server:
        connection = a_channel(
            server.port,
            smime_certificate=certificate.path,
            smime_key=certificate.key_path,
        ).connect()
        connection.send([a_message(CONTENT)])
        connection.close()
    assert verified(certificate, server.texts[0]).returncode == 0


def another_key(kind):
    key = (
        ed25519.Ed25519PrivateKey.generate()
        if kind == "ed25519"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"key.pem": b"not a key"}, "not a private key"),
        ({"key.pem": another_key("ec")}, "does not belong to"),
        ({"key.pem": another_key("ed25519")}, "neither RSA nor"),
        ({"certificate.pem": b"not a certificate"}, "holds no certificate"),
        ({"certificate.pem": None}, "cannot be read"),
        ({"key.pem": None}, "cannot be read"),
    ],
)
def test_a_wrong_file_stops_the_start_with_a_sentence(
    tmp_path, certificate, written, sentence
):
    for name, content in written.items():
        (tmp_path / name).unlink()
        if content is not None:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(ValidationError, match=sentence):
        a_channel(
            25, smime_certificate=certificate.path, smime_key=certificate.key_path
        )


def test_half_a_setting_stops_the_start(certificate):
    with pytest.raises(ValidationError, match="together"):
        a_channel(25, smime_certificate=certificate.path)
    with pytest.raises(ValidationError, match="together"):
        a_channel(25, smime_key=certificate.key_path)
