"""Backups: every row of an office in one encrypted file, alike from SQLite and PostgreSQL.

rows -> lines -> gzip -> age -> file        and back, into a database of either engine
"""
