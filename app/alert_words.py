"""What is said of an alert: one sentence, and the page where it is looked into."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_timedelta

from core.i18n import N_, Words
from monitor.alerting import EMBARGO_BROKEN
from monitor.catalogue.showing import AlertView
from monitor.matching.values import Label

# Raised by the review, which stands above these words.
NOT_VALIDATED: Final = "review-not-validated"
NOT_SENT: Final = "review-not-sent"
# Raised by the nightly backup.
BACKUP_FAILED: Final = "backup-failed"
# Raised by the job that applies the table of retention.
CONTACTS_UNVERIFIED: Final = "contacts-unverified"
# Raised by the job that reads the journal.
JOURNAL_BROKEN: Final = "journal-broken"
# Raised by the webhooks, which stand above these words too.
WEBHOOK_FAILING: Final = "webhook-failing"
# Raised by the job that watches what the law wants in time.
REQUEST_DUE: Final = "person-request-due"
LICENCE_ENDING: Final = "licence-ending"
# Raised by the office of its own running.
BACKUP_OLD: Final = "backup-old"
CLOCK_OFF: Final = "clock-off"
DISK_LOW: Final = "disk-low"
DISPATCH_WAITING: Final = "dispatch-waiting"
EVERYTHING_HELD: Final = "everything-held"
JOBS_STILL: Final = "jobs-still"
SENDER_STUCK: Final = "sender-stuck"
ZONE_DATA_OLD: Final = "zone-data-old"
_ALERTS: Final[Mapping[str, str]] = {
    "source-quiet": N_("%(outlet)s has brought nothing new for far longer than usual."),
    "source-stale": N_("The dates of %(outlet)s stand still."),
    "source-hijacked": N_("What %(outlet)s brings does not look like its own."),
    "source-outrun": N_("Articles of %(outlet)s may have been missed."),
    "source-blocked": N_("%(outlet)s refuses us."),
    "source-failing": N_("%(outlet)s cannot be read."),
    "source-gone": N_("%(outlet)s says that a source is gone for good."),
    EMBARGO_BROKEN: N_(
        "%(outlet)s published release %(number)s %(span)s before its embargo ended. Look at the evidence, then call the outlet."
    ),
    f"{EMBARGO_BROKEN}-mention": N_(
        "%(outlet)s spoke of release %(number)s %(span)s before its embargo ended. Look at the evidence: it may only announce the event."
    ),
    NOT_VALIDATED: N_(
        "Nobody has validated the review of %(day)s, which is due at %(hour)s. Read it and validate it: until then it goes to nobody."
    ),
    BACKUP_FAILED: N_(
        "Last night's backup failed: %(reason)s It is tried again every half hour."
    ),
    CONTACTS_UNVERIFIED: N_(
        "Contacts that nobody has verified since %(day)s: %(number)s. Look at them: verify each, or take it away."
    ),
    NOT_SENT: N_("The review of %(day)s could not be sent: %(reason)s"),
    JOURNAL_BROKEN: N_(
        "The journal was changed from outside: its line %(number)s does not follow from the one before. Keep a copy of the database as it is, and compare it with a backup."
    ),
    REQUEST_DUE: N_(
        "A person's request about their data, number %(number)s, is to be answered by %(day)s. Gather what is kept of them, answer it, and note what you did."
    ),
    LICENCE_ENDING: N_(
        "The licence of %(outlet)s ends on %(day)s. Renew it and note its new last day: afterwards its full texts are dropped and passed on no more."
    ),
    BACKUP_OLD: N_(
        "The newest backup is of %(day)s. See why none was made since, and whether its folder can be reached."
    ),
    CLOCK_OFF: N_(
        "A machine's clock is %(span)s behind another's, or it was set back. Let every machine keep its time by NTP."
    ),
    DISK_LOW: N_(
        "Only %(number)s MB are free where the office keeps its files. Make room, or move the data folder to a larger disk."
    ),
    DISPATCH_WAITING: N_(
        "Dispatch %(number)s should have left and waits for a person. Look at it, then resume it or stop it."
    ),
    EVERYTHING_HELD: N_(
        "Everything is on hold, and nothing leaves. Release it when sending may go on."
    ),
    JOBS_STILL: N_(
        "Jobs of the office stand still: %(reason)s. See whether every worker runs, and what its log says."
    ),
    SENDER_STUCK: N_(
        "Something should have left by now, and nothing leaves. See whether a worker runs and what its log says of the channel."
    ),
    ZONE_DATA_OLD: N_(
        "The time-zone data of version %(number)s is too old: nothing can be planned. Put newer data into the folder zoneinfo of the data folder."
    ),
    WEBHOOK_FAILING: N_(
        "The program at %(outlet)s has taken no message for a day. Mend its address, then test its webhook."
    ),
}


# Those that are looked into on one page, whatever they are about.
_PAGES: Final[Mapping[str, str]] = {
    WEBHOOK_FAILING: "/office/webhooks",
    JOURNAL_BROKEN: "/journal",
    REQUEST_DUE: "/legal/requests",
    LICENCE_ENDING: "/licences",
    BACKUP_OLD: "/office",
    CLOCK_OFF: "/office",
    DISK_LOW: "/office",
    EVERYTHING_HELD: "/office",
    JOBS_STILL: "/office",
    SENDER_STUCK: "/dispatches",
    ZONE_DATA_OLD: "/office",
}


def of_alert(rule: str, fields: Mapping[str, Any], *, said: Words) -> str:
    """A sentence, and where a person must act the next step; other rules by their name."""
    arabic = str(fields.get("outlet_ar") or "") if said.language == "ar" else ""
    told = {
        "outlet": arabic or str(fields.get("outlet") or fields.get("url") or ""),
        "number": fields.get("number", ""),
        "span": span(60 * fields.get("minutes", 0), said=said),
        "day": _day(str(fields.get("day", "")), said=said),
        "hour": fields.get("hour", ""),
        "reason": said.retold(str(fields.get("reason", ""))),
    }
    sentence = said.gettext(_ALERTS.get(_rule(rule, fields), rule))
    for name, value in told.items():
        sentence = sentence.replace(f"%({name})s", f"\u2068{value}\u2069")
    return sentence


def path_of(view: AlertView) -> str:
    """Where on our own pages it is looked into; empty when nowhere."""
    day = str(view.fields.get("day", ""))
    if view.rule == DISPATCH_WAITING:
        return f"/dispatches/{view.fields.get('number', '')}"
    if view.rule == CONTACTS_UNVERIFIED:
        return f"/contacts?since={day}"
    if view.rule in {NOT_VALIDATED, NOT_SENT} and day:
        return f"/review/{day}"
    return _PAGES.get(view.rule, view.path)


def _rule(rule: str, fields: Mapping[str, Any]) -> str:
    """A mention before the embargo may only announce the event."""
    is_mention = fields.get("label") == Label.MENTION
    return f"{rule}-mention" if rule == EMBARGO_BROKEN and is_mention else rule


def _day(written: str, *, said: Words) -> str:
    return said.date(date.fromisoformat(written), "long") if written else ""


def span(seconds: float | None, *, said: Words) -> str:
    """A length of time in round words: "3 hours"."""
    if seconds is None:
        return said.gettext("not known yet")
    return str(format_timedelta(timedelta(seconds=seconds), locale=said.locale))
