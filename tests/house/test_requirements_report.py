"""The report tells the truth: what no test shows, or what a failed or skipped test shows, is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.requirements_plugin import NAMES

LIST = Path(__file__).parents[2] / "docs" / "requirements.md"
SUITE = """
    import pytest

    @pytest.mark.req("R1")
    def test_one(): pass

    @pytest.mark.req("R1")
    @pytest.mark.parametrize("value", [1, 2])
    def test_one_again(value): pass

    @pytest.mark.req("R2")
    def test_good(): pass

    @pytest.mark.req("R2")
    def test_bad(): assert False

    @pytest.mark.req("R3")
    def test_half(): pass

    @pytest.mark.req("R3")
    def test_left_out(): pytest.skip("not today")

    @pytest.fixture
    def broken(): raise RuntimeError

    @pytest.mark.req("R4")
    def test_without_its_beginning(broken): pass

    @pytest.fixture
    def untidy():
        yield
        raise RuntimeError

    @pytest.mark.req("R5")
    def test_without_its_end(untidy): pass

    @pytest.mark.req("R6")
    @pytest.mark.xfail
    def test_known_to_fail(): assert False

    @pytest.mark.req("R7")
    @pytest.mark.req("R8")
    @pytest.mark.req("R9")
    def test_three(): pass

    @pytest.mark.parametrize("value", [1, 2])
    @pytest.mark.req("R10")
    def test_half_of_the_values(value): assert value == 1
"""


@pytest.fixture
def run(pytester):
    """Run a suite of its own and give the lines that it ends with."""
    pytester.makeini(
        "[pytest]\nmarkers = req(name): a requirement\naddopts = -p no:cacheprovider -p no:hypothesispytest"
    )
    pytester.makeconftest("pytest_plugins = ['tests.requirements_plugin']")

    def ending(suite, *arguments):
        pytester.makepyfile(suite)
        return pytester.runpytest("--requirements", *arguments).outlines

    return ending


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_only_what_passing_tests_show_counts_as_working(run, workers):
    lines = run(SUITE, *workers)
    assert lines[-1] == "requirements working: 4 of 75"
    listed = lines[-76:-1]
    assert [line.split()[0] for line in listed] == list(NAMES)
    assert listed[0] == "R1 working: 2 tests"
    assert listed[6:9] == ["R7 working: 1 test", "R8 working: 1 test", "R9 working: 1 test"]
    others = listed[1:6] + listed[9:]
    assert others == [f"{line.split()[0]} open" for line in others]


def test_a_test_with_more_than_three_requirements_is_an_error_and_shows_none(run):
    lines = run("""
        import pytest

        @pytest.mark.req("R1")
        @pytest.mark.req("R2")
        @pytest.mark.req("R3")
        @pytest.mark.req("R4")
        def test_four(): pass
    """)
    assert any("4 requirements on one test; 3 at most" in line for line in lines)
    assert any("1 error" in line for line in lines)
    assert lines[-1] == "requirements working: 0 of 75"


@pytest.mark.parametrize("name", ["R76", "R0", "15", ""])
def test_a_requirement_that_is_not_on_the_list_is_an_error(run, name):
    lines = run(f"import pytest\n@pytest.mark.req('{name}')\ndef test_it(): pass\n")
    assert any("There is no requirement called" in line for line in lines)
    assert lines[-1] == "requirements working: 0 of 75"


def test_without_the_option_nothing_is_added(pytester, run):
    run("def test_it(): pass")
    assert pytester.runpytest().outlines[-1].endswith("=")


def test_the_list_says_what_each_requirement_means():
    told = re.findall(r"^- \*\*(R\d+)\*\* (.{20,})$", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _words in told] == list(NAMES)
    assert len({words for _name, words in told}) == len(NAMES)
