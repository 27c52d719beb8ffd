"""Which network addresses are this machine's or its neighbours', as opposed to the public network."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_LOCAL_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this machine
        "127.0.0.0/8",  # this machine
        "10.0.0.0/8",  # private
        "172.16.0.0/12",  # private
        "192.168.0.0/16",  # private
        "100.64.0.0/10",  # shared by providers; some clouds keep their credentials service there
        "169.254.0.0/16",  # link-local; most clouds keep theirs here
        "::/128",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Where no redirect from outside may lead. Not 198.18.0.0/15: some proxies map every name there."""


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or number; no name is looked up."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _plain(host).is_loopback
    except ValueError:
        return False


async def is_local(host: str) -> bool:
    """Return whether a host leads to this machine or a private network; names are looked up.

    A name that cannot be looked up here is not local: only a proxy can reach it.
    """
    try:
        addresses = [_plain(host)]
    except ValueError:
        addresses = await _looked_up(host)
    return any(address in network for address in addresses for network in _LOCAL_NETWORKS)


async def _looked_up(name: str) -> list[IPv4Address | IPv6Address]:
    """Return the addresses of a name, none when it has none here."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [_plain(str(entry[4][0])) for entry in found]


def _plain(host: str) -> IPv4Address | IPv6Address:
    """Return the number, an IPv4 address written as IPv6 as the IPv4 address it is."""
    address = ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
