"""How the service's own SDK waits: its loop runs as it is, only its call goes to an account in memory."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from dashscope.api_entities.dashscope_response import DashScopeAPIResponse
from dashscope.client.base_api import BaseAsyncAioApi

from tests.account import Account


class Sdk(BaseAsyncAioApi):
    """The SDK's way to wait for tasks of an account."""

    account: Account

    @classmethod
    async def _get(cls, task_id: str, *_arguments: Any, **_more: Any) -> DashScopeAPIResponse:
        answer = await cls.account.client().query(task_id)
        output = {"task_id": task_id, "task_status": answer.raw_status}
        return DashScopeAPIResponse(status_code=HTTPStatus.OK, request_id="r", output=output)


def sdk_wait(account: Account) -> Callable[[str], Awaitable[float]]:
    """Return how the SDK waits."""
    Sdk.account = account

    async def wait(task_id: str) -> float:
        await Sdk.wait(task_id)
        return account.now() - account.jobs[task_id].end

    return wait
