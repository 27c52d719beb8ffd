"""The errors of the way to the service.

    WanError
    ├── ServiceError                 what the service said, or what became of asking it
    │   ├── KeyRefusedError          the key is wrong, or of another region
    │   ├── AccessError              model, workspace or endpoint is not open for the key
    │   ├── AsyncHeaderError         the header for asynchronous calls did not arrive
    │   ├── BillingError             unpaid bills, nothing bought, free quota used up
    │   ├── ThrottledError           too fast or too much at once; carries `retry_after`
    │   ├── RequestRefusedError      the request does not suit the service
    │   │   └── MediaUnreachableError   a media link was slow or refused; may work later
    │   ├── ContentRefusedError      content safety or rights
    │   ├── MissingError             no such model, workspace or path
    │   ├── ServiceFaultError        a fault on the service's side
    │   ├── UnreachableError         no connection was made: surely nothing was sent
    │   ├── AnswerLostError          it may have been received, but there is no readable answer
    │   └── NotTheServiceError       something else answered: a web page, a redirect
    ├── DownloadError                a video that could not be fetched
    │   ├── LinkExpiredError         its link is no longer valid
    │   ├── TransferError            the connection or the host failed; trying again makes sense
    │   └── StorageError             it cannot be written here: disk full, no permission, name taken
    │       └── PartGoneError        its half-finished file was removed meanwhile; trying again makes sense
    └── UploadError                  a file that could not be sent; nothing was submitted
        ├── UploadFileError          the file here: missing, too large, changed under way
        ├── UploadCutError           the host was not reached or failed, or the connection broke
        └── UploadRefusedError       the upload host said no
            └── UploadExpiredError   the permission to upload ran out; a new one is to be asked for

Which code becomes which class is a table in `codes.py`; what may be repeated is decided in `retry.py`.
"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from wan_notebook.catalog import REGIONS, WanError, region_of, text

_SHOWN = 300  # characters of a message in the sentence; the whole of it stays in `message`


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about an answer, each None where it is not.

    Attributes:
        message: the service's own words, or those of the network.
        code: the service's code.
        status: HTTP status; None for a task that FAILED and for an answer that never came.
        request_id: the service's id of the call, for its support.
        retry_after: seconds the service asks to wait.
        base_url: the address that was asked.
    """

    message: str | None = None
    code: str | None = None
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None
    base_url: str | None = None


class ServiceError(WanError):
    """Something the service said no to, or a call that came to nothing. Printed, it is one sentence.

    Attributes:
        message, code, status, request_id, retry_after: see `Facts`.
        advice: which entry of the texts explains it.
    """

    sentence: ClassVar[str] = "said"

    def __init__(self, facts: Facts, advice: str) -> None:
        super().__init__(facts, advice)
        self.facts = facts
        self.advice = advice
        self.message = facts.message
        self.code = facts.code
        self.status = facts.status
        self.request_id = facts.request_id
        self.retry_after = facts.retry_after

    @property
    def meaning(self) -> str:
        """What it means, in plain words."""
        return self._words("meaning")

    @property
    def remedy(self) -> str:
        """What to do, in plain words."""
        return self._words("remedy")

    def __str__(self) -> str:
        kind = self.sentence if self.message else f"{self.sentence}_nothing"
        words = {"meaning": self.meaning, "remedy": self.remedy, "marks": self._marks()}
        return text(f"service.sentence.{kind}", message=_shortened(self.message or ""), **words)

    def _words(self, part: str) -> str:
        return text(
            f"service.advice.{self.advice}.{part}",
            host=_host(self.facts.base_url),
            place=_place(self.facts.base_url),
            regions=", ".join(REGIONS),
        )

    def _marks(self) -> str:
        """Return code, HTTP status and request id in brackets, nothing when all are unknown."""
        named = {"code": self.code, "status": self.status, "request": self.request_id}
        marks = [text(f"service.mark.{name}", value=value) for name, value in named.items() if value]
        return f" ({', '.join(marks)})" if marks else ""


class KeyRefusedError(ServiceError):
    """The service does not know the key at this address."""


class AccessError(ServiceError):
    """Model, workspace or endpoint is not open for this key."""


class AsyncHeaderError(ServiceError):
    """The header that asks for an asynchronous call did not arrive."""


class BillingError(ServiceError):
    """The account cannot pay: unpaid bills, nothing bought, free quota used up."""


class ThrottledError(ServiceError):
    """Too many calls or tasks at once; nothing was made."""


class RequestRefusedError(ServiceError):
    """The request does not suit the service."""


class MediaUnreachableError(RequestRefusedError):
    """The host of a media link was slow or refused the service; later it may answer."""


class ContentRefusedError(ServiceError):
    """Content safety or rights stand against prompt, input or result."""


class MissingError(ServiceError):
    """No such model, workspace or path."""


class ServiceFaultError(ServiceError):
    """A fault on the service's side."""


class UnreachableError(ServiceError):
    """No connection was made: nothing was sent, nothing was made."""

    sentence = "way"


class AnswerLostError(ServiceError):
    """The request may have been received, but there is no answer that can be read."""

    sentence = "way"


class NotTheServiceError(ServiceError):
    """What answered is not the service."""

    sentence = "way"


class DownloadError(WanError):
    """A video that could not be fetched; no file was left behind."""


class LinkExpiredError(DownloadError):
    """The video's link is no longer valid."""


class TransferError(DownloadError):
    """The connection or the host failed while the video was fetched."""


class StorageError(DownloadError):
    """The video cannot be written where it should be."""


class PartGoneError(StorageError):
    """The half-finished file was removed while it grew."""


class UploadError(WanError):
    """A file that could not be sent to the service's upload store; nothing was submitted."""


class UploadFileError(UploadError):
    """The file itself is in the way: missing, too large, or changed while it was sent."""


class UploadCutError(UploadError):
    """The upload host was not reached or has a fault, or the connection broke on the way."""


class UploadRefusedError(UploadError):
    """The upload host said no."""


class UploadExpiredError(UploadRefusedError):
    """The permission to upload is no longer valid."""


def _shortened(message: str) -> str:
    """Return the message on one line, cut at its end when long, without its last full stop."""
    line = " ".join(message.split()).rstrip(".")
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _host(base_url: str | None) -> str:
    return urlsplit(base_url or "").netloc or text("service.place.unknown")


def _place(base_url: str | None) -> str:
    """Return host and region of an address in words."""
    if base_url is None:
        return text("service.place.unknown")
    region = region_of(base_url)
    if region is None:
        return text("service.place.own", host=_host(base_url))
    return text("service.place.region", host=_host(base_url), region=region.id)
