"""Hypothesis profiles, quick by default and thorough in CI, and a database for any test."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres_server import drop_schema, running, with_option

settings.register_profile("quick", max_examples=30, deadline=None, derandomize=False)
settings.register_profile(
    "thorough",
    max_examples=150,
    deadline=None,
    derandomize=True,  # the same of one commit each time
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)
settings.load_profile("thorough" if os.environ.get("CI") else "quick")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Gives the URL of a database: at `LIF_TEST_POSTGRES_URL`, or of a server that a worker of
    the tests starts for itself.
    """
    if url := os.environ.get("LIF_TEST_POSTGRES_URL"):
        yield url
        return
    with running() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Gives the URL of a schema that is not there yet, and is gone at the end."""
    url = with_option(postgres, "schema", f"t{uuid4().hex}")
    yield url
    drop_schema(url)
