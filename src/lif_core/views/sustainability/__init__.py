"""The view `sustainability`: the improvements that last, and the evidence that they do."""

from lif_core.views.sustainability.rows import Sustainability
from lif_core.views.sustainability.view import sustainability

__all__ = ["Sustainability", "sustainability"]
