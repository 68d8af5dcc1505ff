"""Every table, gathered. Take the metadata from here and none is missing."""

import core.models
import core.repeats
import core.tokens
import distributor.models
import monitor.models
from app.reviews import models as review_models
from app.webhooks import models as webhook_models
from core.db import Base

# Named, because an import made only for its effect is an import a linter deletes.
HOMES = (
    core.models,
    core.repeats,
    core.tokens,
    distributor.models,
    monitor.models,
    review_models,
    webhook_models,
)

metadata = Base.metadata
