"""Reasons in a reader's language: they are kept as codes with fields."""

from collections.abc import Mapping
from typing import Any

from core.i18n import Words


def in_words(reason: Mapping[str, Any], words: Words) -> str:
    """The clause a reason says, its fields isolated so that each keeps its direction."""
    _ = words.gettext
    sentences = {
        "share-of-article": _("%(percent)s %% of the article is the release's text"),
        "share-of-release": _("%(percent)s %% of the release is in the article"),
        "longest-run": _("the longest passage has %(words)s words"),
        "names-day": _("names the time of the event (%(days)s)"),
        "names-title": _("uses the words of the title: %(words)s"),
        "names": _("names %(names)s"),
        "figures": _("gives the same figures: %(figures)s"),
        "in-time": _("appeared %(days)s days after the release"),
        "only-standing-text": _("shares only standing text or official names"),
        "before-release": _("appeared before the release was sent"),
        "too-little": _("refers to too little of what this release announces"),
    }
    fields = {name: f"\u2068{value}\u2069" for name, value in reason.items()}
    return sentences[reason["code"]] % fields
