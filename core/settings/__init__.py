"""Every setting, read once at start.

config/parution.toml, then PARUTION_* (nested with __), then PARUTION_*_FILE for secrets;
below them what was set on screen.
"""

from core.settings.faults import PREFIX
from core.settings.keeping import BackupStore, Retention, Uploads
from core.settings.legal import Legal
from core.settings.listening import Fetch, Matching, Polling
from core.settings.loading import TOKEN, load, read
from core.settings.mailing import Bounces, MailFolder, Newsletters, Newsroom
from core.settings.office import Organisation, Settings
from core.settings.reviewing import Alerts, Review
from core.settings.serving import Directory, Fleet, Telemetry, WebPages

__all__ = [
    "PREFIX",
    "TOKEN",
    "Alerts",
    "BackupStore",
    "Bounces",
    "Directory",
    "Fetch",
    "Fleet",
    "Legal",
    "MailFolder",
    "Matching",
    "Newsletters",
    "Newsroom",
    "Organisation",
    "Polling",
    "Retention",
    "Review",
    "Settings",
    "Telemetry",
    "Uploads",
    "WebPages",
    "load",
    "read",
]
