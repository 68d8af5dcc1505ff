"""A bucket of a store that speaks S3's language. Only this module knows its client.

Every request has a time-out and few retries; a backup goes up and comes down in parts, so
that one of many gigabytes needs no more memory than a small one. What a store tells is never
repeated with anything that could open it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from core.errors import BadSetting, Unavailable
from core.settings import PREFIX, BackupStore
from core.wording import worded

# At least 5 MiB by S3's rules, and at most 10,000 of them: up to 80 GB.
_PART: Final = 8 * 1024 * 1024
_CONNECT: Final = timedelta(seconds=10)
_RETRIES: Final = 3
# A small thing of ours, such as what a backup's receipt says.
_MOST_WORDS: Final = 64 * 1024 * 1024
_STATUS: Final = re.compile(r"status code: (\d{3})")
_REFUSED: Final = frozenset({"401", "403"})
_SAID: Final = re.compile(
    r"<Code>([^<]*)</Code>(?:.*?<Message>([^<]*)</Message>)?", re.DOTALL
)
# Its client tells the cause only in a long picture of itself.
_ON_THE_WAY: Final = re.compile(
    r'InvalidCertificate\(\s*(\w+)|message: "([^"]+)"', re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How much was put or read, and its SHA-256."""

    size: int
    sha256: str


class Store:
    """Raises Unavailable, which says what the store said, wherever it does not do its part."""

    def __init__(
        self, given: BackupStore, *, bucket: str = "", prefix: str = ""
    ) -> None:
        self._bucket = bucket or given.bucket
        where = (prefix or ("" if bucket else given.prefix)).strip("/")
        self.name = "/".join(filter(None, (f"s3://{self._bucket}", where)))
        self._store = S3Store(
            self._bucket,
            prefix=where or None,
            endpoint=given.endpoint.rstrip("/"),
            region=given.region,
            access_key_id=given.key_id,
            secret_access_key=given.secret.get_secret_value(),
            virtual_hosted_style_request=not given.path_style,
            client_options=_client(given),
            retry_config={
                "max_retries": _RETRIES,
                "retry_timeout": timedelta(seconds=_RETRIES * given.timeout_seconds),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=200),
                    "max_backoff": timedelta(seconds=5),
                    "base": 2,
                },
            },
        )

    def put(self, name: str, file: Path) -> Content:
        """It appears when all of it is there, or not at all."""
        passing = _Passing()
        with file.open("rb") as source, self._said(name):
            obstore.put(
                self._store,
                name,
                passing.by(iter(lambda: source.read(_PART), b"")),
                chunk_size=_PART,
                max_concurrency=1,
            )
        return passing.content()

    def look(self, name: str) -> Content:
        """Read all of it again, as it is kept there."""
        passing = _Passing()
        for _ in passing.by(self._read(name)):
            pass
        return passing.content()

    def fetch(self, name: str, file: Path) -> Content:
        """Write it into a file that is there already."""
        passing = _Passing()
        with file.open("wb") as out:
            for part in passing.by(self._read(name)):
                out.write(part)
        return passing.content()

    def names(self) -> Mapping[str, int]:
        """What stands under our prefix, and not below it: names and sizes."""
        with self._said(""):
            found = obstore.list_with_delimiter(self._store)
            return {one["path"]: one["size"] for one in found["objects"]}

    def words(self, name: str) -> bytes | None:
        """A small thing; None where there is none of that name."""
        with self._said(name):
            try:
                found = obstore.get(self._store, name)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
            if found.meta["size"] > _MOST_WORDS:
                return None
            return bytes(found.bytes())

    def say(self, name: str, words: bytes) -> None:
        with self._said(name):
            obstore.put(self._store, name, words, use_multipart=False)

    def remove(self, name: str) -> None:
        """Twice does no harm."""
        with self._said(name):
            obstore.delete(self._store, name)

    def _read(self, name: str) -> Iterator[bytes]:
        with self._said(name):
            stream = obstore.get(self._store, name).stream(min_chunk_size=_PART)
        while True:
            with self._said(name):
                part = next(stream, None)
            if part is None:
                return
            yield bytes(part)

    @contextmanager
    def _said(self, name: str) -> Iterator[None]:
        try:
            yield
        # Its client's own word for what a store does not have.
        except FileNotFoundError as error:
            raise self._fault(
                worded(
                    "The store of backups has no such thing: %(why)s.", why=_why(error)
                ),
                name,
                worded(
                    "Look at the bucket's name, and at what `parution list-backups` shows."
                ),
            ) from None
        except BaseError as error:
            if _status(error) in _REFUSED:
                raise self._fault(
                    worded(
                        "The store of backups refuses this key: %(why)s.",
                        why=_why(error),
                    ),
                    name,
                    worded(
                        "Look at backup.store.key_id and its secret, and at what the store lets them do."
                    ),
                ) from None
            raise self._fault(
                worded("The store of backups did not do it: %(why)s.", why=_why(error)),
                name,
                worded(
                    "See whether the store is up, reachable from here and has room."
                ),
            ) from None

    def _fault(self, what: str, name: str, mend: str) -> Unavailable:
        return Unavailable(what, to=f"{self.name}/{name}".rstrip("/"), mend=mend)


class _Passing:
    """Counts and hashes what passes."""

    def __init__(self) -> None:
        self._size = 0
        self._hash = hashlib.sha256()

    def by(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        for part in parts:
            self._size += len(part)
            self._hash.update(part)
            yield part

    def content(self) -> Content:
        return Content(size=self._size, sha256=self._hash.hexdigest())


def _client(given: BackupStore) -> Any:
    options: dict[str, Any] = {
        "timeout": timedelta(seconds=given.timeout_seconds),
        "connect_timeout": _CONNECT,
        "allow_http": _may_be_plain(given),
        "user_agent": "parution-backup",
    }
    if given.certificates:
        try:
            options["root_certificate"] = Path(given.certificates).read_bytes()
        except OSError as error:
            raise BadSetting(
                worded("The certificates cannot be read: %(why)s.", why=error.strerror),
                to=f"{PREFIX}BACKUP__STORE__CERTIFICATES",
                mend=worded("Name a file with certificates in PEM."),
            ) from error
    return options


def _may_be_plain(given: BackupStore) -> bool:
    """Raises BadSetting: what is encrypted still says who talks to whom, and under which key."""
    address = urlsplit(given.endpoint)
    if address.scheme == "https":
        return False
    if not (given.allow_http or _is_here(address.hostname or "")):
        raise BadSetting(
            worded("The store of backups is asked without https on another machine."),
            to=f"{PREFIX}BACKUP__STORE__ENDPOINT",
            mend=worded(
                "Give it an https address, or set backup.store.allow_http where the network is your own."
            ),
        )
    return True


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _status(error: Exception) -> str:
    found = _STATUS.search(str(error))
    return found[1] if found else ""


def _why(error: Exception) -> str:
    """What the store itself said, else why it was not reached, else what its client says."""
    text = str(error)
    said = _SAID.search(text)
    if said:
        return ": ".join(part.strip().rstrip(".") for part in said.groups() if part)
    on_the_way = _ON_THE_WAY.search(text)
    first = text.partition("\n")[0].strip().rstrip(".")
    if on_the_way:
        return f"{on_the_way[1] or on_the_way[2]} ({first.rpartition(' - ')[2]})"
    return first or type(error).__name__
