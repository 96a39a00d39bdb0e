"""Passphrases: long enough, not among the first that would be guessed, compared in equal time."""

from __future__ import annotations

import pytest

from casework import passphrases


@pytest.mark.parametrize("words", [
    "four dull words here", "heron lantern quarry moss", "x9!Kq2#Lm4$Z", "মেঘ বৃষ্টি নদী পাখি",
    "my casework heron lantern", "summer in the quarry", "7391 heron 5520 moss", "h" * 6 + "eron moss q" + "u" * 111,
])  # fmt: skip
def test_a_good_passphrase_is_taken(words):
    assert passphrases.fault_of(words, "amina") is None
    assert passphrases.matches(passphrases.hashed(words), words)


@pytest.mark.parametrize(("words", "said"), [
    ("elevensigns", "Use 12 to 128 characters"), ("h" * 129, "Use 12 to 128 characters"), ("", "Use 12 to 128"),
    ("aaaaaaaaaaaaa", "Use more different characters"), ("Amina likes herons", "Leave the sign-in name out"),
    ("password1234", "first that would be guessed"), ("Password2026!!", "first that would be guessed"),
    ("CaseworkOffice1", "first that would be guessed"), ("qwertyuiop12", "first that would be guessed"),
    ("letmeinletmein", "first that would be guessed"), ("correct horse battery staple", "first that would be guessed"),
    ("123456789012", "first that would be guessed"), ("Summer2026London", "first that would be guessed"),
    ("welcome-admin-1", "first that would be guessed"),
])  # fmt: skip
def test_a_poor_one_is_refused_with_what_is_wrong(words, said):
    assert said in passphrases.fault_of(words, "amina")


def test_a_very_long_text_is_refused_before_it_costs_anything(monkeypatch):
    monkeypatch.setattr(passphrases, "_hasher", None)
    assert passphrases.matches("kept", "h" * 1_000_000) is False
