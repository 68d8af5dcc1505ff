"""Rows only the distributor writes."""

from distributor.models.contact_files import ContactFile
from distributor.models.contacts import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    Employment,
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
    "Event",
    "Gathering",
    "Lifting",
    "MailingList",
    "Membership",
    "Publication",
    "PublishedFile",
    "PublishedText",
    "ReleaseComment",
    "Suppression",
    "TestMail",
    "VersionEdit",
    "VersionPair",
    "Waiver",
    "WalkIn",
]
