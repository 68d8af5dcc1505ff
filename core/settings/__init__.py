"""Every setting, read once at start.

config/parution.toml, then PARUTION_* (nested with __), then PARUTION_*_FILE for secrets;
below them what was set on screen.
"""

from core.settings.loading import PREFIX, TOKEN, load
from core.settings.sections import (
    Alerts,
    Bounces,
    Directory,
    Fetch,
    MailFolder,
    Matching,
    Newsletters,
    Newsroom,
    Organisation,
    Polling,
    Retention,
    Review,
    Settings,
)

__all__ = [
    "PREFIX",
    "TOKEN",
    "Alerts",
    "Bounces",
    "Directory",
    "Fetch",
    "MailFolder",
    "Matching",
    "Newsletters",
    "Newsroom",
    "Organisation",
    "Polling",
    "Retention",
    "Review",
    "Settings",
    "load",
]
