"""The journal: who changed what, in the same transaction, in a chain that shows any change to it."""

from core.journal.actor import act_as, acting
from core.journal.chain import verify
from core.journal.listening import Journal, note
from core.journal.telling import Told, Values

__all__ = ["Journal", "Told", "Values", "act_as", "acting", "note", "verify"]
