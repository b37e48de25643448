"""Signing keys in files of mode 0600 below the home folder. The database never sees them, and no backup of the database holds them."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PRIVATE = 0o600


class KeyUnusable(Exception):
    """A key's file is not a key, or others may read it; the text says what to do."""


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key. `public` is its 32 public bytes."""

    public: bytes
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Give 64 bytes."""
        return self._private.sign(message)


def signing_key(home: Path, *, name: str = "seal") -> SigningKey:
    """Give the named key of this home folder; made at the first call, in keys/<name>.key. Raises KeyUnusable."""
    path = home / "keys" / f"{name}.key"
    try:
        return _wrap(_read(path))
    except FileNotFoundError:
        _make(path)
        return _wrap(_read(path))


def _wrap(private: Ed25519PrivateKey) -> SigningKey:
    return SigningKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), private)


def _read(path: Path) -> Ed25519PrivateKey:
    with path.open() as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise KeyUnusable(f"Others may read {path}. Run `chmod 600` on it; if somebody may have copied it, seal with a new one.")
        text = file.read().strip()
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    except ValueError as error:
        raise KeyUnusable(f"{path} is not a key of Longstop: 64 hexadecimal digits. Put the right file back from its safe copy.") from error


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; where two processes do so at once, the first one's stands."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    new = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        return
    finally:
        new.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
