"""The view `accountability`: the bodies that were answerable, for what, and how late."""

from lif_core.views.accountability.rows import Accountability
from lif_core.views.accountability.view import accountability

__all__ = ["Accountability", "accountability"]
