"""Reads an upload's form: the fields before the file, and the file, spooled to disk beyond 1 MB."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from wan_notebook.simulator.answers import POST_LARGE, POST_MALFORMED, RefusedError
from wan_notebook.simulator.uploads import LARGEST_MB, Post, missing

_FIELDS = 30  # an upload has eight or nine
_FIELD_BYTES = 64 * 1024
_FORM_BYTES = 2**20  # what the fields and the marks between them may take beside the file


@asynccontextmanager
async def read_post(request: Request) -> AsyncIterator[Post]:
    """Give an upload's form; its file is gone afterwards.

    Raises:
        RefusedError: it is no form with one file, or it is too large.
        ClientDisconnect: the sender went away before its end.
        OSError: the file could not be spooled.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RefusedError(POST_MALFORMED)
    try:
        async with aclosing(request.stream()) as whole, aclosing(_bounded(whole)) as stream:
            parser = MultiPartParser(
                request.headers, stream, max_files=1, max_fields=_FIELDS, max_part_size=_FIELD_BYTES
            )
            form = await parser.parse()
    except MultiPartException:
        raise RefusedError(POST_MALFORMED) from None
    try:
        yield _post(form.multi_items())
    finally:
        await form.close()


async def _bounded(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Pass a body on up to the limit.

    What is above it is read to its end and thrown away: a sender that is answered while it still sends gets a
    broken connection instead of the answer.
    """
    seen = 0
    async for piece in stream:
        seen += len(piece)
        if seen <= LARGEST_MB * 2**20 + _FORM_BYTES:
            yield piece
    if seen > LARGEST_MB * 2**20 + _FORM_BYTES:
        raise RefusedError(POST_LARGE)


def _post(items: list[tuple[str, str | UploadFile]]) -> Post:
    """Return the fields before the file, and the file.

    Raises:
        RefusedError: there is no field "file" that is one.
    """
    fields: dict[str, str] = {}
    for name, value in items:
        if isinstance(value, UploadFile):
            if name != "file":
                break
            return Post(fields, value.file, value.size or 0)
        fields[name] = value
    raise RefusedError(missing("file"))
