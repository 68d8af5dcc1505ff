"""Every table, gathered. Take the metadata from here and none is missing."""

import core.models
import core.preferences
import distributor.models
import monitor.models
from app.reviews import models as review_models
from core.db import Base

# Named, because an import made only for its effect is an import a linter deletes.
HOMES = (
    core.models,
    core.preferences,
    distributor.models,
    monitor.models,
    review_models,
)

metadata = Base.metadata
