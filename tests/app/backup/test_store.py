"""A store of backups does its part, or says why not; nothing half-written counts (real S3 server)."""

import ipaddress
import ssl
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from object_store import FaultyProxy, make_bucket, object_store

from app.backup import shelves
from app.backup.shelves import StoreShelf
from app.backup.store import Store
from core.errors import BadInput, BadSetting, Unavailable
from core.settings import BackupStore

PART = 8 * 1024 * 1024
SECRET = "wJalrXUtnFEMI-K7MDENG"
MONDAY, TUESDAY = "parution-2026-11-23.age", "parution-2026-11-24.age"


@pytest.fixture(scope="module")
def server():
    with object_store() as port:
        yield port


@pytest.fixture
def proxy(server):
    with FaultyProxy(server) as opened:
        yield opened


@pytest.fixture(scope="module")
def numbers():
    return count(1)


@pytest.fixture
def bucket(server, numbers):
    name = f"office-{next(numbers)}"
    make_bucket(server, name)
    return name


@pytest.fixture
def given(proxy, bucket):
    def make(**changes):
        return BackupStore.model_validate(
            {
                "endpoint": f"http://127.0.0.1:{proxy.port}",
                "bucket": bucket,
                "prefix": "parution",
                "key_id": "AKIAOFFICE",
                "secret": SECRET,
                "timeout_seconds": 5,
            }
            | changes
        )

    return make


@pytest.fixture
def shelf(given):
    return StoreShelf(Store(given()))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "made.unverified"
    path.write_bytes(b"age-encryption.org/v1 " * 1000)
    return path


def names(shelf):
    return [one.name for one in shelf.kept()]


def test_what_is_kept_has_its_receipt_and_comes_back_the_same(shelf, file, tmp_path):
    shelf.keep(file, TUESDAY)
    [kept] = shelf.kept()
    assert (kept.day, kept.name, kept.size) == (
        date(2026, 11, 24),
        TUESDAY,
        file.stat().st_size,
    )
    assert kept.where.endswith("/parution")
    shelf.fetch(TUESDAY, tmp_path / "again.age")
    assert (tmp_path / "again.age").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("fault", [403, 507, "cut", "stall", "flip"])
def test_a_store_that_fails_keeps_the_old_ones_and_takes_no_half_one(
    fault, proxy, given, file
):
    shelf = StoreShelf(Store(given(timeout_seconds=1)))
    shelf.keep(file, MONDAY)
    proxy.fault = fault
    with pytest.raises(Unavailable) as said:
        shelf.keep(file, TUESDAY)
    assert TUESDAY in said.value.to
    assert said.value.mend
    assert SECRET not in str(said.value)
    proxy.fault = None
    assert names(shelf) == [MONDAY]
    shelf.keep(file, TUESDAY)
    assert names(shelf) == [MONDAY, TUESDAY]


@pytest.mark.parametrize(
    ("fault", "words"),
    [(403, "refuses this key: AccessDenied"), (507, "No room is left")],
)
def test_what_a_store_says_is_repeated(fault, words, proxy, shelf):
    proxy.fault = fault
    with pytest.raises(Unavailable, match=words):
        shelf.kept()


def test_a_store_that_is_away_is_said_after_few_tries(given, proxy):
    proxy.__exit__()
    with pytest.raises(Unavailable, match="did not do it: Connection refused") as said:
        StoreShelf(Store(given())).kept()
    assert "Debug" not in str(said.value)


def test_a_bucket_that_is_not_there_is_named(given, file):
    shelf = StoreShelf(Store(given(bucket="nobodys")))
    with pytest.raises(Unavailable, match="specified bucket does not exist"):
        shelf.keep(file, TUESDAY)


