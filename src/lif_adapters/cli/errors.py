"""Errors of the command line alone, in the table of exit codes beside those of the core."""

from lif_core.errors import LifError


class PartlyDoneError(LifError):
    """A part of what was asked was recorded, and what was left out has been listed."""


class FaultyStoreError(LifError):
    """A store of which an examination found something wrong, which has been listed."""
