"""What people ask about their own data, until it is answered."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class PersonRequest(Base):
    """That a person asked for their data, its correction or erasure, or objected: and by when."""

    __tablename__ = "person_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    # A value of `states.Asked`.
    kind: Mapped[str]
    # Forgotten when the person is erased; the hash goes on saying whose it was.
    address: Mapped[str] = mapped_column(default="")
    address_hash: Mapped[str] = mapped_column(index=True)
    # How it reached the office: a value of `states.Came`.
    came_by: Mapped[str]
    # In the office's words, such as where the letter is kept.
    note: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    noted_by: Mapped[str] = mapped_column(default="")
    # Empty while it is open; then a value of `states.Settled`.
    outcome: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str] = mapped_column(default="")
