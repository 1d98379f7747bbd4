"""How a chat address is shown to who has set it."""

from urllib.parse import urlsplit

_SHOWN = 3


def masked(url: str) -> str:
    """`dingtalk://…678`: the service and the last signs of the address, never the key in full."""
    parts = urlsplit(url)
    rest = f"{parts.netloc}{parts.path}".rstrip("/")
    return f"{parts.scheme}://…{rest[-_SHOWN:] if len(rest) > 4 * _SHOWN else ''}"
