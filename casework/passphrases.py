"""Passphrases: what is good enough, and how they are kept (argon2id) and compared."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 12, 128  # characters; a longer text would cost processor time before it is refused
# What guessing begins with: the commonest passwords, rows of keys, and the words of this office.
GUESSED_FIRST = (
    "password", "passphrase", "passwort", "passw0rd", "p@ssw0rd", "letmein", "welcome", "iloveyou", "admin",
    "administrator", "manager", "caseworker", "casework", "coordinator", "office", "login", "secret",
    "changeme", "monkey", "dragon", "football", "liverpool", "arsenal", "chelsea", "sunshine", "princess",
    "superman", "batman", "charlie", "qwertyuiop", "qwerty", "azerty", "asdfghjkl", "asdfgh", "zxcvbnm",
    "zxcvbn", "1q2w3e4r5t", "1q2w3e4r", "1qaz2wsx", "abcdefghij", "abcdef", "abc", "1234567890", "123456789",
    "12345678", "1234567", "123456", "12345", "1234", "123", "987654321", "654321", "111111", "000000",
    "london", "england", "correct horse battery staple", "correcthorsebatterystaple", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december", "spring",
    "summer", "autumn", "winter", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
LEFT_AT_LEAST = 8  # letters and digits that stand beside such words
# 19 MiB and two passes: the least that OWASP's cheat sheet names for argon2id; about 40 ms on two cores.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("nobody signs in with this one")
_YEAR = re.compile(r"(?:19|20)\d\d")


def fault_of(passphrase: str, username: str = "") -> str | None:
    """Give a sentence if this passphrase is not good enough, None if it is."""
    if not SHORTEST <= len(passphrase) <= LONGEST:
        return f"Use {SHORTEST} to {LONGEST} characters. Four or five words are easy to remember."
    if len(set(passphrase)) < SHORTEST // 2:
        return "Use more different characters."
    if username and username.casefold() in passphrase.casefold():
        return "Leave the sign-in name out of the passphrase."
    if _is_guessed_first(passphrase):
        return "This is among the first that would be guessed. Use four or five words that do not belong together."
    return None


def _is_guessed_first(passphrase: str) -> bool:
    """Say whether little is left once the words that are guessed first are taken out."""
    text = passphrase.casefold()
    left = _YEAR.sub("", text)
    for word in sorted(GUESSED_FIRST, key=len, reverse=True):
        left = left.replace(word, "")
    is_shorter = len(left) < len(text)
    return is_shorter and sum(sign.isalnum() for sign in left) < LEFT_AT_LEAST


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
