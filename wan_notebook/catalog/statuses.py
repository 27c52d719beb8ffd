"""The words for where a task and its video stand (design.md, "The words")."""

from enum import StrEnum


class Status(StrEnum):
    """State of a task: the service's own words, and ours for what the service cannot know."""

    QUEUED = "QUEUED"  # waits here for a free place
    SUBMITTING = "SUBMITTING"  # row committed, POST under way
    UNCONFIRMED = "UNCONFIRMED"  # the answer to the POST was lost
    NOT_CREATED = "NOT_CREATED"  # settled: nothing was made
    REFUSED = "REFUSED"  # the service said no
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    UNKNOWN = "UNKNOWN"
    EXPIRED = "EXPIRED"


FINAL = frozenset(
    {
        Status.NOT_CREATED,
        Status.REFUSED,
        Status.SUCCEEDED,
        Status.FAILED,
        Status.CANCELED,
        Status.EXPIRED,
    },
)
"""States a task never leaves."""


class VideoState(StrEnum):
    """State of a task's video on this machine."""

    NONE = "none"
    DOWNLOADING = "downloading"
    SAVED = "saved"
    EXPIRED = "expired"
    FAILED = "failed"
