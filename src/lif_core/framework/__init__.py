"""The framework as data: a board's own rules, in force from a date."""

from lif_core.framework.consistency import MILESTONES
from lif_core.framework.duties import (
    BOARD_MILESTONES,
    TELLING,
    YEAR_ENDED,
    AnswerTime,
    DutyEntry,
    Provision,
    told,
)
from lif_core.framework.entries import (
    AuditKind,
    BodyEntry,
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
    in_force,
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
    "BOARD_MILESTONES",
    "GENERAL",
    "MILESTONES",
    "TELLING",
    "YEAR_ENDED",
    "AnswerTime",
    "AuditKind",
    "BodyEntry",
    "DutyEntry",
    "Entry",
    "Escalate",
    "Framework",
    "Frameworks",
    "Ground",
    "Horizons",
    "Provision",
    "ReviewKind",
    "Right",
    "Scale",
    "Source",
    "Stage",
    "Standards",
    "in_force",
    "load",
    "packs",
    "parse",
    "read_toml",
    "told",
]
