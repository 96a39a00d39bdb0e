"""A person at the screen: signs in really, follows pages, fills forms; every page is checked on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.admin_views.page import FormOnPage, Page, faults_of

TOKEN = re.compile(rb'name="csrf_token" value="[^"]*"')
_FAULTLESS: set[int] = set()  # pages met before, letter for letter, and found without fault
Typed = Mapping[str, str | list[str] | None]  # a name with None is taken out of the form


@dataclass(frozen=True)
class Answer:
    """What came back: a page, a file, or a redirect."""

    status: int
    location: str
    headers: Mapping[str, str]
    data: bytes

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and not self.location

    @cached_property
    def page(self) -> Page:
        return Page(self.data.decode())

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def statements(self) -> int:
        return int(self.headers["X-SQL-Count"])


class Browser:
    """One browser, signed in as `username`; "" is a stranger. `names` are names no title or address may hold."""

    def __init__(self, app: Any, names: Iterable[str], role: str = "") -> None:
        self.app, self.role, self.names = app, role, frozenset(names)
        self.client = app.test_client()

    def sign_in(self, username: str, passphrase: str) -> Answer:
        """Sign in as a person does: open the page, type name and passphrase."""
        return self.submit(self.get("/login"), {"username": username, "password": passphrase}, holding="username")

    def get(self, path: str, *, follow: bool = False, headers: Mapping[str, str] | None = None) -> Answer:
        answer = self._checked(path, self.client.get(path, headers=headers))
        while follow and answer.location:
            answer = self._checked(answer.location, self.client.get(answer.location))
        return answer

    def post(self, path: str, data: Any = None, *, token: bool = True, headers: Any = None) -> Answer:
        """Post `data` (a mapping or pairs), with the page's token unless told otherwise."""
        pairs = list(data.items()) if isinstance(data, Mapping) else list(data or ())
        if token:
            pairs.append(("csrf_token", self.token))
        return self._checked(path, self.client.post(path, data=_grouped(pairs), headers=headers))

    @cached_property
    def token(self) -> str:
        """The token of this sign-in, as it stands on the pages."""
        anywhere = self.get("/no-such-page" if self.role else "/login")
        return dict(anywhere.page.form("csrf_token").values)["csrf_token"]

    def submit(self, answer: Answer, typed: Typed, *, holding: str = "version", path: str = "") -> Answer:
        """Send the form that holds the control `holding`, with `typed` in place of what stood there."""
        form = answer.page.form(holding)
        return self._checked(
            form.action or path, self.client.post(form.action or path, data=_grouped(filled(form, typed)))
        )

    def fill(self, path: str, typed: Typed, *, holding: str = "version") -> Answer:
        """Open the form at `path`, fill it in as a person does, and send it."""
        return self.submit(self.get(path), typed, holding=holding, path=path)

    def ask(self, path: str, **values: str) -> Answer:
        """Ask as the page's script does: by POST, with the token in a header."""
        return self._checked(path, self.client.post(path, data=values, headers={"X-CSRFToken": self.token}))

    def _checked(self, path: str, response: Any) -> Answer:
        answer = Answer(response.status_code, response.headers.get("Location", ""), response.headers, response.data)
        response.close()
        if answer.is_page and (mark := hash(TOKEN.sub(b"", answer.data))) not in _FAULTLESS:
            found = faults_of(answer.page, self.names)
            assert found == [], f"{path} ({answer.status}): {found}"
            _FAULTLESS.add(mark)
        for name in self.names:
            assert name not in answer.location.replace("+", " ").replace("%20", " "), f"{path} leads to a name"
        return answer


def filled(form: FormOnPage, typed: Typed) -> list[tuple[str, str]]:
    """Give what a browser sends after a person typed `typed`; a control that is not there is a mistake."""
    unknown = sorted(set(typed) - form.names)
    assert unknown == [], f"The form has no {unknown}; it has {sorted(form.names)}."
    kept = [(name, value) for name, value in form.values if name not in typed]
    for name, value in typed.items():
        kept += [(name, one) for one in ([] if value is None else [value] if isinstance(value, str) else value)]
    return kept


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for name, value in pairs:
        made.setdefault(name, []).append(value)
    return made
