"""What the service says, word for word (protocol.md, sections 4, 5 and 7): codes, texts, bodies, times."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

SERVICE_ZONE = timezone(timedelta(hours=8))
"""The service writes its times without a zone; they are UTC+8 (protocol.md 4.3)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way the service says no: HTTP status, code and message."""

    http: int
    code: str
    message: str


class RefusedError(Exception):
    """A call that is refused at once.

    Args:
        fault: what is said.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


NO_KEY = Fault(401, "InvalidApiKey", "No API-key provided.")
BAD_KEY = Fault(401, "InvalidApiKey", "Invalid API-key provided.")
NOT_ASYNC = Fault(403, "AccessDenied", "current user api does not support synchronous calls")
NOT_JSON = Fault(400, "InvalidParameter", "Required body invalid, please check the request body format.")
BAD_FILTER = Fault(
    400,
    "InvalidParameter",
    "Required parameter(s) missing or invalid, please check the request parameters.",
)
NO_MODEL = Fault(400, "BadRequest.EmptyModel", 'Required parameter "model" missing from request.')
NO_INPUT = Fault(400, "BadRequest.EmptyInput", "Required input parameter missing from request.")
UNKNOWN_MODEL = Fault(400, "InvalidParameter", "Model not exist.")
WRONG_ENDPOINT = Fault(400, "InvalidParameter", "url error, please check url！")
TOO_FAST = Fault(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.")
NOT_PENDING = Fault(
    400,
    "UnsupportedOperation",
    "Failed to cancel the task, please confirm if the task is in PENDING status.",
)
NOT_RESOLVED = Fault(
    400,
    "InvalidParameter.DataInspection",
    "Unable to download the media resource during the data inspection process.",
)
NOT_FOUND = Fault(404, "NotFound", "Not found!")
INTERNAL = Fault(500, "InternalError", "Internal server error!")

LINK_EXPIRED = Fault(403, "AccessDenied", "Request has expired.")
LINK_FORGED = Fault(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
)
LINK_EMPTY = Fault(404, "NoSuchKey", "The specified key does not exist.")

POST_MALFORMED = Fault(
    400,
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
)
POST_STRANGER = Fault(
    403,
    "InvalidAccessKeyId",
    "The OSS Access Key Id you provided does not exist in our records.",
)
POST_EXPIRED = Fault(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
POST_LARGE = Fault(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
POST_TAKEN = Fault(
    409,
    "FileAlreadyExists",
    "The object you specified already exists and can not be overwritten.",
)


def request_id() -> str:
    """Return a new id of a call."""
    return str(uuid4())


def error_body(fault: Fault) -> dict[str, Any]:
    """Return the flat JSON body of a refusal."""
    return {"code": fault.code, "message": fault.message, "request_id": request_id()}


def storage_error(fault: Fault, now: float) -> str:
    """Return the XML in which the video storage (OSS) refuses a link."""
    server_time = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    fields = {
        "Code": fault.code,
        "Message": fault.message,
        "RequestId": uuid4().hex[:24].upper(),
        "ServerTime": server_time,
    }
    inside = "".join(f"  <{name}>{value}</{name}>\n" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n{inside}</Error>\n'


def service_time(seconds: float) -> str:
    """Return a time as the service writes it: ``2026-01-20 11:00:00.123``."""
    return datetime.fromtimestamp(seconds, SERVICE_ZONE).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def from_list_time(written: str) -> float:
    """Return the seconds since 1970 of a time in a list query, ``YYYYMMDDhhmmss``.

    Raises:
        ValueError: it is no such time.
    """
    return datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=SERVICE_ZONE).timestamp()
