"""Names of the tables, columns and rows of a report's record, as its sheets show them."""

from collections.abc import Mapping

from core.i18n import Words


def sheets(spoken: Words) -> Mapping[str, str]:
    """Of at most 31 characters, as a spreadsheet allows."""
    _ = spoken.gettext
    return {
        "figures": _("Figures"),
        "articles": _("Articles"),
        "quotes": _("Passages"),
        "essentials": _("The essentials"),
        "alerts": _("Alerts"),
        "marks": _("Moments of the charts"),
        "messages": _("Messages"),
        "message-quotes": _("Quotes of the messages"),
        "pick-up": _("Pick-up map"),
        "sources": _("Sources"),
        "method": _("Method and limits"),
    }


def figures(spoken: Words) -> Mapping[str, str]:
    """What the report rests on, beside its own figures."""
    _ = spoken.gettext
    return {
        "sources-read": _("sources read"),
        "articles-seen": _("articles seen"),
        "proposals-kept": _("proposals kept"),
        "proposals-rejected": _("proposals rejected"),
    }


def columns(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "also-in": _("Also in"),
        "at": _("Moment"),
        "before": _("Before"),
        "contact": _("Contact"),
        "front": _("Front page"),
        "message": _("Message"),
        "outlet-ar": _("Outlet in Arabic"),
        "outlets": _("Outlets"),
        "raised-at": _("Raised"),
        "references": _("Numbers of the articles"),
        "rewrites": _("Rewrite of"),
        "sentence": _("Sentence"),
        "share": _("Share"),
        "text": _("Text"),
        "to-rectify": _("To rectify"),
        "usual": _("Usually"),
        "why": _("Why"),
    }


def facts(spoken: Words) -> Mapping[str, str]:
    """Of the sheet that says how the report was made."""
    _ = spoken.gettext
    return {
        "organisation": _("Organisation"),
        "report": _("Document"),
        "title": _("Title"),
        "day": _("Day"),
        "edition": _("Edition"),
        "number": _("No."),
        "version": _("Version"),
        "because": _("Why it was replaced"),
        "since": _("From"),
        "until": _("Until"),
        "made-at": _("Made"),
        "zone": _("Time zone"),
        "validated-by": _("Validated by"),
        "notice": _("Notice"),
        "objective": _("Objective"),
        "audience": _("Audience"),
        "completeness": _("Completeness"),
        "limit": _("Limit"),
    }


def reports(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "review": _("Press review"),
        "balance": _("Coverage of a release"),
    }
