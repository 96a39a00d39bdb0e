"""A running office for each test of the screens: the same app, a fresh copy of one furnished database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.admin_views.browser import Browser
from tests.admin_views.office import Office
from tests.admin_views.sites import Site, StockSite, close_sites, site_on
from tests.conftest import DATABASES


@pytest.fixture(scope="session")
def sites(tmp_path_factory) -> Iterator[Callable[[str], Site]]:
    """Give a function from a kind of database to its site."""
    yield lambda kind: site_on(kind, tmp_path_factory.mktemp)
    close_sites()


@pytest.fixture(params=DATABASES)
def any_site(sites, request) -> Site:
    """The office on a fresh database of each kind, for what depends on the database."""
    return sites(request.param).fresh()


@pytest.fixture
def site(sites) -> Site:
    """The office on a fresh SQLite file."""
    return sites("sqlite").fresh()


@pytest.fixture
def office(site) -> Office:
    """Where everything is on that SQLite file."""
    return site.office


@pytest.fixture
def browse(site) -> Callable[[str], Browser]:
    """Sign somebody in: browse("caseworker"), browse("joan"), browse("") for a stranger."""
    return site.browse


@pytest.fixture(scope="session")
def _stock(sites, tmp_path_factory) -> Iterator[StockSite]:
    made = StockSite(Path(make_url(sites("sqlite").store.kept).database), tmp_path_factory.mktemp("stock"))
    yield made
    made.close()


@pytest.fixture
def stock(_stock) -> StockSite:
    """What Flask-Admin does by itself, on a fresh copy of the same office."""
    return _stock.fresh()
