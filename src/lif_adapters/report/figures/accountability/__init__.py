"""Figures of who was answerable, for what, and how late."""
