"""The house's rules are read from the running office, so its tests use the same one as the screens' tests."""

from __future__ import annotations

from tests.admin_views.conftest import any_site, browse, office, site, sites

__all__ = ["any_site", "browse", "office", "site", "sites"]
