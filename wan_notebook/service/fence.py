"""Where a download may lead: nobody outside may send it to this machine or its network.

Two looks, since a name may mean one address when it is looked up and another when it is called: before a
request, at every address its host's name has here; and when the connection stands, at the address it really
leads to, before a byte of the request is sent. What goes through a proxy only the proxy can judge.
"""

from typing import Any

import httpx

from wan_notebook.catalog import text
from wan_notebook.service.addresses import LOCAL, MACHINE, Networks, is_local, lies_in
from wan_notebook.service.errors import DownloadError


class Fence:
    """The addresses one download may lead to.

    The link itself comes from the service, which may lie in a private network with its storage; a redirect
    comes from whoever answers. So the link is kept from this machine only, and a redirect from all networks
    that are not public.

    Args:
        link: the host of the link.
        inside: whether the service itself lies inside, as a simulator does; then nothing is kept out.
    """

    def __init__(self, link: str, *, inside: bool) -> None:
        self._link = link
        self._inside = inside

    async def guard(self, request: httpx.Request) -> None:
        """Look at where a request leads, and have its connection looked at.

        Raises:
            DownloadError: it leads inside.
        """
        if self._inside:
            return
        host = request.url.host
        networks = MACHINE if host == self._link else LOCAL
        if await is_local(host, networks):
            raise _refused(host)
        watch = _Watch(request.url, networks)
        request.extensions = {**request.extensions, "trace": watch.told}


class _Watch:
    """Hears of the steps of one request, and ends it when its connection leads inside.

    Args:
        url: where it goes.
        networks: what counts as inside.
    """

    def __init__(self, url: httpx.URL, networks: Networks) -> None:
        self._host = url.host
        self._called = url.raw_host.decode("ascii")
        self._networks = networks
        self._direct = False

    async def told(self, step: str, facts: dict[str, Any]) -> None:
        """Take note of a step, as the HTTP library tells it.

        Raises:
            DownloadError: the connection leads inside; it is closed.
        """
        if step == "connection.connect_tcp.started":
            self._direct = facts["host"] == self._called  # else it is the proxy that is called
        elif step == "connection.connect_tcp.complete" and self._direct:
            stream = facts["return_value"]
            if lies_in(stream.get_extra_info("server_addr")[0], self._networks):
                await stream.aclose()
                raise _refused(self._host)


def _refused(host: str) -> DownloadError:
    return DownloadError(text("service.download.inside", host=host))
