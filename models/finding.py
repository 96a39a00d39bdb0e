"""The index of names: under which keys a client is found again. No record of its own, so a plain table."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from models.base import Base

LONGEST_KEY = 64
# Compared letter by letter on both databases, or a search for the beginning of a word would pass by the index.
KEY = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")

client_keys = Table(
    "client_keys",
    Base.metadata,
    Column("key", KEY, primary_key=True),
    Column("client_id", ForeignKey("clients.id", ondelete="RESTRICT"), primary_key=True, index=True),
)
