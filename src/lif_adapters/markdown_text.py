"""Text that stands in Markdown as it is."""

import re

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>|#~&!"})

_LISTED = re.compile(r"^(\d*)([-+.)])")


def escaped(text: str) -> str:
    """Return *text* on one line, with nothing in it that Markdown or HTML would obey."""
    return _LISTED.sub(r"\1\\\2", " ".join(text.split()).translate(_SPECIAL))
