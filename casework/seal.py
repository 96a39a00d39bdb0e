"""Keys made from the office's one secret, each for its own use; and the seal that ties the audit trail together.

The secret stands in the configuration, never in the database: whoever can write to the database alone can
change a line of the trail, but cannot seal it again.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

_secrets: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()


def use_secret(engine: Engine, secret: str) -> None:
    """Seal what is written through `engine` with this secret from now on."""
    _secrets[engine] = secret


def share_secret(known: Engine, other: Engine) -> None:
    """Seal and check through `other` with the secret of `known`: a copy of the same office."""
    _secrets[other] = _secrets.get(known, "")


def key_for(bind: Engine | Connection, use: str) -> bytes:
    """Give the key for one use; without a secret (a database opened by hand) a key that everybody knows."""
    secret = _secrets.get(bind.engine, "")
    return hmac.new(secret.encode(), f"casework {use}".encode(), sha256).digest()


def keyed_hash(bind: Engine | Connection, use: str, text: str) -> str:
    """Give a hash that nobody without the secret can find the text of by trying."""
    return hmac.new(key_for(bind, use), text.encode(), sha256).hexdigest()


def sealed(key: bytes, before: str, values: Iterable[Any]) -> str:
    """Give the seal of one line: over the seal before it and everything that the line says."""
    said = "\x1f".join([before, *map(_plain, values)])
    return hmac.new(key, said.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def content(line: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    """Give what a line says, in the order of its columns."""
    return [line[name] for name in names]


def _plain(value: Any) -> str:
    """Write a value the same way whichever database gives it back; nothing is not the empty text."""
    if value is None:
        return "\x00"
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}"
    return str(value)
