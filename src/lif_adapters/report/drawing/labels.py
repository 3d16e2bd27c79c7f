"""Text from the data, made fit to stand in a chart: on one line, of a known width at most."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
JOINS = frozenset("\u200d\ufe0e\ufe0f")

BodyNames: TypeAlias = Callable[[str], Sequence[str]]
"""Returns what the body of a reference may be called: its name, its short name, its reference."""


def clean(text: str) -> str:
    """Return *text* on one line, without marks that turn the direction of what follows.

    What is no character of XML is shown as one that is missing.
    """
    return "".join(map(_character, " ".join(text.split())))


def _character(character: str) -> str:
    if character in BIDI:
        return ""
    unfit = unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
    return NO_CHARACTER if unfit else character


def width(text: str, size: float = 12) -> float:
    """Return about how many pixels *text* takes in a sans-serif of *size*; rather too many."""
    return size * sum(map(_ems, text))


def _ems(character: str) -> float:
    """Return the width of a *character*, as a share of the size of its letters."""
    if character in JOINS or unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    if character in "iljtfr.,:;'|!()[]/- ":
        return 0.34
    return 0.78 if character.isupper() or character in "mwMW%@" else 0.56


def cut(text: str, pixels: float, size: float = 12) -> str:
    """Return *text* on one line that fits into *pixels*, its end an ellipsis where it must be."""
    text = clean(text)
    if width(text, size) <= pixels:
        return text
    room, length = pixels - size, 0
    for character in text:
        room -= _ems(character) * size
        if room < 0:
            break
        length += 1
    while length and (text[length] in JOINS or unicodedata.combining(text[length])):
        length -= 1  # a sign is not parted from what is joined to it
    return text[:length].rstrip().rstrip("\u200d") + "…"


def in_sentence(text: str) -> str:
    """Return *text* as a sentence can carry it."""
    return cut(text, 400)


def lines(text: str, pixels: float, size: float, most: int) -> list[str]:
    """Return *text* over *most* lines at most, parted after a space, a stroke or a hyphen."""
    words, rows = _words(clean(text)), [""]
    for word in words:
        if rows[-1] and width(rows[-1] + word.rstrip(), size) > pixels:
            rows.append("")
        rows[-1] += word
    if len(rows) > most:
        rows[most - 1 :] = ["".join(rows[most - 1 :])]
    return [cut(row, pixels, size) for row in rows]


def _words(text: str) -> list[str]:
    words = [""]
    for character in text:
        words[-1] += character
        if character in " /-":
            words.append("")
    return words


def reference_only(ref: str) -> Sequence[str]:
    """Return the names of a body of which nothing is known but its reference."""
    return (ref,)


def fit(names: Sequence[str], pixels: float, size: float = 12, most: int = 1) -> list[str]:
    """Return the first of the *names* that fits uncut into *most* lines of *pixels*.

    Where none fits, the last is cut.
    """
    for name in names:
        rows = lines(name, pixels, size, most)
        if not rows[-1].endswith("…"):
            return rows
    return lines(names[-1], pixels, size, most)


def short_number(value: float) -> str:
    """Return *value* to two decimals at most, and to four where it is below one."""
    text = f"{value:,.{2 if abs(value) >= 1 else 4}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def share_room(wanted: Sequence[float], room: float) -> list[float]:
    """Return how much of the *room* each may take.

    That is what it wants, or an equal part of what the smaller ones leave.
    """
    free, shares = room, [0.0] * len(wanted)
    for place, number in enumerate(sorted(range(len(wanted)), key=lambda n: wanted[n])):
        shares[number] = min(wanted[number], free / (len(wanted) - place))
        free -= shares[number]
    return shares


def spread(wanted: Sequence[float], sizes: Sequence[float], room: float) -> list[float]:
    """Return where things of these *sizes* begin, within *room*, in this order, none on another.

    Each begins where it is *wanted*, or as near as may be. What does not fit into the room at all
    begins before it.
    """
    begins, free = [], 0.0
    for want, size in zip(wanted, sizes, strict=True):
        begins.append(max(want, free))
        free = begins[-1] + size
    for number in reversed(range(len(begins))):
        begins[number] = min(begins[number], room - sizes[number])
        room = begins[number]
    return begins
