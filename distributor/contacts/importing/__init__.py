"""Contact files: file -> tables -> rows and rejected rows -> decisions -> one batch.

Reading and deciding write nothing; a batch is written whole and can be undone whole.
"""

from distributor.contacts.importing.decisions import Decision, RowStatus
from distributor.contacts.importing.reading import ImportedContacts, read
from distributor.contacts.importing.rows import ContactRow, Rejected
from distributor.contacts.importing.storing import Stored, examine, store

__all__ = [
    "ContactRow",
    "Decision",
    "ImportedContacts",
    "Rejected",
    "RowStatus",
    "Stored",
    "examine",
    "read",
    "store",
]
