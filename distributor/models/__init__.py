"""Rows only the distributor writes."""

from distributor.models.contact_files import ContactFile
from distributor.models.contacts import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    Employment,
    Erasure,
    Lifting,
    MailingList,
    Membership,
    Suppression,
)
from distributor.models.dispatches import (
    Approval,
    Attempt,
    Batch,
    Body,
    BodyFile,
    Delegation,
    Delivery,
    Dispatch,
    Event,
    Waiver,
)
from distributor.models.editing import (
    ReleaseComment,
    TestMail,
    VersionEdit,
    VersionPair,
)
from distributor.models.gatherings import Gathering, WalkIn
from distributor.models.newsroom import Publication, PublishedFile, PublishedText
from distributor.models.requests import PersonRequest
from distributor.models.restorations import Restoration

__all__ = [
    "Answer",
    "Approval",
    "Attempt",
    "Batch",
    "Body",
    "BodyFile",
    "Contact",
    "ContactBatch",
    "ContactChange",
    "ContactFile",
    "Delegation",
    "Delivery",
    "Dispatch",
    "Employment",
    "Erasure",
    "Event",
    "Gathering",
    "Lifting",
    "MailingList",
    "Membership",
    "PersonRequest",
    "Publication",
    "PublishedFile",
    "PublishedText",
    "ReleaseComment",
    "Restoration",
    "Suppression",
    "TestMail",
    "VersionEdit",
    "VersionPair",
    "Waiver",
    "WalkIn",
]
