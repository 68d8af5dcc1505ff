"""Bytes become text, by evidence. Decides.

In this order: a byte order mark, the zeros of UTF-16, valid UTF-8 whatever is declared,
UTF-8 with a few broken bytes, a label (of the document, then of the header, read as browsers
read it) that makes sense, the script the bytes look like, and chardet.

What is measured on is in `tests/core/text/test_charset.py`: French and Arabic texts in each
charset under each label.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Names as WHATWG's Encoding standard reads them, for Python's codecs. A label that is not
# here is none: Python has codecs that are not charsets at all (idna, zip, unicode_escape).
_NAMES: Final[Mapping[str, str]] = {
    label: name
    for name, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 x-unicode20utf8",
        "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso_8859-1 iso88591"
        " iso_8859-1:1987 latin1 latin-1 l1 ascii us-ascii ansi_x3.4-1968 cp819 ibm819"
        " iso-ir-100 csisolatin1 ansi windows1252",
        "cp1256": "windows-1256 cp1256 x-cp1256 windows1256 win-1256",
        "iso8859-6": "iso-8859-6 iso8859-6 iso_8859-6 iso88596 iso-8859-6-e iso-8859-6-i"
        " arabic asmo-708 ecma-114 iso-ir-127 csisolatinarabic iso_8859-6:1987",
        "iso8859-15": "iso-8859-15 iso8859-15 iso_8859-15 iso885915 latin-9 latin9 l9"
        " csisolatin9",
        "cp1250": "windows-1250 cp1250 x-cp1250",
        "cp1251": "windows-1251 cp1251 x-cp1251",
        "cp1253": "windows-1253 cp1253 x-cp1253",
        "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5 l5",
        "cp1255": "windows-1255 cp1255 x-cp1255",
        "cp1257": "windows-1257 cp1257 x-cp1257",
        "cp1258": "windows-1258 cp1258 x-cp1258",
        "cp874": "windows-874 iso-8859-11 tis-620",
        "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2",
        "iso8859-3": "iso-8859-3 latin3",
        "iso8859-4": "iso-8859-4 latin4",
        "iso8859-5": "iso-8859-5 cyrillic",
        "iso8859-7": "iso-8859-7 greek greek8",
        "iso8859-8": "iso-8859-8 iso-8859-8-i hebrew",
        "iso8859-10": "iso-8859-10 latin6",
        "iso8859-13": "iso-8859-13",
        "iso8859-14": "iso-8859-14",
        "iso8859-16": "iso-8859-16",
        "koi8-r": "koi8-r koi8 koi",
        "koi8-u": "koi8-u",
        "mac-roman": "macintosh mac x-mac-roman",
        "gb18030": "gb18030 gbk gb2312 gb_2312 chinese x-gbk cp936 ms936 euc-cn",
        "big5hkscs": "big5 big5-hkscs x-x-big5",
        "euc_jp": "euc-jp x-euc-jp",
        "cp932": "shift_jis shift-jis sjis x-sjis ms932 windows-31j cp932",
        "iso2022_jp": "iso-2022-jp",
        "cp949": "euc-kr ks_c_5601-1987 korean windows-949 cp949",
        "utf-16-le": "utf-16 utf-16le",
        "utf-16-be": "utf-16be",
    }.items()
    for label in labels.split()
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = frozenset({"utf-16-le", "utf-16-be"})
_LATIN: Final = frozenset({"cp1252", "iso8859-15", "cp1254", "mac-roman", "cp1257"})
_CENTRAL: Final = frozenset({"cp1250", "iso8859-2"})
_ARABIC: Final = frozenset({"cp1256", "iso8859-6"})
# Several bytes a sign: some of their pairs are valid UTF-8, so that their label comes first.
_EASTERN: Final = frozenset(
    {"gb18030", "big5hkscs", "euc_jp", "cp932", "iso2022_jp", "cp949"}
)
# Where a label may stand, and how much is looked at to tell what bytes look like.
_HEAD: Final = 4096
_SAMPLE: Final = 200_000
_SEEN: Final = 20_000
_IN_XML: Final = re.compile(
    rb"<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})"
)
_IN_HTML: Final = re.compile(
    rb"<meta[^<>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})",
    re.IGNORECASE,
)
_PAIRS: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
# The article `al` in the two charsets of Arabic: in every Arabic text, and telling, since
# they share alef and part at lam. On 12,000 letters one of them is found every 20.
_ARTICLE: Final = {"cp1256": b"\xc7\xe1", "iso8859-6": b"\xc7\xe4"}
_LONG_RUN: Final = 3
_ARTICLE_EVERY: Final = 200
# Signs of Latin-9 that Latin-1 has as fractions and a currency sign nobody writes.
_LATIN_9: Final = re.compile(
    rb"[A-Za-z\xc0-\xff][\xbc\xbd]|[\xbc\xbd][A-Za-z\xc0-\xff]|\xa4"
)
_CONTROLS: Final = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    text: str
    # Python's name of the codec.
    charset: str
    # mark, zeros, utf-8, nearly-utf-8, document, header, script, chardet or fallback.
    evidence: str


def decode(
    body: bytes, *, declared: str = "", languages: Sequence[str] = ()
) -> Decoded:
    """The text of *body*; never fails, and what cannot be read is a replacement character.

    *declared* is the header's label; *languages* those its source is known to write.
    """
    try:
        return _marked(body) or _zeros(body) or _utf8(body)
    except UnicodeDecodeError as error:
        # Only the last sign was cut in two, perhaps.
        cut = error.reason == "unexpected end of data"
    found = _labelled(body, declared, among=_EASTERN) or _nearly_utf8(body, cut=cut)
    return found or _labelled(body, declared) or _likely(body, languages)


def codec(label: str) -> str:
    """The codec a browser takes for *label*; empty when there is none of that name."""
    return _NAMES.get(label.strip().strip("\"'").lower(), "")


def _read(body: bytes, name: str, evidence: str) -> Decoded:
    return Decoded(
        text=body.decode(name, errors="replace"), charset=name, evidence=evidence
    )


def _marked(body: bytes) -> Decoded | None:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name, "mark")
    return None


def _zeros(body: bytes) -> Decoded | None:
    """UTF-16 without its mark: markup and blanks have a zero in one half of each pair."""
    head = body[: _HEAD // 4 * 2]
    if b"\0" not in head:
        return None
    most = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd * 5 > most and even * 20 < most:
        return _read(body, "utf-16-le", "zeros")
    if even * 5 > most and odd * 20 < most:
        return _read(body, "utf-16-be", "zeros")
    return None


def _utf8(body: bytes) -> Decoded:
    return Decoded(text=body.decode(), charset="utf-8", evidence="utf-8")


def _nearly_utf8(body: bytes, *, cut: bool) -> Decoded | None:
    """UTF-8 with a few broken bytes.

    Other charsets make a valid pair by chance, never twice as many as broken ones: a
    French text none at all, an Arabic one in windows-1256 one in forty.
    """
    seen = _telling(body)
    whole = len(_PAIRS.findall(seen))
    rest = _PAIRS.sub(b"", seen) if whole else seen
    broken = len(rest) - len(_HIGH.sub(b"", rest))
    if whole >= 2 * broken or (cut and whole):
        return _read(body, "utf-8", "nearly-utf-8")
    return None


def _telling(body: bytes) -> bytes:
    """A sample from the first sign beyond ASCII on: what comes before it says nothing."""
    first = _HIGH.search(body)
    return body if first is None else body[first.start() : first.start() + _SEEN]


def _labels(body: bytes, declared: str) -> Iterator[tuple[str, str]]:
    for pattern in (_IN_XML, _IN_HTML):
        found = pattern.search(body[:_HEAD])
        if found is not None:
            yield codec(found[1].decode("ascii", "replace")), "document"
    yield codec(declared), "header"


def _labelled(
    body: bytes, declared: str, *, among: frozenset[str] = frozenset(_NAMES.values())
) -> Decoded | None:
    for name, evidence in _labels(body, declared):
        # It is not UTF-8, and a document whose label can be read is not UTF-16.
        if name not in among or name == "utf-8" or name in _WIDE:
            continue
        if not _makes_sense(body, name):
            continue
        return _read(body, _latin(body, name) if name in _LATIN else name, evidence)
    return None


def _makes_sense(body: bytes, name: str) -> bool:
    """Whether bytes called *name* may be that."""
    if name in _LATIN:
        return not _is_long(body)
    if name in _ARABIC:
        return _is_long(body) and _arabic(body) in {name, ""}
    try:
        body.decode(name)
    except UnicodeDecodeError as error:
        # A multi-byte sign that was cut off at the end is no lie.
        return error.start >= len(body) - 3
    return True


def _is_long(body: bytes) -> bool:
    """Whether high bytes stand in words of their own, as no Latin script has them."""
    runs = [len(run) for run in _HIGH.findall(_telling(body))]
    return 2 * sum(run for run in runs if run >= _LONG_RUN) > sum(runs)


def _arabic(body: bytes) -> str:
    """Which charset of Arabic writes its article in these bytes; empty when none does."""
    sample = _telling(body)
    counts = {name: sample.count(article) for name, article in _ARTICLE.items()}
    best = max(counts, key=counts.__getitem__)
    high = sum(len(run) for run in _HIGH.findall(sample))
    return best if counts[best] * _ARTICLE_EVERY >= high and counts[best] else ""


def _latin(body: bytes, name: str) -> str:
    """Windows-1252 and Latin-9 part at a few signs; what only one of them has decides."""
    if name not in {"cp1252", "iso8859-15"}:
        return name
    if _CONTROLS.search(body):
        return "cp1252"
    return "iso8859-15" if _LATIN_9.search(body) else name


def _likely(body: bytes, languages: Sequence[str]) -> Decoded:
    """What bytes without a true label look like."""
    if _is_long(body):
        arabic = _arabic(body)
        if arabic:
            return _read(body, arabic, "script")
    elif "fr" in languages:
        return _read(body, _latin(body, "cp1252"), "script")
    guessed = _guessed(body)
    if guessed:
        return _read(body, _latin(body, guessed), "chardet")
    fallback = "cp1256" if "ar" in languages and _is_long(body) else "cp1252"
    return _read(body, _latin(body, fallback), "fallback")


def _guessed(body: bytes) -> str:
    # It is rarely needed and weighs some megabytes.
    import chardet  # noqa: PLC0415

    name = codec(chardet.detect(body[:_SAMPLE]).get("encoding") or "")
    # Short runs are Latin, whatever the statistics prefer for want of letters.
    wanted = name in _LATIN or name in _CENTRAL or _is_long(body)
    return name if wanted and name not in {"utf-8", *_WIDE} else ""
