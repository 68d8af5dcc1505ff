"""What somebody typed when their session had ended: kept in the page, and sent once they are back.

Nothing of it is stored here: it goes to the browser it came from and comes back with the
sign-in. Passwords and codes are never among it.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Self

from fastapi import Request
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.web.own_paths import own_path

MOST_SIZE: Final = 1_000_000
_MOST_FIELDS: Final = 2_000
_SECRETS: Final = frozenset(
    {"code", "current", "credential", "secret", "step", "token"}
)
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")

Pair = tuple[Annotated[str, Field(max_length=500)], str]


class Again(BaseModel):
    """A form as it was sent: where to, its fields in order, and which of them were files."""

    path: str = Field(max_length=2_000)
    fields: list[Pair] = Field(default_factory=list, max_length=_MOST_FIELDS)
    files: list[Annotated[str, Field(max_length=500)]] = Field(
        default_factory=list, max_length=100
    )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a page of ours kept; None for none, or for what leads elsewhere."""
        if not text or len(text) > 2 * MOST_SIZE:
            return None
        try:
            found = cls.model_validate_json(text)
        except ValidationError:
            return None
        return found if own_path(found.path) == found.path else None


def has_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "")
    return not kind or kind.startswith(_FORMS)


async def typed(request: Request) -> Again | None:
    """The form of *request*; None where it holds a secret, or more than a page can keep."""
    form = await request.form()
    path = request.url.path
    asked = f"{path}?{request.url.query}" if request.url.query else path
    if own_path(asked) != asked or any(_is_secret(name) for name in form):
        return None
    fields = [(k, v) for k, v in form.multi_items() if isinstance(v, str)]
    if len(fields) > _MOST_FIELDS or _size(fields) > MOST_SIZE:
        return None
    return Again(path=asked, fields=fields, files=_files(form))


def _files(form: FormData) -> list[str]:
    return [
        name
        for name, value in form.multi_items()
        if isinstance(value, UploadFile) and value.filename
    ]


def _size(fields: Sequence[tuple[str, str]]) -> int:
    return sum(len(name) + len(value) for name, value in fields)


def _is_secret(name: str) -> bool:
    return "password" in name or name in _SECRETS
