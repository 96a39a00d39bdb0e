"""A file that is sent along with a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage

from admin_views.fields_base import OfficeField


class FileField(OfficeField):
    """One file. Its bytes are read at once and the stream is closed; `name` is what the browser calls it.

    `largest` is told to the page, whose script says so before anything is sent; the verb decides. A browser never
    fills the box again after a fault, so the file must then be chosen anew.
    """

    kind = "file"
    is_choice = True
    width = "w-full"
    told: ClassVar[tuple[str, ...]] = (*OfficeField.told, "largest", "accept")
    largest = 0
    accept = ""
    file_name = ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = None
        for one in valuelist:
            if isinstance(one, FileStorage):
                with one.stream:
                    self.file_name = one.filename or ""
                    self.data = one.stream.read() if self.file_name else None

    def is_blank(self) -> bool:
        return self.data is None

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write nothing: the verb that keeps a file takes its bytes."""
