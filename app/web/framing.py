"""What others may read in a mail, shown in a frame that lets it do nothing."""

from typing import Final

from fastapi.responses import HTMLResponse

# Its own scripts, forms and addresses do nothing; its styles are the mail's own.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def framed(page: str) -> HTMLResponse:
    """The page of a mail, for an `<iframe sandbox>` of ours."""
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})
