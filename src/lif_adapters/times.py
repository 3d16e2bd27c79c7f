"""Days and instants, as they are written where people ask for a time, or type one."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from lif_core.errors import MalformedError

TYPED = ("%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
"""The formats of a day that somebody types, besides 2018-01-25; the day comes first."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def day_in(text: str, formats: Iterable[str] = TYPED) -> date | None:
    """Return the day that *text* is in the first of the *formats* that fits, or as 2018-01-25;
    `None` where it is none.
    """
    if _ISO.fullmatch(text):
        formats = ("%Y-%m-%d",)
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def as_date(name: str, text: str | None) -> date | None:
    """Return the day that *text* is, which stands under *name*.

    Raises:
        MalformedError: *text* is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name, f"{text!r}: {error}; write 2019-06-30") from error


def as_known(text: str | None, name: str = "--known") -> date | datetime | None:
    """Return the date that *text* is, or the instant, in UTC; it stands under *name*.

    Raises:
        MalformedError: *text* is neither, or an instant without its zone.
    """
    if text is None or len(text) <= len("2019-06-30"):
        return as_date(name, text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name, f"{text!r}: {error}") from error
    if instant.tzinfo is None:
        problem = f"{text!r}: an instant without a zone; write {text}+00:00, or a date alone"
        raise MalformedError(name, problem)
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # beyond the first or the last year there is
        day = date.max if instant.year > 1 else date.min
        clock = time.max if instant.year > 1 else time.min
        return datetime.combine(day, clock, UTC)
