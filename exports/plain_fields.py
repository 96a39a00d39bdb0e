"""What a letter's template may do: print a field, go through a list, ask whether something is there. No more.

An expression that counts, repeats or calls could print without end; so could loops inside loops. What is not named
here is refused before anything runs.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Template, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.For, nodes.If, nodes.Not,
    nodes.And, nodes.Or, nodes.Compare, nodes.Operand,
)  # fmt: skip


class PlainFields(ImmutableSandboxedEnvironment):
    """Makes templates of plain fields, conditions and lists. Raises SecurityError for anything else."""

    def from_string(self, source: str | nodes.Template, *more: Any, **named: Any) -> Template:
        """Make a template once every part of it is found to be plain."""
        parsed = self.parse(source) if isinstance(source, str) else source
        _must_be_plain(parsed)
        return super().from_string(source, *more, **named)


def _must_be_plain(part: nodes.Node, *, in_a_list: bool = False) -> None:
    """Go through every part; a list inside a list is not plain."""
    is_list = isinstance(part, nodes.For)
    if not isinstance(part, PLAIN) or (in_a_list and is_list):
        raise SecurityError(f"{type(part).__name__} is not plain")
    for inner in part.iter_child_nodes():
        _must_be_plain(inner, in_a_list=in_a_list or is_list)
