"""What the tests of the core are given, where they do not make their own."""

import pytest

from tests.board import Board


@pytest.fixture
def board() -> Board:
    """On which nothing is on record."""
    return Board()
