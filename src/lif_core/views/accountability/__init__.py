"""Who was answerable, for what, and how late."""
