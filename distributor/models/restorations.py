"""When this office was restored from a backup."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Restoration(Base):
    """From then on nothing is known of what was sent between the backup and this moment."""

    __tablename__ = "restoration"
    id: Mapped[int] = mapped_column(primary_key=True)
    restored_at: Mapped[datetime]
