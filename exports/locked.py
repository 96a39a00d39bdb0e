"""A workbook under a password, as Excel and LibreOffice open it (ECMA-376, agile encryption).

The password is kept nowhere, and each time another salt is used: the bytes differ, what is inside does not.
"""

from __future__ import annotations

from io import BytesIO


def locked(content: bytes, password: str) -> bytes:
    """Give the workbook `content` under `password`. Raises ValueError without a password."""
    from msoffcrypto.format.ooxml import OOXMLFile  # slow to load, and seldom needed

    if not password:
        raise ValueError("A file is locked with a password.")
    out = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, out)
    return out.getvalue()
