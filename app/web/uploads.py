"""A file that a form brings: read up to its limit, and looked at by the scanner."""

from fastapi import UploadFile

from app.bootstrap import Office
from distributor.releases.attaching import safe_name


def taken(office: Office, file: UploadFile | None, *, most: int, to: str = "") -> bytes:
    """The file, or its first *most* bytes and one more where it is too large for us.

    *to* names the field where the page shows errors by field. Raises BadInput where a scanner finds a virus, Unavailable where it must look and does not.
    """
    content = file.file.read(most + 1) if file else b""
    if file and 0 < len(content) <= most:
        office.scanner.check(to or safe_name(file.filename or ""), content)
    return content
