"""Words of the report: dates, numbers and counts as a sentence of English has them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from lif_core.queries.readership import PERSONAL_TEXTS
from lif_core.statistics.proportions import Difference, Share, percentage
from lif_core.views.accountability.rows import AccountabilityTotals

EMPTY = "–"
"""Shown where nothing is on record, or nothing applies."""

LEFT_OUT = (
    "The texts that may tell about a person are left out:"
    f" they are for readers in the role \u201c{PERSONAL_TEXTS}\u201d."
)
"""The sentence of a report without such texts."""

SENTENCES = 8
"""How many rows of a table are told in sentences as well."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_FULL_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

EXCERPT = 140
"""How many letters of a recommendation stand where it is named."""


def day(value: date) -> str:
    """Return a date such as 30 Apr 2018, whatever the machine's language."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year:04}"


def full_day(value: date) -> str:
    """Return a date as a sentence has it, such as 30 April 2018."""
    return f"{value.day} {_FULL_MONTHS[value.month - 1]} {value.year:04}"


def month(value: date) -> str:
    """Return the month of a date, such as Apr 2018."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return an instant such as 12 Jun 2019, 10:00:00 UTC."""
    return f"{day(value.date())}, {value:%H:%M:%S} UTC"


def number(value: float) -> str:
    """Return a whole number in full, and any other to three decimals."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def percent(rate: float | None) -> str:
    """Return a rate as a percentage; it is empty where there is nothing to take a rate of."""
    return EMPTY if rate is None else percentage(rate)


def count(many: int, noun: str, plural: str = "") -> str:
    """Return *many* with its noun, such as 1 day, 2 days, 1,200 days."""
    return f"{many:,} {noun if many == 1 else plural or noun + 's'}"


def count_or_no(many: int, noun: str, plural: str = "") -> str:
    """Return *many* with its noun, and for none of them such as `no days`."""
    return count(many, noun, plural) if many else f"no {plural or noun + 's'}"


def count_or_none(many: int) -> str:
    """Return *many* without a noun, and for none of them `none`."""
    return f"{many:,}" if many else "none"


def excerpt(text: str, most: int = EXCERPT) -> str:
    """Return a *text* on one line, and only its beginning where it has more letters than *most*.

    No word is parted, unless the text is a single one.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return f"{cut.rpartition(' ')[0] or cut}\u2026"


def listed(parts: Iterable[str]) -> str:
    """Return the *parts* as a sentence lists them: A, B and C."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def answers(totals: AccountabilityTotals) -> Iterator[str]:
    """Yield how many answers there are of each kind, which add up; rare kinds if there are any."""
    yield f"{totals.accepted:,} accepted"
    if totals.accepted_in_part:
        yield f"{totals.accepted_in_part:,} accepted in part"
    yield f"{totals.declined:,} declined"
    yield f"{totals.pending:,} pending"
    if totals.ended:
        yield f"{totals.ended:,} ended before they were answered"


def first_sentences(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the first of the *sentences*, and one that says how many more there are."""
    every = tuple(sentences)
    more = len(every) - SENTENCES
    return every if more <= 0 else (*every[:SENTENCES], f"{more:,} more: see the table.")


def capital(text: str) -> str:
    """Return *text* as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return *text* as it stands within a sentence."""
    return text[:1].lower() + text[1:]


TERMS = {
    "no spell began": "none was embedded",
    "spells are at risk": "were still followed",
    "spell is at risk": "was still followed",
    "spells are ever checked": "were ever checked",
    "spell is ever checked": "was ever checked",
}
"""Plain words for the terms of survival analysis."""


def plain(reason: str) -> str:
    """Return why something is not stated, in plain words."""
    for term, words in TERMS.items():
        reason = reason.replace(term, words)
    return reason


def in_words(name: str) -> str:
    """Return the name of an event in words: `EscalationAnswered` is `escalation answered`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def title(name: str) -> str:
    """Return the words of a field's name."""
    return name.replace("_", " ").capitalize()


def are(many: int) -> str:
    """Return the verb after a count of *many*."""
    return "is" if many < 2 else "are"


def has(many: int) -> str:
    """Return the verb after a count of *many*."""
    return "has" if many < 2 else "have"


def were(many: int) -> str:
    """Return the verb after a count of *many*."""
    return "was" if many < 2 else "were"


def share(part: Share) -> str:
    """Return a part of a whole, and what percentage that is."""
    return f"{part.part} of {part.whole}" + (f" ({percent(part.rate)})" if part.whole else "")


def difference(change: Difference) -> str:
    """Return a change between two audits, its interval, and what it shows."""
    before, after = change.before, change.after
    return (
        f"{after.part} of {after.whole}, from {before.part} of {before.whole};"
        f" [{change.low:.3f}, {change.high:.3f}]: {change.verdict or 'no verdict'}"
    )
