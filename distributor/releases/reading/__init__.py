"""File formats of a release, one file each: a file -> a text in Markdown, its pictures, what was dropped."""
