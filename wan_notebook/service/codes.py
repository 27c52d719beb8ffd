"""Which code of the service means what (protocol.md, section 7), as data.

Codes are matched without regard to case and separators, for their spelling varies (`InvalidApiKey`,
`invalid_api_key`); the longest beginning in the table wins, so `InvalidFile.Size` finds `InvalidFile`.
A code the table does not have falls back to the HTTP status.
"""

from dataclasses import dataclass

from wan_notebook.service.errors import (
    AccessError,
    AsyncHeaderError,
    BillingError,
    ContentRefusedError,
    Facts,
    KeyRefusedError,
    MediaUnreachableError,
    MissingError,
    RequestRefusedError,
    ServiceError,
    ServiceFaultError,
    ThrottledError,
)


@dataclass(frozen=True)
class Kind:
    """What a code stands for.

    Attributes:
        error: the class raised.
        advice: the entry of the texts that explains it.
    """

    error: type[ServiceError]
    advice: str


CODES = {
    "InvalidApiKey": Kind(KeyRefusedError, "key"),
    "NOT AUTHORIZED": Kind(AccessError, "workspace"),
    "AccessDenied": Kind(AccessError, "access"),
    "AccessDenied.Unpurchased": Kind(AccessError, "model_closed"),
    "Model.AccessDenied": Kind(AccessError, "model_closed"),
    "Workspace.AccessDenied": Kind(AccessError, "workspace"),
    "Endpoint.AccessDenied": Kind(AccessError, "endpoint"),
    "AllocationQuota.FreeTierOnly": Kind(BillingError, "free_quota"),
    "Arrearage": Kind(BillingError, "arrears"),
    "PrepaidBillOverdue": Kind(BillingError, "arrears"),
    "PostpaidBillOverdue": Kind(BillingError, "arrears"),
    "CommodityNotPurchased": Kind(BillingError, "purchase"),
    "Throttling": Kind(ThrottledError, "throttled"),
    "Throttling.AllocationQuota": Kind(ThrottledError, "quota"),
    "limit_requests": Kind(ThrottledError, "throttled"),
    "InvalidParameter": Kind(RequestRefusedError, "parameter"),
    "InvalidParameter.DataInspection": Kind(RequestRefusedError, "media"),
    "InvalidURL": Kind(RequestRefusedError, "media"),
    "InvalidURL.ConnectionRefused": Kind(MediaUnreachableError, "media_later"),
    "InvalidURL.Timeout": Kind(MediaUnreachableError, "media_later"),
    "InvalidImage": Kind(RequestRefusedError, "file"),
    "InvalidFile": Kind(RequestRefusedError, "file"),
    "BadRequest": Kind(RequestRefusedError, "body"),
    "BadRequest.InputDownloadFailed": Kind(RequestRefusedError, "media"),
    "BadRequest.UnsupportedFileFormat": Kind(RequestRefusedError, "file"),
    "UnsupportedOperation": Kind(RequestRefusedError, "operation"),
    "DataInspectionFailed": Kind(ContentRefusedError, "content"),
    "IPInfringementSuspect": Kind(ContentRefusedError, "rights"),
    "ModelNotFound": Kind(MissingError, "model"),
    "WorkSpaceNotFound": Kind(MissingError, "workspace"),
    "NotFound": Kind(MissingError, "path"),
    "InternalError": Kind(ServiceFaultError, "fault"),
    "InternalError.Timeout": Kind(ServiceFaultError, "overdue"),
    "SystemError": Kind(ServiceFaultError, "fault"),
    "ModelServiceFailed": Kind(ServiceFaultError, "fault"),
    "RequestTimeOut": Kind(ServiceFaultError, "fault"),
    "ResponseTimeout": Kind(ServiceFaultError, "fault"),
    "ModelServingError": Kind(ServiceFaultError, "overload"),
    "ModelUnavailable": Kind(ServiceFaultError, "overload"),
}

MESSAGES = (
    ("AccessDenied", "synchronous call", Kind(AsyncHeaderError, "header")),
    ("InvalidParameter", "model not exist", Kind(MissingError, "model")),
    ("InvalidParameter", "url error", Kind(RequestRefusedError, "endpoint_model")),
    ("InvalidParameter", "download", Kind(RequestRefusedError, "media")),
    ("Throttling.AllocationQuota", "free allocated quota", Kind(BillingError, "free_quota")),
)
"""Codes that stand for several things: code, words of its message in lower case, what it then means."""

STATUSES = {
    401: Kind(KeyRefusedError, "key"),
    402: Kind(BillingError, "arrears"),
    403: Kind(AccessError, "access"),
    404: Kind(MissingError, "path"),
    429: Kind(ThrottledError, "throttled"),
}

REFUSED = Kind(RequestRefusedError, "body")
FAULT = Kind(ServiceFaultError, "fault")
UNEXPLAINED = Kind(ServiceError, "unexplained")


def explain(facts: Facts) -> ServiceError:
    """Return the error that an answer or a FAILED task stands for."""
    kind = _kind(facts)
    return kind.error(facts, kind.advice)


def failure(code: str | None, message: str | None, request_id: str | None = None) -> ServiceError:
    """Return the error that explains a FAILED task, whose code and message may both be missing.

    It is explained as if the same code had refused the request at once: the service notices a bad request
    at either moment (protocol.md, section 4.2).
    """
    return explain(Facts(code=code, message=message, request_id=request_id))


def _plain(code: str) -> str:
    """Return the code without case and separators."""
    return "".join(character for character in code.casefold() if character.isalnum())


_TABLE = {_plain(code): kind for code, kind in CODES.items()}


def _kind(facts: Facts) -> Kind:
    """Return what the facts stand for: by words of the message, else by code, else by HTTP status."""
    code, message = _plain(facts.code or ""), (facts.message or "").casefold()
    for beginning, words, kind in MESSAGES:
        if code.startswith(_plain(beginning)) and words in message:
            return kind
    known = [beginning for beginning in _TABLE if code.startswith(beginning)]
    if known:
        return _TABLE[max(known, key=len)]
    return _by_status(facts.status)


def _by_status(status: int | None) -> Kind:
    """Return what an HTTP status stands for when the code says nothing; None is a task that FAILED."""
    if status is None:
        return UNEXPLAINED
    if status in STATUSES:
        return STATUSES[status]
    return FAULT if status >= 500 else REFUSED  # noqa: PLR2004 - the HTTP standard's own border
