"""The public edition: a page made from the view `register`, and from nothing else.

- `edition`: what the page says, recommendation by recommendation; `page`: the page, as HTML.
"""

from lif_adapters.report.public.edition import PublicEdition, public_edition
from lif_adapters.report.public.page import files_of_edition

__all__ = ["PublicEdition", "files_of_edition", "public_edition"]
