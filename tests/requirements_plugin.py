"""The requirements report: `pytest --requirements` runs the suite and says of each requirement whether it works.

A test that shows a requirement carries `@pytest.mark.req("R15")`, three at most: a test that shows more shows
none of them well. A requirement works when at least one test shows it and every such test has passed; a
failed, broken or skipped one leaves it open. The list itself stands in docs/requirements.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = tuple(f"R{number}" for number in range(1, 76))
MOST_MARKS = 3
PROPERTY = "requirement"  # the name under which a report carries its requirements from a worker to the controller


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirements", action="store_true", help="end with one line for each requirement")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--requirements") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config), "requirements-report")


def pytest_itemcollected(item: pytest.Item) -> None:
    item.user_properties += [(PROPERTY, name) for name in marked(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    fault = fault_of(marked(item))
    if fault:
        pytest.fail(fault, pytrace=False)


def marked(item: pytest.Item) -> list[str]:
    """Give the requirements that a test says it shows."""
    return [str(name) for mark in item.iter_markers("req") for name in mark.args or ("",)]


def fault_of(names: list[str]) -> str:
    """Give what is wrong with a test's marks, or an empty text."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        return f"There is no requirement called {', '.join(unknown) or 'nothing'}; they are {NAMES[0]} to {NAMES[-1]}."
    if len(names) > MOST_MARKS:
        return f"{len(names)} requirements on one test; {MOST_MARKS} at most, so that each is really shown."
    return ""


class Report:
    """Gathers what became of each marked test, here or on a worker, and prints the list at the very end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.tests: dict[str, dict[str, bool]] = defaultdict(dict)  # requirement -> test -> passed so far

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has passed if its own part passed, and neither its beginning nor its end went wrong."""
        if report.when != "call" and report.passed:
            return
        good = report.passed and not hasattr(report, "wasxfail")
        for key, name in report.user_properties:
            if key == PROPERTY:
                tests = self.tests[str(name)]
                tests[report.nodeid] = good and tests.get(report.nodeid, True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        result = yield
        printer: Any = self.config.pluginmanager.get_plugin("terminalreporter")
        for line in self.lines():
            printer.write_line(line)
        return result

    def lines(self) -> Iterator[str]:
        working = 0
        for name in NAMES:
            shown = self.tests.get(name, {})
            works = bool(shown) and all(shown.values())
            working += works
            yield f"{name} working: {_counted(shown)}" if works else f"{name} open"
        yield f"requirements working: {working} of {len(NAMES)}"


def _counted(shown: dict[str, bool]) -> str:
    """Count the tests; one that runs with several values is one test."""
    count = len({nodeid.partition("[")[0] for nodeid in shown})
    return f"{count} test{'' if count == 1 else 's'}"
