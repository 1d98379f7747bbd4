"""Where a request comes from, to count attempts by."""

import ipaddress

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_IPV6_HOUSEHOLD_BITS = 64


def source_of(request: HttpRequest) -> str:
    """A keyed hash of the asking address, so that no address is stored; an IPv6 household counts as one."""
    return salted_hmac("intake.visitor", _household(request.META.get("REMOTE_ADDR", ""))).hexdigest()[:32]


def _household(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    known = getattr(known, "ipv4_mapped", None) or known
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, _IPV6_HOUSEHOLD_BITS), strict=False))
