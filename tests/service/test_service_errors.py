"""Every documented code and every HTTP status becomes the right error, which says what to do."""

import copy
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import REGIONS, WanError, text
from wan_notebook.service import (
    AccessError,
    AnswerLostError,
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
    UnreachableError,
    errors,
    failure,
)
from wan_notebook.service.codes import CODES, MESSAGES, REFUSED, STATUSES, UNEXPLAINED, explain

SINGAPORE = "https://dashscope-intl.aliyuncs.com/api/v1"

# Protocol.md, section 7, row by row.
DOCUMENTED = [
    (400, "InvalidParameter", "Field required: input.prompt", RequestRefusedError),
    (400, "InvalidParameter", "Required parameter(x) missing or invalid", RequestRefusedError),
    (400, "InvalidParameter", "Model not exist.", MissingError),
    (400, "InvalidParameter", "url error, please check url！", RequestRefusedError),
    (400, "InvalidParameter.DataInspection", "Unable to download the media", RequestRefusedError),
    (400, "DataInspectionFailed", "Input may contain inappropriate content.", ContentRefusedError),
    (400, "IPInfringementSuspect", "Input may infringe.", ContentRefusedError),
    (400, "Arrearage", "Access denied, account not in good standing.", BillingError),
    (400, "InvalidURL", "Wrong link.", RequestRefusedError),
    (400, "InvalidURL.ConnectionRefused", "Refused.", MediaUnreachableError),
    (400, "InvalidURL.Timeout", "Slow.", MediaUnreachableError),
    (400, "InvalidImage.FileFormat", "Format.", RequestRefusedError),
    *(
        (400, f"InvalidFile.{part}", "Outside.", RequestRefusedError)
        for part in ("Size", "Duration", "Resolution", "AspectRatio", "FPS", "Format", "Openerror", "New")
    ),
    *(
        (400, f"BadRequest.{part}", "Body.", RequestRefusedError)
        for part in (
            "EmptyInput",
            "EmptyParameters",
            "EmptyModel",
            "IllegalInput",
            "TooLarge",
            "InputDownloadFailed",
            "UnsupportedFileFormat",
        )
    ),
    (400, "UnsupportedOperation", "Failed to cancel the task.", RequestRefusedError),
    (400, "Throttling.AllocationQuota", "Allocated quota exceeded.", ThrottledError),
    (401, "InvalidApiKey", "Invalid API-key provided.", KeyRefusedError),
    (401, "NOT AUTHORIZED", "Workspace.", AccessError),
    (403, "AccessDenied", "current user api does not support synchronous calls.", AsyncHeaderError),
    (403, "AccessDenied", "Access denied.", AccessError),
    (403, "AccessDenied.Unpurchased", "Not open.", AccessError),
    (403, "Model.AccessDenied", "Not open.", AccessError),
    (403, "Workspace.AccessDenied", "Not open.", AccessError),
    (403, "Endpoint.AccessDenied", "Not open.", AccessError),
    (403, "AllocationQuota.FreeTierOnly", "Free tier.", BillingError),
    (404, "ModelNotFound", "Model not found.", MissingError),
    (404, "WorkSpaceNotFound", "Workspace not found.", MissingError),
    (404, "NotFound", "Not found.", MissingError),
    (429, "Throttling", "Requests throttling triggered.", ThrottledError),
    (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.", ThrottledError),
    (429, "Throttling.BurstRate", "Too fast.", ThrottledError),
    (429, "Throttling.AllocationQuota", "Allocated quota exceeded.", ThrottledError),
    (429, "Throttling.AllocationQuota", "Free allocated quota exceeded.", BillingError),
    (429, "CommodityNotPurchased", "Not purchased.", BillingError),
    (429, "PrepaidBillOverdue", "Overdue.", BillingError),
    (429, "PostpaidBillOverdue", "Overdue.", BillingError),
    *(
        (500, code, "Server.", ServiceFaultError)
        for code in (
            "InternalError",
            "InternalError.Algo",
            "InternalError.FileUpload",
            "InternalError.Upload",
            "SystemError",
            "ModelServiceFailed",
            "RequestTimeOut",
            "ResponseTimeout",
            "InternalError.Timeout",
            "ModelServingError",
        )
    ),
    (503, "ModelServingError", "Overload.", ServiceFaultError),
    (503, "ModelUnavailable", "Overload.", ServiceFaultError),
    # Spellings of compatible-mode hosts.
    (401, "invalid_api_key", "Incorrect API key provided.", KeyRefusedError),
    (400, "data_inspection_failed", "Content.", ContentRefusedError),
    (429, "limit_requests", "Too fast.", ThrottledError),
]


@pytest.mark.parametrize(("status", "code", "message", "kind"), DOCUMENTED)
def test_a_documented_code_becomes_its_error(
    status: int, code: str, message: str, kind: type[ServiceError]
) -> None:
    """Class, what the service said, code, status and request id are all there, in one sentence."""
    facts = Facts(status=status, code=code, message=message, request_id="req-1", base_url=SINGAPORE)
    error = explain(facts)
    assert type(error) is kind
    said = str(error)
    assert message.rstrip(".") in said
    assert said.endswith(f"(code {code}, HTTP {status}, request req-1).")
    assert error.meaning in said
    assert error.remedy in said
    assert "{" not in said


@pytest.mark.parametrize(("status", "code", "message", "kind"), DOCUMENTED)
def test_the_same_code_explains_a_failed_task(
    status: int, code: str, message: str, kind: type[ServiceError]
) -> None:
    """A request refused at once and one that FAILED later get the same class and remedy."""
    at_once = explain(Facts(status=status, code=code, message=message))
    later = failure(code, message, "req-1")
    assert (type(later), later.advice, later.remedy) == (kind, at_once.advice, at_once.remedy)
    assert later.status is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefusedError),
        (401, KeyRefusedError),
        (402, BillingError),
        (403, AccessError),
        (404, MissingError),
        (413, RequestRefusedError),
        (418, RequestRefusedError),
        (429, ThrottledError),
        (500, ServiceFaultError),
        (503, ServiceFaultError),
        (None, ServiceError),
    ],
)
@pytest.mark.parametrize("code", [None, "", "Brand.New", "!!"])
def test_an_unknown_code_falls_back_to_the_status(
    status: int | None, kind: type[ServiceError], code: str | None
) -> None:
    """A code the table does not have is still explained."""
    assert type(explain(Facts(status=status, code=code, message="New."))) is kind


