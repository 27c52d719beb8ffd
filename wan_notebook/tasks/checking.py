"""Asks the service about an address and a key, without cost."""

import uuid

from wan_notebook.service import ApiKey, Limits, ServiceClient
from wan_notebook.tasks.engine import Engine

LIMITS = Limits(connect=5, read=10, total=15)
"""Somebody waits in front of a panel, and the kernel with them."""


def check(base_url: str, key: ApiKey) -> None:
    """Query a task that does not exist: the service answers UNKNOWN to a good key (protocol.md, section 7).

    Raises:
        ServiceError: the key is refused there, or nothing answers as the service does.
    """
    engine = Engine("wan-notebook-check")
    try:
        engine.run(_ask(ServiceClient(base_url, key, query_limits=LIMITS))).result()
    finally:
        engine.stop()


async def _ask(client: ServiceClient) -> None:
    try:
        await client.query(str(uuid.uuid4()))
    finally:
        await client.aclose()
