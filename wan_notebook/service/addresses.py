"""Which network addresses are this machine's or its neighbours', as opposed to the public network."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = Sequence[IPv4Network | IPv6Network]

MACHINE: Networks = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this machine
            "127.0.0.0/8",  # this machine
            "169.254.0.0/16",  # link-local; most clouds keep their credentials service there
            "::/128",
            "::1/128",
            "fe80::/10",
        ),
    )
)
"""Where no video lies, whoever says so, but that of a simulator here."""

LOCAL: Networks = (
    *MACHINE,
    *map(
        ip_network,
        (
            "10.0.0.0/8",  # private
            "172.16.0.0/12",  # private
            "192.168.0.0/16",  # private
            "100.64.0.0/10",  # shared by providers; some clouds keep their credentials service there
            "fc00::/7",  # private
            "fec0::/10",  # private, of old
        ),
    ),
)
"""Where no redirect from outside may lead. Not 198.18.0.0/15: some proxies map every name there."""

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 as seen from networks that speak IPv6 only; the last four bytes are the IPv4 address."""


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or number; no name is looked up."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _plain(host).is_loopback
    except ValueError:
        return False


async def is_local(host: str, networks: Networks = LOCAL) -> bool:
    """Return whether one of a host's addresses lies in these networks; names are looked up.

    A name that cannot be looked up here is not local: only a proxy can reach it.
    """
    try:
        addresses = [_plain(host)]
    except ValueError:
        addresses = await _looked_up(host)
    return any(address in network for address in addresses for network in networks)


def lies_in(number: str, networks: Networks) -> bool:
    """Return whether an address, written as a number, lies in these networks."""
    return any(_plain(number) in network for network in networks)


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
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
