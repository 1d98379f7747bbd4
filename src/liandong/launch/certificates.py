"""Whose certificates our downloads trust: the machine's, and the authority that a county names in any usual setting."""

import os
from pathlib import Path

from liandong.launch.clone import Clone

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
WHOLE = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Settings that name everything to be trusted; NODE_EXTRA_CA_CERTS names what is trusted besides."""
ADDED = "NODE_EXTRA_CA_CERTS"


def trusting(clone: Clone, env: dict[str, str]) -> dict[str, str]:
    """`env` for pip and npm: each trusts what any of the settings names, whichever tool the setting was meant for."""
    bundle = _bundle(clone)
    if bundle is None:
        return env
    trusted = env | {ADDED: str(bundle)}
    return trusted if _named(*WHOLE) == [] and not SYSTEM.is_file() else {"REQUESTS_CA_BUNDLE": str(bundle)} | trusted


def files() -> list[Path]:
    """The machine's certificates and those of the settings, each file once."""
    return [*dict.fromkeys(path for path in [*_named(*WHOLE, ADDED), SYSTEM] if path.is_file())]


def _named(*settings: str) -> list[Path]:
    return [Path(os.environ[name]) for name in settings if os.environ.get(name)]


def _bundle(clone: Clone) -> Path | None:
    """One file with all of it; none where there is nothing."""
    found = files()
    if len(found) <= 1:
        return found[0] if found else None
    path = clone.run / "certificates.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(file.read_bytes() for file in found))
    return path
