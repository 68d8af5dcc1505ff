"""Licences as programs are told of them: the row of a full text, and what is said beside it."""

from collections.abc import Mapping
from typing import Any

from core.i18n import Words
from monitor.exporting import LicensedText


def row(one: LicensedText, said: Words) -> Mapping[str, Any]:
    """A text never goes without who wrote it, where and when, and what allows it."""
    return {
        "id": one.article_id,
        "outlet": one.outlet,
        "outlet_ar": one.outlet_ar,
        "title": one.title,
        "author": one.author,
        "published_at": one.published_at,
        "published_as": one.published_as,
        "language": one.language,
        "url": one.url,
        "full_text": one.full_text,
        "licence": one.licence.text,
        "licence_until": one.licence.until,
        "notice": _notice(one, said),
    }


def _notice(one: LicensedText, said: Words) -> str:
    """In the words that the licence asks for; else in ours."""
    if one.licence.notice:
        return one.licence.notice
    fields = {
        "outlet": one.outlet,
        "licence": one.licence.text,
        "day": one.licence.until,
    }
    if one.licence.until:
        return (
            said.gettext(
                "© %(outlet)s. Reproduced under licence until %(day)s: %(licence)s."
            )
            % fields
        )
    return said.gettext("© %(outlet)s. Reproduced under licence: %(licence)s.") % fields
