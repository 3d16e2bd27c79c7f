"""Text from the data, made fit to stand in a chart: one line, of a known width at most."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
Called: TypeAlias = Callable[[str], Sequence[str]]
"""What the body of a reference may be called: by its name, its short name or its reference."""

NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
JOINS = frozenset("\u200d\ufe0e\ufe0f")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clean(text: str) -> str:
    """*text* on one line; marks that turn the direction of what follows are taken out, and what
    is no character of XML is shown as one that is missing.
    """
    return "".join(map(_character, " ".join(text.split())))


def _character(character: str) -> str:
    if character in BIDI:
        return ""
    unfit = unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
    return NO_CHARACTER if unfit else character


def width(text: str, size: float = 12) -> float:
    """About how many pixels *text* takes in a sans-serif of *size*; rather too many."""
    return size * sum(map(_share, text))


def _share(character: str) -> float:
    if character in JOINS or unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    if character in "iljtfr.,:;'|!()[]/- ":
        return 0.34
    return 0.78 if character.isupper() or character in "mwMW%@" else 0.56


def cut(text: str, pixels: float, size: float = 12) -> str:
    """*text* on one line that fits into *pixels*: where it must, its end is an ellipsis."""
    text = clean(text)
    if width(text, size) <= pixels:
        return text
    room, kept = pixels - size, 0
    for character in text:
        room -= _share(character) * size
        if room < 0:
            break
        kept += 1
    while kept and (text[kept] in JOINS or unicodedata.combining(text[kept])):
        kept -= 1  # a sign is not parted from what is joined to it
    return text[:kept].rstrip().rstrip("\u200d") + "…"


def plainly(ref: str) -> Sequence[str]:
    """A body of which nothing is known but its reference."""
    return (ref,)


def fitting(called: Sequence[str], pixels: float, size: float = 12, most: int = 1) -> list[str]:
    """The first of what a body is *called* that fits into so many lines of *pixels*, uncut; of
    none that does, the last, cut.
    """
    for name in called:
        found = lines(name, pixels, size, most)
        if not found[-1].endswith("…"):
            return found
    return lines(called[-1], pixels, size, most)


def named(text: str) -> str:
    """*text* as a sentence can carry it."""
    return cut(text, 400)


def lines(text: str, pixels: float, size: float, most: int) -> list[str]:
    """*text* over at most so *many* lines, parted after a space, a stroke or a hyphen."""
    words, found = _words(clean(text)), [""]
    for word in words:
        if found[-1] and width(found[-1] + word.rstrip(), size) > pixels:
            found.append("")
        found[-1] += word
    if len(found) > most:
        found[most - 1 :] = ["".join(found[most - 1 :])]
    return [cut(line, pixels, size) for line in found]


def _words(text: str) -> list[str]:
    words = [""]
    for character in text:
        words[-1] += character
        if character in " /-":
            words.append("")
    return words


def days(count: int) -> str:
    return many(count, "day")


def many(count: int, what: str, plural: str | None = None) -> str:
    """*count* with its noun: `1 day`, `2 days`, `1,200 days`."""
    return f"{count:,} {what if count == 1 else plural or what + 's'}"


def listed(parts: Sequence[str]) -> str:
    """*parts* as a sentence lists them: `a`, `a and b`, `a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def shares(wanted: Sequence[float], room: float) -> list[float]:
    """How much of the *room* each may take: what it wants, or an equal part of what the smaller
    ones leave.
    """
    left, found = room, [0.0] * len(wanted)
    for place, number in enumerate(sorted(range(len(wanted)), key=lambda n: wanted[n])):
        found[number] = min(wanted[number], left / (len(wanted) - place))
        left -= found[number]
    return found


def apart(wanted: Sequence[float], sizes: Sequence[float], room: float) -> list[float]:
    """Where things of these *sizes* begin, each where it is *wanted* or as near as may be, in
    this order within *room*, none on another.

    What does not fit into the room at all begins before it.
    """
    begins, free = [], 0.0
    for want, size in zip(wanted, sizes, strict=True):
        begins.append(max(want, free))
        free = begins[-1] + size
    for number in reversed(range(len(begins))):
        begins[number] = min(begins[number], room - sizes[number])
        room = begins[number]
    return begins


def number(value: float) -> str:
    """*value* as it is read: two decimals at most, four of a number below one."""
    text = f"{value:,.{2 if abs(value) >= 1 else 4}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(share: float) -> str:
    """*share* of one, to a tenth of a percent: `53.3%`."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"
