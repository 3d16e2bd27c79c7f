"""The framework as data: what a board's own rules say, in force from a date."""

from lif_core.framework.loader import GENERAL, load, packs, parse, read_toml
from lif_core.framework.model import (
    BodyEntry,
    Clock,
    Framework,
    Frameworks,
    Horizons,
    ReviewKind,
    Right,
    Scale,
)

__all__ = [
    "GENERAL",
    "BodyEntry",
    "Clock",
    "Framework",
    "Frameworks",
    "Horizons",
    "ReviewKind",
    "Right",
    "Scale",
    "load",
    "packs",
    "parse",
    "read_toml",
]
