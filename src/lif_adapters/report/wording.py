"""Values as people read them: dates in words, shares as percentages, bodies by their names."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from lif_adapters.report.definitions import EMPTY
from lif_adapters.report.model import Cell, Sort
from lif_core.aggregates.audit import GradeCount
from lif_core.statistics.proportions import Difference, Share
from lif_core.statistics.spc import Chart, Signal
from lif_core.views.accountability.rows import OwnerShare

SHARES = frozenset(
    {
        "fill",
        "turn_up",
        "share",
        "rate",
        "reply_rate",
        "pass_rate",
        "coverage",
        "positive_of_replies",
        "positive_at_least",
    }
)
BODIES = frozenset(
    {
        "agency",
        "board",
        "boards",
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
SAID = 8
"""How many rows of a table are told in sentences as well."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(on: date) -> str:
    """Such as 30 Apr 2018, whatever the machine's language."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year:04}"


def number(value: float) -> str:
    """Whole numbers in full, others to three decimals."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def percent(rate: float | None) -> str:
    """To one decimal, where it has one."""
    return EMPTY if rate is None else f"{100 * rate:.1f}%".replace(".0%", "%")


def count(many: int, noun: str, plural: str = "") -> str:
    """*many* of something, such as 1 day, 2 days."""
    return f"{many:,} {noun if many == 1 else plural or noun + 's'}"


def listed(parts: Iterable[str]) -> str:
    """A, B and C."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def told(sentences: Iterable[str]) -> tuple[str, ...]:
    """The first of the *sentences*, and how many more there are."""
    found = tuple(sentences)
    more = len(found) - SAID
    return found if more <= 0 else (*found[:SAID], f"{more:,} more: see the table.")


def capital(text: str) -> str:
    """*text* as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def are(many: int) -> str:
    return "is" if many < 2 else "are"


def has(many: int) -> str:
    return "has" if many < 2 else "have"


def some(many: int) -> str:
    """*many* within a sentence, where nothing is `none`."""
    return f"{many:,}" if many else "none"


def no(many: int, noun: str, plural: str = "") -> str:
    """*many* of something within a sentence, where nothing is no such thing."""
    return count(many, noun, plural) if many else f"no {plural or noun + 's'}"


def moment(at: datetime) -> str:
    """Such as 12 Jun 2019, 10:00:00 UTC."""
    return f"{day(at.date())}, {at:%H:%M:%S} UTC"


def were(many: int) -> str:
    return "was" if many < 2 else "were"


def difference(change: Difference, *, of: str = "") -> str:
    """A change between two audits, with its interval, which is that *of* what, and its meaning."""
    before, after = change.before, change.after
    verdict = "demonstrated" if change.demonstrated else "not demonstrated"
    return (
        f"{after.part} of {after.whole}, from {before.part} of {before.whole};"
        f" {of}[{change.low:.3f}, {change.high:.3f}]: {verdict}"
    )


def title(name: str) -> str:
    """The words of a field's name."""
    return name.replace("_", " ").capitalize()


def cell(name: str, value: Any, names: Mapping[str, str]) -> Cell:
    """The *value* of the field *name*; *names* are those of bodies."""
    if isinstance(value, str) and not isinstance(value, Enum):
        known = names.get(value) if name in BODIES else None
        return Cell(known, Sort.TEXT, value) if known else Cell(value or EMPTY, Sort.TEXT)
    if isinstance(value, date):
        return Cell(day(value), Sort.DATE)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(percent(value) if name in SHARES else number(value), Sort.NUMBER)
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        return Cell(", ".join(_named(name, one, names) for one in value), Sort.TEXT)
    return Cell(_words(name, value, names), Sort.WORDS)


def _named(name: str, ref: str, names: Mapping[str, str]) -> str:
    return names.get(ref, ref) if name in BODIES else ref


def _words(name: str, value: Any, names: Mapping[str, str]) -> str:
    match value:
        case None | ():
            return EMPTY
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case tuple():
            return ", ".join(cell(name, one, names).text for one in value)
        case Share(part, whole):
            return f"{part} of {whole}" + (f" ({percent(value.rate)})" if whole else "")
        case Difference():
            return difference(value)
        case OwnerShare(body=body, overdue=days):
            return f"{names.get(body, body)} {days:,}"
        case GradeCount(grade=grade, files=files):
            return f"{grade.replace('-', ' ')} {files:,}"
        case Chart():
            limits = f"{number(value.low)} to {number(value.high)}"
            return f"mean {number(value.mean)}, limits {limits}"
        case Signal():
            return f"{value.rule.value} {'upwards' if value.upwards else 'downwards'}"
        case _:
            raise TypeError(f"no words for {name}, a {type(value).__name__}")
