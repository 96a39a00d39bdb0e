"""The second step of signing in: a code from somebody's telephone, each good once; recovery codes for its loss.

Source: RFC 6238. A code of the step before or after is taken too, since clocks differ. The secret lies in the
database as it is: what protects it is the encryption of the whole database and its backups.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

import pyotp
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from casework import audit
from casework.context import acting
from casework.settings import number_setting
from models import RecoveryCode, SecondFactor, User
from models.database import own_transaction

STEP = 30  # seconds
NEAR = (-1, 0, 1)  # steps by which a clock may differ
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other
GROUPS, GROUP = 2, 5  # a recovery code: two groups of five letters, about 49 bits
ISSUER = "Casework"
ROLES_WITH_ONE = ("manager",)
_CODES = RecoveryCode.__table__
_FACTORS = SecondFactor.__table__


def of(db: Session, user_id: int) -> SecondFactor | None:
    """Give the second step of an account, confirmed or still being set up."""
    return db.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).one_or_none()


def stage_for(db: Session, user: User, *, must: bool) -> str:
    """Give what follows the right passphrase: the code, setting it up first, or being in."""
    factor = of(db, user.id)
    if factor is not None and factor.in_use_since is not None:
        return "code"
    return "set_up" if must and user.role in ROLES_WITH_ONE else "in"


def prepare(db: Session, user: User) -> SecondFactor:
    """Give the secret that is to be confirmed, made once however often the page is opened."""
    factor = of(db, user.id)
    if factor is None:
        factor = SecondFactor(user=user, secret=pyotp.random_base32())
        db.add(factor)
        db.flush()
    return factor


def address_of(factor: SecondFactor, username: str) -> str:
    """Give the address that a telephone reads from the square."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=username, issuer_name=ISSUER)


def confirm(db: Session, factor: SecondFactor, code: str) -> list[str] | None:
    """Take the second step into use with its first code; give the recovery codes, None if the code is wrong."""
    step = _step_of(factor, code, acting(db).now)
    if step is None:
        return None
    factor.in_use_since, factor.last_step = acting(db).now, step
    codes = new_recovery_codes(db, factor.user)
    audit.write(db, "factor_set", "User", factor.user_id)
    return codes


def new_recovery_codes(db: Session, user: User) -> list[str]:
    """Give fresh recovery codes; older ones are good no more. They are shown once and kept as hashes."""
    codes = [_new_code() for _ in range(number_setting(db, "recovery_codes"))]
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.add_all(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
    db.flush()
    return codes


def codes_left(db: Session, user_id: int) -> int:
    mine = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len(db.scalars(mine).all())


def take_away(db: Session, user: User) -> None:
    """Take somebody's second step away, since the telephone is lost; they are out and set up a new one."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    user.epoch += 1
    audit.write(db, "factor_reset", "User", user.id)


def accept(engine: Engine, factor: SecondFactor, typed: str, now: datetime) -> str | None:
    """Use up a code; give "code" or "recovery", None if it is wrong or was used before.

    Written in one statement with its condition: of two who send the same code at once, one is let in.
    """
    step = _step_of(factor, typed, now)
    if step is not None:
        used = update(_FACTORS).where(_FACTORS.c.id == factor.id, _FACTORS.c.last_step < step).values(last_step=step)
        return "code" if _changed_one(engine, used) else None
    mine = (_CODES.c.user_id == factor.user_id) & (_CODES.c.code_hash == _hash(typed)) & _CODES.c.used_at.is_(None)
    return "recovery" if _changed_one(engine, update(_CODES).where(mine).values(used_at=now)) else None


def _changed_one(engine: Engine, statement: object) -> bool:
    with own_transaction(engine) as connection:
        return connection.execute(statement).rowcount == 1


def _step_of(factor: SecondFactor, typed: str, now: datetime) -> int | None:
    """Give the step that this code belongs to, None for any other text."""
    code = "".join(typed.split())
    counter = int(now.timestamp()) // STEP
    totp = pyotp.HOTP(factor.secret)
    known = ((counter + near, totp.at(counter + near)) for near in NEAR)
    fitting = [step for step, right in known if secrets.compare_digest(right.encode(), code.encode())]
    return fitting[0] if fitting else None


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(code: str) -> str:
    """Hash a recovery code; it is long enough by chance that no slow hash is needed."""
    return sha256("".join(sign for sign in code.lower() if sign in LETTERS).encode()).hexdigest()
