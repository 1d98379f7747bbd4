"""The sealing key: `<data>/keys/ledger.pem` (0600), its public half beside it and in the database; and the key of
entries, `<data>/keys/entries.json` (0600), which is in no database and never leaves the house.
"""

import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from liandong.kernel import time
from liandong.kernel.errors import LiandongError

from .domain.chain import entry_mac
from .domain.head import SigningKey, key_id
from .models import Entry, SealKey

_PEM_END = b"-----END PUBLIC KEY-----"


class SealKeyMissing(LiandongError):
    """封存留痕的私钥不见了：请从备份恢复 keys/ledger.pem；确已丢失时运行 ledger new-key。"""

    code = "seal_key_missing"
    status = 500


class NotAKey(LiandongError):
    """文件里没有 Ed25519 密钥：%(file)s"""

    code = "not_a_key"
    status = 400


def key_folder() -> Path:
    """Where private and public keys lie."""
    return Path(settings.DATA) / "keys"


def signing_key() -> SigningKey:
    """The key in use; made on the very first call. Raises SealKeyMissing when there was one and its file is gone."""
    path = key_folder() / "ledger.pem"
    if not path.exists():
        if SealKey.objects.exists():
            raise SealKeyMissing
        _make(path)
    return _registered(_load_private(path))


def new_key() -> SigningKey:
    """Replaces the key; the old public key stays in the folder, so that old seals can still be checked."""
    folder = key_folder()
    for name in ("ledger.pem", "ledger.pub.pem"):
        old = folder / name
        if old.exists():
            number = sum(1 for _ in folder.glob(f"ledger-*{name.removeprefix('ledger')}")) + 1
            old.rename(folder / f"ledger-{number}{name.removeprefix('ledger')}")
    _make(folder / "ledger.pem")
    return _registered(_load_private(folder / "ledger.pem"))


def public_keys(file: Path | None = None) -> dict[str, Ed25519PublicKey]:
    """Keys by id from one PEM file, or from every `*.pub.pem` of the key folder. Raises NotAKey."""
    paths = [file] if file else sorted(key_folder().glob("*.pub.pem"))
    found = {}
    for path in paths:
        for pem in _read(path).split(_PEM_END)[:-1]:
            key = _load_public(pem + _PEM_END, path)
            found[key_id(raw(key))] = key
    if file and not found:
        raise NotAKey(NotAKey.__doc__ or "", file=str(file))
    return found


def published_keys() -> str:
    """Every public key of this house, the one in use first, as PEM; "" before the first seal."""
    folder = key_folder()
    first = folder / "ledger.pub.pem"
    paths = [*([first] if first.exists() else []), *sorted(set(folder.glob("*.pub.pem")) - {first})]
    return "".join(path.read_text("ascii") for path in paths)


def raw(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


@dataclass(frozen=True, slots=True)
class EntryKey:
    """By which the house knows its own entries: `secret` (32 bytes), for every entry with an id above `since`."""

    secret: bytes
    since: int

    def knows(self, id_: int, digest: bytes, mac: "bytes | memoryview[int] | None") -> bool:
        """Whether this house wrote an entry; of those from before there were macs their seals say so."""
        if id_ <= self.since:
            return True
        return mac is not None and hmac.compare_digest(bytes(mac), entry_mac(self.secret, digest))


class EntryKeyUnreadable(LiandongError):
    """读不出留痕印证的密钥 keys/entries.json：请从备份恢复。"""

    code = "entry_key_unreadable"
    status = 500


def entry_key() -> EntryKey:
    """The key of entries; made at the very first call, for what is written from then on."""
    return _entry_key(key_folder() / "entries.json")


def known_entry_key() -> EntryKey | None:
    """The key of entries as it lies there; None where none was made. Raises EntryKeyUnreadable."""
    path = key_folder() / "entries.json"
    return _read_entry_key(path) if path.exists() else None


def key_at_hand() -> EntryKey | None:
    """The key of entries where it lies there and can be read: what isn't ours counts for nothing then."""
    try:
        return known_entry_key()
    except EntryKeyUnreadable:
        return None


@cache
def _entry_key(path: Path) -> EntryKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        content = json.dumps({"secret": secrets.token_hex(32), "since": last})
        _write(path, content.encode() + b"\n", mode=0o600)
    return _read_entry_key(path)


def _read_entry_key(path: Path) -> EntryKey:
    try:
        kept = json.loads(path.read_text("ascii"))
        return EntryKey(bytes.fromhex(kept["secret"]), int(kept["since"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EntryKeyUnreadable from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)


def _registered(key: SigningKey) -> SigningKey:
    public = key.private.public_key()
    path = key_folder() / "ledger.pub.pem"
    if not path.exists():
        _write(path, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), mode=0o600)
    SealKey.objects.get_or_create(id=key.id, defaults={"public_key": raw(public), "made_at": time.now()})
    return key


def _load_private(path: Path) -> SigningKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey(NotAKey.__doc__ or "", file=str(path))
    return SigningKey(key_id(raw(key.public_key())), key)


def _load_public(pem: bytes, path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey(NotAKey.__doc__ or "", file=str(path))
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotAKey(NotAKey.__doc__ or "", file=str(path)) from error


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all, and never over a file that is there."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new or renamed file in the folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
