"""Events that people are invited to: what the door must know of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Gathering(Base):
    """What an invitation's event needs beyond the invitation: room, programme, the way in."""

    __tablename__ = "gathering"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), unique=True)
    # How many people the room holds, crews included; None is not said.
    capacity: Mapped[int | None] = mapped_column(default=None)
    # One point a line, like "10:00 Accueil".
    programme: Mapped[str] = mapped_column(default="")
    # How a guest comes in: which door, until when, with what.
    entrance: Mapped[str] = mapped_column(default="")
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class WalkIn(Base):
    """Somebody who came to an event and is no contact. The name goes, the row stays counted."""

    __tablename__ = "walk_in"
    __table_args__ = (UniqueConstraint("release_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # Names one filled form: sent twice over a weak line, it is one person.
    key: Mapped[str]
    name: Mapped[str]
    outlet: Mapped[str] = mapped_column(default="")
    # How many came with them.
    crew_size: Mapped[int] = mapped_column(default=0)
    plate: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[str]
    came_at: Mapped[datetime]
