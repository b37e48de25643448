"""What a session holds lies in the database concealed: the words of a search and what a message says may name a person.

The key follows from the service's own secret, which the database does not have.
"""

import base64
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signing import JSONSerializer


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"longstop sessions").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


class SessionSerializer:
    """Writes a session as concealed JSON. One that this service's secret did not write cannot be read, and counts as none."""

    def dumps(self, obj: Any) -> bytes:
        """Give the bytes to store."""
        return _cipher().encrypt(JSONSerializer().dumps(obj))

    def loads(self, data: bytes) -> Any:
        """Give what was stored. Raises cryptography's InvalidToken, at which Django begins an empty session."""
        return JSONSerializer().loads(_cipher().decrypt(data))
