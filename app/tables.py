"""Every table, gathered. Take the metadata from here and none is missing."""

import core.journal.models
import core.models
import distributor.models
import monitor.models
from app.reviews import models as review_models
from app.webhooks import models as webhook_models
from core.accounts import models as account_models
from core.db import Base
from core.programs import models as program_models

# Named, because an import made only for its effect is an import a linter deletes.
HOMES = (
    core.models,
    account_models,
    core.journal.models,
    program_models,
    distributor.models,
    monitor.models,
    review_models,
    webhook_models,
)

metadata = Base.metadata
