"""What people may say of one source beside its address: `Source.options`, by name."""

from typing import Final

# The part of the outlet it carries, such as Économie.
SECTION: Final = "section"
# The folders it lay in where its list came from, parted by slashes.
FOLDER: Final = "folder"
# For a listing page: a CSS selector for the links of its articles.
SELECTOR: Final = "selector"
# For a listing page: what the addresses of its articles have in common.
PATTERN: Final = "pattern"
# For a newsletter: the address or the domain it comes from; mail of others is refused.
SENDER: Final = "sender"
# What the outlet agreed to: a contract, a letter, and of when.
LICENCE: Final = "licence"
# What that allows: "excerpt" (a link and an excerpt), or "full-text"; without it, full-text.
LICENCE_ALLOWS: Final = "licence_allows"
# What it wants said beside each article that is passed on.
LICENCE_NOTICE: Final = "licence_notice"
# The last day of that licence, such as 2027-12-31; without it, it has no end.
LICENCE_UNTIL: Final = "licence_until"
# Who agreed, and when, that it is read although robots.txt asks to stay away.
ROBOTS_AGREEMENT: Final = "robots_agreement"
# Why it is not read for now.
PAUSED: Final = "paused"

OPTIONS: Final = (
    SECTION,
    FOLDER,
    SELECTOR,
    PATTERN,
    SENDER,
    LICENCE,
    LICENCE_ALLOWS,
    LICENCE_NOTICE,
    LICENCE_UNTIL,
    ROBOTS_AGREEMENT,
    PAUSED,
)