def test_a_large_one_goes_in_parts_and_comes_in_parts(shelf, proxy, tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as out:
        for number in range(5):
            out.write(bytes([number]) * (PART // 2 + 1))
    shelf.keep(large, TUESDAY)
    put = [length for method, path, length in proxy.asked if "partNumber" in path]
    assert sum(put) == large.stat().st_size
    assert max(put) <= PART
    assert len(put) == 3
    shelf.fetch(TUESDAY, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == large.read_bytes()


def test_an_upload_that_was_cut_between_its_parts_is_not_there(shelf, proxy, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(bytes(PART + 1))
    proxy.fault = "cut"
    with pytest.raises(Unavailable):
        shelf.keep(large, TUESDAY)
    proxy.fault = None
    assert shelf._store.names() == {}


def test_only_the_oldest_of_our_own_names_are_dropped(shelf, file, given):
    store = Store(given())
    for other in ("notes.txt", "office.age", "parution-2026-99-99.age"):
        store.say(other, b"somebody else's")
    Store(given(prefix="")).say("parution-2026-11-01.age", b"another office's")
    # Killed before its receipt was written, on an earlier night.
    store.say("parution-2026-11-20.age", b"half")
    for day in (21, 22, 23, 24):
        shelf.keep(file, f"parution-2026-11-{day}.age")
    # Being written now by somebody else.
    store.say("parution-2026-11-25.age", b"half")
    shelves.prune(shelf, keep=2)
    assert names(shelf) == [MONDAY, TUESDAY]
    assert set(store.names()) == {
        "notes.txt",
        "office.age",
        "parution-2026-99-99.age",
        MONDAY,
        f"{MONDAY}.receipt",
        TUESDAY,
        f"{TUESDAY}.receipt",
        "parution-2026-11-25.age",
    }
    assert "parution-2026-11-01.age" in Store(given(prefix="")).names()


def test_one_that_was_changed_in_the_store_is_refused(shelf, file, given, tmp_path):
    shelf.keep(file, TUESDAY)
    Store(given()).say(TUESDAY, b"changed")
    with pytest.raises(BadInput, match="not what its receipt says"):
        shelf.fetch(TUESDAY, tmp_path / "again")


def test_one_of_today_is_no_backup_while_it_is_written_anew(shelf, file, proxy):
    shelf.keep(file, TUESDAY)
    file.write_bytes(b"another")
    proxy.fault = "flip"
    with pytest.raises(Unavailable, match="not what it was given"):
        shelf.keep(file, TUESDAY)
    proxy.fault = None
    assert names(shelf) == []


def test_without_https_only_this_machine_is_asked_unless_it_is_allowed(given):
    for host in ("127.0.0.1", "localhost", "[::1]"):
        Store(given(endpoint=f"http://{host}:9000"))
    with pytest.raises(BadSetting, match="without https"):
        Store(given(endpoint="http://store.example.org"))
    Store(given(endpoint="http://store.example.org", allow_http=True))
    Store(given(endpoint="https://store.example.org"))


def test_a_bucket_without_its_key_stops_the_start(given):
    for missing in ("key_id", "secret", "endpoint"):
        with pytest.raises(ValueError, match="bucket needs"):
            given(**{missing: ""})


@pytest.fixture
def certificate(tmp_path):
    """Self-signed, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "store.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    only = tmp_path / "authority.pem"
    only.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path, only


def test_a_certificate_nobody_vouches_for_is_refused_and_a_given_one_taken(
    server, given, file, certificate
):
    path, authority = certificate
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with FaultyProxy(server, tls=tls) as behind_tls:
        endpoint = f"https://127.0.0.1:{behind_tls.port}"
        with pytest.raises(Unavailable, match="UnknownIssuer"):
            StoreShelf(Store(given(endpoint=endpoint))).kept()
        shelf = StoreShelf(Store(given(endpoint=endpoint, certificates=str(authority))))
        shelf.keep(file, TUESDAY)
        assert names(shelf) == [TUESDAY]


def test_certificates_that_cannot_be_read_are_named(given):
    with pytest.raises(BadSetting, match="cannot be read"):
        Store(given(certificates="/nowhere/authority.pem"))
