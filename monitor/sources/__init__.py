"""Kinds of source, one file each. A new file here is a new kind; copy sitemap."""
