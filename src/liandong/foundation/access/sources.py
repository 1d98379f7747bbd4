"""Where a request comes from, to count attempts by."""

import ipaddress

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_IPV6_HOUSEHOLD_BITS = 64


def source_of(request: HttpRequest) -> str:
    """A keyed hash of the asking address, so that no address is stored; an IPv6 household counts as one."""
    return salted_hmac("intake.visitor", household_of(request.META.get("REMOTE_ADDR", ""))).hexdigest()[:32]


def household_of(address: str) -> str:
    """The address itself, of an IPv6 one its network: for what is forgotten with the process."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    known = getattr(known, "ipv4_mapped", None) or known
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, _IPV6_HOUSEHOLD_BITS), strict=False))
