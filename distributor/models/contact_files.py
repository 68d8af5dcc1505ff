"""Contact files that wait between being given and being imported."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ContactFile(Base):
    """A file that somebody looks at before it is imported; its content goes when it is, or is old."""

    __tablename__ = "contact_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    # SHA-256 of the content: given twice, it waits once.
    digest: Mapped[str]
    list_name: Mapped[str]
    provenance: Mapped[str] = mapped_column(default="")
    # As `contacts.importing.choices` writes them.
    choices: Mapped[dict[str, Any]]
    given_at: Mapped[datetime] = mapped_column(index=True)
    # Set once: whoever sets it imports.
    imported_at: Mapped[datetime | None] = mapped_column(default=None)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("contact_batch.id"))
    # What became of its lines: {"new": 3, "rejected": 1}.
    numbers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # The lines that were not imported, as a table to mend.
    left_over: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, deferred=True
    )
