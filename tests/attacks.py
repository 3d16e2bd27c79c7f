"""What somebody can do to the rows of a log who may write to its file: each attack at any place.

Each returns the rows as they are then, the number of the first entry that is another one, and the
kinds that it may be taken for. *clever* is who makes checksums and numbers fit.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias
from zlib import crc32

from attrs import frozen

from lif_core.log.recorder import Row
from lif_core.trail.alteration import AlterationKind as Kind

TAIL = len(',"crc32":"00000000"}')


@frozen
class Altered:
    """The *rows* after an attack, with the *first* entry that is another, from 1."""

    rows: Sequence[Row]
    first: int
    kinds: frozenset[Kind]


Attack: TypeAlias = Callable[[Sequence[Row], Random, bool], Altered]


def fitting(row: Row) -> Row:
    """Return the row with a checksum that fits it."""
    position, stream, number, topic, state = row
    body = state[:-TAIL]
    checksum = crc32(f"{stream}\n{number}\n{topic}\n".encode() + body)
    return position, stream, number, topic, body + f',"crc32":"{checksum:08x}"}}'.encode()


def renumbered(rows: Sequence[Row], clever: bool) -> list[Row]:
    """Return the rows with positions, and where *clever* numbers in streams, without gaps."""
    if not clever:
        return list(rows)
    lengths: dict[str, int] = {}
    renamed = []
    for position, (was, stream, number, topic, state) in enumerate(rows, 1):
        lengths[stream] = lengths.get(stream, 0) + 1
        row = (position, stream, lengths[stream], topic, state)
        renamed.append(row if (number, was) == (row[2], position) else fitting(row))
    return renamed


def place_in(rows: Sequence[Row], chance: Random, *, last: int = 1) -> int:
    return chance.randint(0, len(rows) - last)


def changed(rows: Sequence[Row], place: int, row: Row, clever: bool) -> list[Row]:
    return [*rows[:place], fitting(row) if clever else row, *rows[place + 1 :]]


def edit(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    place = place_in(rows, chance)
    *there, state = rows[place]
    other = state.replace(b'"by":{"person":"', b'"by":{"person":"Mr ')
    assert other != state
    altered = changed(rows, place, (*there, other), clever)  # type: ignore[arg-type]
    return Altered(altered, place + 1, frozenset({Kind.EDITED}))


def one_bit(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    place = place_in(rows, chance)
    *there, state = rows[place]
    bit = chance.randrange(8 * (len(state) - TAIL))
    other = bytearray(state)
    other[bit // 8] ^= 1 << bit % 8
    altered = changed(rows, place, (*there, bytes(other)), clever)  # type: ignore[arg-type]
    return Altered(altered, place + 1, frozenset({Kind.EDITED}))


def delete(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    """Where numbers in the stream are made to fit, later entries of it are others as well."""
    place = place_in(rows, chance, last=2)
    rest = renumbered([*rows[:place], *rows[place + 1 :]], clever)
    same = clever and rows[place + 1][1] == rows[place][1]
    return Altered(rest, place + 1, frozenset({Kind.EDITED if same else Kind.REMOVED}))


def delete_tail_of_stream(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    ends = {stream: place for place, (_, stream, *_) in enumerate(rows)}
    place = chance.choice([p for p in ends.values() if p + 1 < len(rows)])
    rest = renumbered([*rows[:place], *rows[place + 1 :]], clever)
    return Altered(rest, place + 1, frozenset({Kind.REMOVED}))


def delete_tail(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    """An older copy of the store is the same."""
    place = place_in(rows, chance)
    return Altered(rows[:place], place + 1, frozenset({Kind.CUT_OFF}))


def insert(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    """Put a copy of an entry in; *clever* gives it a stream of its own, so that all fits."""
    place = place_in(rows, chance)
    _, _, _, topic, state = chance.choice(rows)
    new = fitting((rows[place][0], "review-wscb/forged", 1, topic, state))
    if clever:
        return Altered(
            renumbered([*rows[:place], new, *rows[place:]], True),
            place + 1,
            frozenset({Kind.INSERTED}),
        )
    new = (0, *new[1:])
    return Altered([new, *rows], 1, frozenset({Kind.INSERTED}))


def reorder(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    one, two = sorted(chance.sample(range(len(rows)), 2))
    swapped = list(rows)
    swapped[one] = (rows[one][0], *rows[two][1:])
    swapped[two] = (rows[two][0], *rows[one][1:])
    return Altered(swapped, one + 1, frozenset({Kind.MOVED}))


def retype(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    place = place_in(rows, chance)
    position, stream, number, topic, state = rows[place]
    topics = {row[3] for row in rows} - {topic}
    other = chance.choice(sorted(topics))
    altered = changed(rows, place, (position, stream, number, other, state), clever)
    alone = topic not in {row[3] for row in altered}
    return Altered(altered, place + 1, frozenset({Kind.EDITED if alone else Kind.RETYPED}))


def reassign(rows: Sequence[Row], chance: Random, clever: bool) -> Altered:
    """Put an entry in another stream, as its last."""
    place = place_in(rows, chance)
    position, stream, _, topic, state = rows[place]
    lengths = {name: sum(row[1] == name for row in rows) for name in {row[1] for row in rows}}
    other = chance.choice(sorted(lengths.keys() - {stream}))
    row = (position, other, lengths[other] + 1, topic, state)
    alone = lengths[stream] == 1  # then nothing in the log tells that the stream was there
    return Altered(
        changed(rows, place, row, clever),
        place + 1,
        frozenset({Kind.EDITED if alone else Kind.REASSIGNED}),
    )


ATTACKS: tuple[Attack, ...] = (
    *(edit, one_bit, delete, delete_tail_of_stream, delete_tail),
    *(insert, reorder, retype, reassign),
)
