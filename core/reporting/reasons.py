"""Reasons in a reader's language: they are kept as codes with fields."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.i18n import Words


def in_words(reason: Mapping[str, Any], words: Words) -> str:
    """The clause a reason says, its fields isolated so that each keeps its direction."""
    _ = words.gettext
    sentences: Mapping[str, str] = {
        "share-of-article": _("%(percent)s %% of the article is the release's text"),
        "share-of-release": _("%(percent)s %% of the release is in the article"),
        "longest-run": _("the longest passage has %(words)s words"),
        "names-day": _("names the time of the event (%(days)s)"),
        "names-title": _("uses the words of the title: %(words)s"),
        "names": _("names %(names)s"),
        "figures": _("gives the same figures: %(figures)s"),
        "in-time": _in_time(reason, words),
        "only-standing-text": _("shares only standing text or official names"),
        "before-release": _("appeared before the release was sent"),
        "too-little": _("refers to too little of what this release announces"),
        "lesson": _(
            "similar proposals were rejected: %(count)s (%(rejection)s), and %(confirmed)s confirmed; lowered by %(percent)s %%"
        ),
        **_of_bylines(words),
    }
    told = dict(reason)
    if reason["code"] == "names-day":
        told["days"] = _days(reason["days"], words)
    if "rejection" in told:
        told["rejection"] = rejections(words).get(told["rejection"], told["rejection"])
    # What a plural counts is called num in every catalogue.
    told["num"] = told.get("days", "")
    fields = {name: f"\u2068{value}\u2069" for name, value in told.items()}
    return sentences[reason["code"]] % fields


def _in_time(reason: Mapping[str, Any], words: Words) -> str:
    """`days` is a count here, 0 being the day of the release itself."""
    days = int(reason["days"]) if reason["code"] == "in-time" else 0
    if not days:
        return words.gettext("appeared on the day of the release")
    return words.ngettext(
        "appeared %(num)s day after the release",
        "appeared %(num)s days after the release",
        days,
    )


def _days(kept: str, words: Words) -> str:
    """Days that are kept as 2026-11-24, 2026-11-25, as they are read."""
    return ", ".join(
        words.date(date.fromisoformat(one), "long") for one in kept.split(", ")
    )


def rejections(words: Words) -> Mapping[str, str]:
    """Why a person rejected a proposal, by its code; in the order of their keys."""
    _ = words.gettext
    return {
        "another-edition": _("the same event in another year or town"),
        "another-event": _("another event"),
        "only-names": _("it only names the office or its people"),
        "standing-text": _("it shares standing text only"),
        "homonym": _("another of the same name"),
        "no-article": _("it is no article"),
        "other": _("another reason"),
    }


def _of_bylines(words: Words) -> Mapping[str, str]:
    """Why a contact may have written an article."""
    _ = words.gettext
    return {
        "byline-same-name": _("signed %(printed)s, which is the contact's name"),
        "byline-spelled": _(
            "signed %(printed)s, which may be %(name)s spelled otherwise"
        ),
        "byline-other-script": _(
            "signed %(printed)s, which may be %(name)s in the other script"
        ),
        "byline-initial": _(
            "signed %(printed)s, with an initial; the contact is %(name)s"
        ),
        "byline-shorter": _("signed %(printed)s, which has words of %(name)s, not all"),
        "byline-single": _("signed %(printed)s, with one word only"),
        "byline-same-outlet": _("the contact works at %(outlet)s"),
        "byline-outlet-before": _("the contact worked at %(outlet)s before"),
        "byline-outlet-unknown": _("it is not known where the contact works"),
        "byline-other-outlet": _("the contact works at another outlet, %(outlet)s"),
        "byline-namesakes": _("%(contacts)s contacts have this name"),
        "byline-undecided": _("another contact fits just as well"),
        "byline-remembered": _(
            "signed %(printed)s, which a person confirmed for this contact at this outlet"
        ),
    }
