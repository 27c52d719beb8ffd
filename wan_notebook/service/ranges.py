"""What the headers of a download say: how much there will be, and of which content (RFC 9110, 8.8 and 14).

Pure rules, over responses of the HTTP library.
"""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from wan_notebook.service.partial import Kept, Mark

PARTIAL, NO_SUCH_RANGE = 206, 416
"""HTTP status of what answers a request for the rest."""

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_SURE = timedelta(seconds=1)


def wanted(kept: Kept) -> dict[str, str]:
    """Return the headers that ask for what is missing: all of it anew when the content is another by now."""
    if not kept.size:
        return {}
    return {"Range": f"bytes={kept.size}-", "If-Range": str(kept.mark.validator)}


def continues(response: httpx.Response, kept: Kept) -> bool:
    """Return whether a response is what follows the bytes kept, of the same content."""
    if response.status_code != PARTIAL or not kept.size:
        return False
    start, total = _range(response)
    same = _validator(response) in {None, kept.mark.validator}
    return start == kept.size and same and total in {None, kept.mark.total or total}


def marked(response: httpx.Response, kept: Kept) -> Mark:
    """Return what tells the content of a response from another, and how long the whole of it is.

    Args:
        response: with the whole, or with what follows the bytes kept.
        kept: those bytes.
    """
    if kept.size:
        return Mark(kept.mark.validator, _range(response)[1] or kept.mark.total)
    length = response.headers.get("Content-Length", "")
    return Mark(_validator(response), int(length) if length.isdecimal() else None)


def _range(response: httpx.Response) -> tuple[int | None, int | None]:
    """Return where a part begins and how long the whole is, None where it is not told."""
    found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None:
        return None, None
    start, _end, total = found.groups()
    return int(start), None if total == "*" else int(total)


def _validator(response: httpx.Response) -> str | None:
    """Return the host's mark for a content, None when it gives none that is sure enough.

    A date is, when the content had been unchanged for a second as it was sent (RFC 9110, 8.8.2.2).
    """
    tag, changed = str(response.headers.get("ETag", "")), str(response.headers.get("Last-Modified", ""))
    if tag.startswith('"'):
        return tag
    before, now = _moment(changed), _moment(response.headers.get("Date", ""))
    sure = before is not None and now is not None and now - before > _SURE
    return changed if sure else None


def _moment(header: str) -> datetime | None:
    """Return an HTTP date, None when it is none."""
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
