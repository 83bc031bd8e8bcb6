"""All tests here de-identify."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def with_tables(tables: None) -> None:
    """The lookup tables are there."""
