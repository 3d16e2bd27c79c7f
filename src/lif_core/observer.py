"""The port through which a host watches what `lif` does, and the logger that it reads.

The logger is `lif`, and silent until a host gives it a handler.
"""

import logging

LOGGER = logging.getLogger("lif")
LOGGER.addHandler(logging.NullHandler())
