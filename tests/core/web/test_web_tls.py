"""A certificate nobody vouches for is no way in."""

import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from web_site import Site, web_site, web_to

from core.errors import Unreachable


@pytest.fixture
def tls_site(tmp_path):
    """A site whose certificate is its own invention."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.test")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.test")]), False)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path / "site.pem"
    place.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(place)
    made = Site()
    made.server.socket = context.wrap_socket(made.server.socket, server_side=True)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_a_certificate_nobody_vouches_for_is_refused(tls_site):
    with (
        web_to(tls_site.hosts("a.test")) as web,
        pytest.raises(Unreachable, match="certificate"),
    ):
        web.get("https://a.test/")
    assert tls_site.asked == []


def test_a_site_that_speaks_no_tls_is_named():
    with (
        web_site() as site,
        web_to(site.hosts("a.test")) as web,
        pytest.raises(Unreachable, match="TLS"),
    ):
        web.get("https://a.test/")
