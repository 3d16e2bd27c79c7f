"""Cells of a table: a value of a view as people read it, bodies by their names."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from lif_adapters.report.model import CellKind, FigureCell
from lif_adapters.report.wording import (
    EMPTY,
    day,
    difference,
    excerpt,
    number,
    percent,
    plain,
    share,
)
from lif_core.aggregates.audit import GradeCount
from lif_core.decisions.warnings import WARNINGS
from lif_core.statistics.proportions import Difference, Share
from lif_core.statistics.spc import Chart, Signal
from lif_core.views.accountability.rows import OwnerShare

RATES = frozenset(
    {
        "fill",
        "turn_up",
        "share",
        "rate",
        "reply_rate",
        "pass_rate",
        "on_time_rate",
        "done_rate",
        "lasting_low",
        "lasting_high",
        "of_first_spells",
        "positive_of_replies",
        "positive_at_least",
    }
)
"""Fields that hold a rate, shown as a percentage."""

RATES_IN: Mapping[str, frozenset[str]] = {
    "sustainability.groups": frozenset({"high", "low", "survival"}),
    "sustainability.lasting": frozenset({"high", "low", "survival"}),
    "sustainability.rechecks": frozenset({"high", "low"}),
}
"""Fields that hold a rate in these tables, and something else in others."""

REASONS = frozenset(
    {"bounds_reason", "first_reason", "mean_reason", "median_reason", "reason", "survival_reason"}
)
"""Fields that say why a figure is not stated."""

BODIES = frozenset(
    {
        "agency",
        "board",
        "boards",
        "bodies",
        "body",
        "by",
        "committee",
        "contributions",
        "group",
        "merged",
        "owner",
        "to",
        "waiting_for",
    }
)
"""Fields that hold the reference of a body, shown by its name."""


RECOMMENDATION = "recommendation"
"""The field that holds the reference of a recommendation, shown by its words."""
WARNING, WARNINGS_FIELD = "warning", "warnings"
"""The fields that hold the code of a warning, or several, shown by what they mean."""
NO_WORDS: Mapping[str, str] = {}


def cell(
    field: str, value: Any, names: Mapping[str, str], words: Mapping[str, str] = NO_WORDS
) -> FigureCell:
    """Return the *value* of a *field* as a cell; *names* are those of bodies, and *words* those of
    recommendations.
    """
    if isinstance(value, str) and not isinstance(value, Enum):
        if field == RECOMMENDATION and value in words:
            return FigureCell(excerpt(words[value]), CellKind.TEXT, value)
        if field == WARNING and value in WARNINGS:
            return FigureCell(WARNINGS[value], CellKind.TEXT, value)
        name = names.get(value) if field in BODIES else None
        if name:
            return FigureCell(name, CellKind.TEXT, value)
        text = plain(value) if field in REASONS else value
        return FigureCell(text or EMPTY, CellKind.TEXT)
    if isinstance(value, date):
        return FigureCell(day(value), CellKind.DATE)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return FigureCell(percent(value) if field in RATES else number(value), CellKind.NUMBER)
    if isinstance(value, tuple) and value and all(isinstance(part, str) for part in value):
        if field == WARNINGS_FIELD:
            return FigureCell("; ".join(WARNINGS.get(code, code) for code in value), CellKind.TEXT)
        return FigureCell(", ".join(_name(field, ref, names) for ref in value), CellKind.TEXT)
    return FigureCell(_words(field, value, names), CellKind.WORDS)


def _name(field: str, ref: str, names: Mapping[str, str]) -> str:
    return names.get(ref, ref) if field in BODIES else ref


def _words(field: str, value: Any, names: Mapping[str, str]) -> str:
    match value:
        case None | ():
            return EMPTY
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case tuple():
            return ", ".join(cell(field, part, names).text for part in value)
        case Share():
            return share(value)
        case Difference():
            return difference(value)
        case OwnerShare(body=body, days_overdue_so_far=days):
            return f"{names.get(body, body)} {days:,}"
        case GradeCount(grade=grade, files=files):
            return f"{grade.replace('-', ' ')} {files:,}"
        case Chart():
            limits = f"{number(value.low)} to {number(value.high)}"
            return f"mean {number(value.mean)}, limits {limits}"
        case Signal():
            return f"{value.rule.value} {'upwards' if value.upwards else 'downwards'}"
        case _:
            raise TypeError(f"no words for {field}, a {type(value).__name__}")
