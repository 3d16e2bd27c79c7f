"""What only the command line raises; it stands in the table of exit codes beside the core's."""

from lif_core.errors import LifError


class PartlyDoneError(LifError):
    """Some of what was asked was recorded, and what was left out has been listed."""


class MissingExtraError(LifError):
    """A part of `lif` is not installed. What to do: install it, as the message says."""
