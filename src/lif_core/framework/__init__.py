"""The framework as data: a board's own rules, in force from a date."""

from lif_core.framework.consistency import MILESTONES
from lif_core.framework.entries import (
    AuditKind,
    BodyEntry,
    Clock,
    Entry,
    Escalate,
    Ground,
    Horizons,
    ReviewKind,
    Right,
    Scale,
    Source,
    Stage,
    Standards,
)
from lif_core.framework.loader import (
    GENERAL,
    load,
    packs,
    parse,
    read_toml,
)
from lif_core.framework.model import Framework, Frameworks

__all__ = [
    "GENERAL",
    "MILESTONES",
    "AuditKind",
    "BodyEntry",
    "Clock",
    "Entry",
    "Escalate",
    "Framework",
    "Frameworks",
    "Ground",
    "Horizons",
    "ReviewKind",
    "Right",
    "Scale",
    "Source",
    "Stage",
    "Standards",
    "load",
    "packs",
    "parse",
    "read_toml",
]
