"""What people may say of one source beside its address: `Source.options`, by name."""

from typing import Final

# The part of the outlet it carries, such as Économie.
SECTION: Final = "section"
# The folders it lay in where its list came from, parted by slashes.
FOLDER: Final = "folder"
# For a listing page: a CSS selector for the links of its articles.
SELECTOR: Final = "selector"
# What allows keeping its full texts longer than matching needs.
LICENCE: Final = "licence"
# Who agreed, and when, that it is read although robots.txt asks to stay away.
ROBOTS_AGREEMENT: Final = "robots_agreement"
# Why it is not read for now.
PAUSED: Final = "paused"

OPTIONS: Final = (SECTION, FOLDER, SELECTOR, LICENCE, ROBOTS_AGREEMENT, PAUSED)