@given(st.sampled_from([row[1] for row in DOCUMENTED]), st.randoms(use_true_random=False))
def test_codes_are_matched_without_case_and_separators(code: str, random: object) -> None:
    """Another spelling of a code is the same code."""
    spelled = code.swapcase().replace(".", "_").replace(" ", "-")
    assert explain(Facts(status=400, code=spelled)).advice == explain(Facts(status=400, code=code)).advice


@given(st.none() | st.text(), st.none() | st.text(), st.none() | st.text())
def test_any_failed_task_gets_a_sentence(
    code: str | None, message: str | None, request_id: str | None
) -> None:
    """Whatever code and message hold, braces and line ends included, the sentence stands on one line."""
    said = str(failure(code, message, request_id))
    assert said.endswith(".")
    assert "\n" not in said.replace(code or "", "").replace(request_id or "", "")


def test_a_failed_task_without_code_and_message_is_explained() -> None:
    """Some tasks fail without a reason; the sentence says so."""
    said = str(failure(None, None))
    assert said.startswith("The service said no without a reason")
    assert "None" not in said


def test_a_long_message_is_cut_in_the_sentence_only() -> None:
    """The sentence stays readable, the attribute keeps every word."""
    error = failure("InvalidParameter", "long " * 1000)
    assert len(str(error)) < 600
    assert error.message == "long " * 1000


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        (SINGAPORE, "dashscope-intl.aliyuncs.com in the region singapore"),
        ("https://dashscope.aliyuncs.com/api/v1", "in the region beijing"),
        ("https://ws1.cn-beijing.maas.aliyuncs.com/api/v1", "in the region beijing"),
        ("http://127.0.0.1:8800/api/v1", "127.0.0.1:8800, an address of your own"),
        (None, "the address that was asked"),
    ],
)
def test_a_refused_key_names_the_regions(base_url: str | None, words: str) -> None:
    """The remedy says where the address lies and which regions there are."""
    said = str(explain(Facts(status=401, code="InvalidApiKey", message="No.", base_url=base_url)))
    assert words in said
    assert f"one and the same region ({', '.join(REGIONS)})" in said


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301 - our own bytes
def test_an_error_survives_copying(way: object) -> None:
    """Errors travel between threads and processes whole."""
    assert callable(way)
    error = explain(Facts(status=429, code="Throttling", message="Slow.", retry_after=3.0))
    again = way(error)
    assert (type(again), str(again), again.retry_after) == (type(error), str(error), 3.0)


def kinds(root: type[WanError]) -> Iterator[type[WanError]]:
    """Return a class and all under it."""
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    """Every class is drawn, and only classes are drawn."""
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.split() if "Error" in word}
    drawn.discard("WanError")
    roots = (ServiceError, errors.DownloadError, errors.UploadError)
    assert drawn == {kind.__name__ for root in roots for kind in kinds(root)}


def test_every_advice_has_its_words() -> None:
    """No code leads to a missing text."""
    tables = [*CODES.values(), *(kind for _, _, kind in MESSAGES), *STATUSES.values(), REFUSED, UNEXPLAINED]
    for kind in tables:
        assert all(
            text(f"service.advice.{kind.advice}.{part}", place="", host="", regions="")
            for part in ("meaning", "remedy")
        )


@pytest.mark.parametrize("kind", [UnreachableError, AnswerLostError])
def test_an_error_of_the_way_says_the_cause_in_brackets(kind: type[ServiceError]) -> None:
    """The words of the network are kept apart from those of the service, and may be missing."""
    said = str(kind(Facts(message="ReadTimeout", base_url=SINGAPORE), "lost_query"))
    assert "[ReadTimeout]" in said
    assert "[" not in str(kind(Facts(base_url=SINGAPORE), "lost_query"))
