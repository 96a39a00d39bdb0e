"""Passphrases: what is long enough, and how they are kept (argon2id) and compared."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 12, 128  # characters; a longer text would cost processor time before it is refused
# 19 MiB and two passes: the least that OWASP's cheat sheet names for argon2id; about 40 ms on two cores.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("nobody signs in with this one")


def fault_of(passphrase: str, username: str = "") -> str | None:
    """Give a sentence if this passphrase is not good enough, None if it is."""
    if not SHORTEST <= len(passphrase) <= LONGEST:
        return f"Use {SHORTEST} to {LONGEST} characters. Four or five words are easy to remember."
    if len(set(passphrase)) < SHORTEST // 2:
        return "Use more different characters."
    if username and username.casefold() in passphrase.casefold():
        return "Leave the sign-in name out of the passphrase."
    return None


def hashed(passphrase: str) -> str:
    """Give the hash to keep. Raises ValueError if the passphrase is not good enough."""
    if fault := fault_of(passphrase):
        raise ValueError(fault)
    return _hasher.hash(passphrase)


def matches(kept: str | None, passphrase: str) -> bool:
    """Compare. Without a kept hash the same work is done, so that an unknown name answers no faster."""
    if len(passphrase) > LONGEST:
        return False
    try:
        return _hasher.verify(kept or _NOBODYS, passphrase) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
