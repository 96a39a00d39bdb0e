"""What the program keeps about signing in: sign-ins, failed tries, second factors; and what people are typing
or have saved a moment ago.

Nobody edits these rows in a form. They are written by `casework/auth.py` and its neighbours, and no panel
shows them; each person meets their own on "Your sign-ins".
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, unique
from models.fields import FieldInfo, Sensitivity, col, link, states
from models.people import User

SECRET = Sensitivity.SECRET
STAGES = states("code: Waiting for the code", "set_up: Must set up the second step", "in: Signed in")


def _kept(label: str) -> FieldInfo:
    """Say of a column that only the program reads and writes it."""
    return FieldInfo(label, SECRET, in_form=False)


class SignIn(Base):
    """One sign-in. The browser holds a random word of 256 bits, this row only its hash."""

    __order__ = ("-started_at",)
    __table_args__ = ({"sqlite_autoincrement": True},)

    user: Mapped[User] = link(_kept("Account"))
    token_hash: Mapped[str] = col(String(64), _kept("Hash"), unique=True)
    epoch: Mapped[int] = col(Integer, _kept("Round of the account"))  # an older one is dead, see `User.epoch`
    stage: Mapped[str] = col(String(10), FieldInfo("Stage", SECRET, in_form=False, choices=STAGES), default="in")
    address: Mapped[str | None] = col(String(45), _kept("From"))
    started_at: Mapped[datetime] = col(Moment, _kept("Started"))
    last_seen_at: Mapped[datetime] = col(Moment, _kept("Last seen"))
    idle_ends_at: Mapped[datetime] = col(Moment, _kept("Ends when idle"))
    ends_at: Mapped[datetime] = col(Moment, _kept("Ends at the latest"))
    ended_at: Mapped[datetime | None] = col(Moment, _kept("Ended"))
    hidden_at: Mapped[datetime | None] = col(Moment, _kept("Screen hidden"))
    hidden_path: Mapped[str | None] = col(String(500), _kept("Page behind the hidden screen"))


class SignInTry(Base):
    """A try that has failed, or is being made. `about` is a keyed hash: people type passphrases into the name box."""

    __table_args__ = (
        Index("ix_sign_in_tries_about_at", "about", "at"),
        Index("ix_sign_in_tries_address_at", "address", "at"),
    )

    about: Mapped[str] = col(String(64), _kept("Hash of the name"))
    address: Mapped[str] = col(String(45), _kept("From"))
    at: Mapped[datetime] = col(Moment, _kept("When"))


class SecondFactor(Base):
    """The secret that an account shares with somebody's telephone, and the last step that was used."""

    user: Mapped[User] = link(_kept("Account"), unique=True)
    secret: Mapped[str] = col(String(64), _kept("Secret"))
    in_use_since: Mapped[datetime | None] = col(Moment, _kept("In use since"))
    last_step: Mapped[int] = col(BigInteger, _kept("Last step used"), default=0)  # a code is good once


class RecoveryCode(Base):
    """One of the codes for the day the telephone is lost: kept as a hash, good once."""

    user: Mapped[User] = link(_kept("Account"))
    code_hash: Mapped[str] = col(String(64), _kept("Hash"))
    used_at: Mapped[datetime | None] = col(Moment, _kept("Used"))


class Draft(Base):
    """What somebody has typed into a form and not saved. Only they ever meet it."""

    __table_args__ = (unique("user_id", "form"), Index("ix_drafts_saved_at", "saved_at"))

    user: Mapped[User] = link(_kept("Account"))
    form: Mapped[str] = col(String(300), _kept("Form"))  # its path and the records that it names
    typed: Mapped[str] = col(Text, _kept("What was typed"))  # JSON: [[name, value], ...]
    saved_at: Mapped[datetime] = col(Moment, _kept("Kept at"))


class SavedPage(Base):
    """A page that made something: where its first press led to. The second one is led there too."""

    __table_args__ = (unique("user_id", "key"), Index("ix_saved_pages_at", "at"))

    user: Mapped[User] = link(_kept("Account"))
    key: Mapped[str] = col(String(64), _kept("Hash of the page and what was typed"))
    leads_to: Mapped[str] = col(String(500), _kept("Led to"))
    at: Mapped[datetime] = col(Moment, _kept("When"))
