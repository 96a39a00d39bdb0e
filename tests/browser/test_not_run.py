"""A browser that is missing is never passed over in silence."""

from __future__ import annotations

import pytest

from tests.browser.conftest import needs


def test_without_chromium_a_test_is_reported_as_not_run():
    with pytest.raises(pytest.skip.Exception, match="were not tried"):
        needs(None, must=False)


def test_where_everything_must_run_a_missing_chromium_is_a_failure():
    with pytest.raises(pytest.fail.Exception, match="were not tried"):
        needs(None, must=True)
    assert needs("/usr/bin/chromium", must=True) == "/usr/bin/chromium"
