"""Attacks on the file of a store, each again and again at random places, and what notices each.

`python -m tests.faults.attacks [NAME ...] [--trials N] [--seed S] [--format table|json]`

A *clever* attacker makes checksums, numbers and counts fit and puts the triggers back. Beside each
attack stands what notices it first: opening the store, reading it as decisions and views do,
`lif doctor`, or only a checkpoint that is held elsewhere. A change after which all that is on
record reads as before is no alteration: such as a bit of a page that nothing uses. It exits with 1
where an alteration is noticed by none of them.
"""

import argparse
import json
import logging
import os
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import attrs
from attrs import field, frozen

from lif_adapters.check_result import CheckState
from lif_adapters.checkup import Checkup
from lif_adapters.cli.demo import demo_requests
from lif_adapters.ed25519 import make_key, read_key, verify
from lif_adapters.sqlite_schema import tracked_row
from lif_adapters.wiring import connect, image
from lif_core.errors import AlteredError, LifError, RefusedError, UnreadableError
from lif_core.framework import load as load_frameworks
from lif_core.log.mapper import LifMapper, checksummed
from lif_core.log.packs import PackStatus, statuses
from lif_core.log.receipts import records_of
from lif_core.log.recorder import Row, pages, rows_of
from lif_core.log.streams import load_stream
from lif_core.policies.policy import Policy
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import examine
from lif_core.trail.keys import SignatureType
from lif_core.trail.leaf import leaf_of
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.seal import cosign
from lif_core.trail.tree import Tree
from lif_core.views.accountability import accountability
from tests.people import TEXTS
from tests.store_files import rewrite

FRAMEWORKS = load_frameworks()
WAYS = ("open", "read", "doctor", "checkpoint")
"""The ways in which an attack is noticed, from the first to the last that is asked."""
COLUMNS = ("tried", "unchanged", *WAYS, "undetected")


@frozen
class Original:
    """A store before it is attacked: its *file*, an *older* copy, its *rows*, and what was held of
    it elsewhere.
    """

    file: Path
    older: Path
    rows: Sequence[Row]
    digests: Mapping[str, bytes]
    """By the ids of the commands that led to entries, what tells each from any other."""
    checkpoint: Checkpoint
    contents: Mapping[str, object]
    mapper: LifMapper = field(factory=LifMapper)


@frozen
class Attack:
    """An attack by *chance* on a copy of the *original* in the *file*; the attacker is *clever* or
    not.
    """

    original: Original
    file: Path
    chance: Random
    clever: bool

    def row(self) -> Row:
        return self.chance.choice(self.original.rows)

    def rewrite(self, *statements: str) -> None:
        """Change the file, and let the lengths of streams be counted anew by who is clever."""
        fitting = ("DELETE FROM stream_lengths",) if self.clever else ()
        rewrite(self.file, *statements, *fitting)

    def put(self, row: Row, at: int) -> None:
        """Write *row* in the place of the entry at the position *at*."""
        position, stream, number, topic, state = row
        if self.clever:
            state = checksummed(stream, number, topic, state)
        self.rewrite(
            f"UPDATE stored_events SET position = {position}, originator_id = '{stream}',"
            f" originator_version = {number}, topic = '{topic}', state = x'{state.hex()}'"
            f" WHERE position = {at}"
        )

    def end_fits(self) -> Sequence[str]:
        """Return what makes the last position that was given the last that is there."""
        if not self.clever:
            return ()
        return (
            "UPDATE sqlite_sequence SET seq = (SELECT max(position) FROM stored_events)"
            " WHERE name = 'stored_events'",
        )


def _edited(state: bytes) -> bytes:
    """Return the stored bytes with another name of who decided."""
    return state.replace(b'"by":{"person":"', b'"by":{"person":"Mr ', 1)


def edit(attack: Attack) -> None:
    position, stream, number, topic, state = attack.row()
    attack.put((position, stream, number, topic, _edited(state)), position)


def one_bit_of_an_entry(attack: Attack) -> None:
    position, stream, number, topic, state = attack.row()
    other = bytearray(state)
    bit = attack.chance.randrange(8 * (len(state) - 20))
    other[bit // 8] ^= 1 << bit % 8
    attack.put((position, stream, number, topic, bytes(other)), position)


def one_bit_of_the_file(attack: Attack) -> None:
    """Whatever it is of: a page of a table or of an index, a header, or one that nothing uses."""
    content = bytearray(attack.file.read_bytes())
    bit = attack.chance.randrange(8 * len(content))
    content[bit // 8] ^= 1 << bit % 8
    attack.file.write_bytes(bytes(content))


def delete_in_the_middle(attack: Attack) -> None:
    position = attack.chance.choice(attack.original.rows[:-1])[0]
    attack.rewrite(f"DELETE FROM stored_events WHERE position = {position}")


def delete_and_renumber(attack: Attack) -> None:
    position, stream, number, *_ = attack.chance.choice(attack.original.rows[:-1])
    attack.rewrite(
        f"DELETE FROM stored_events WHERE position = {position}",
        f"UPDATE stored_events SET position = position - 1 WHERE position > {position}",
        f"UPDATE stored_events SET originator_version = originator_version - 1 WHERE"
        f" originator_id = '{stream}' AND originator_version > {number}",
        *attack.end_fits(),
    )


def delete_tail_of_a_stream(attack: Attack) -> None:
    last = {row[1]: row[0] for row in attack.original.rows}
    position = attack.chance.choice(sorted(last.values()))
    attack.rewrite(
        f"DELETE FROM stored_events WHERE position = {position}",
        *attack.end_fits(),
    )


def delete_a_stream(attack: Attack) -> None:
    attack.rewrite(
        f"DELETE FROM stored_events WHERE originator_id = '{attack.row()[1]}'",
        *attack.end_fits(),
    )


def delete_tail_of_the_log(attack: Attack) -> None:
    position = attack.chance.randrange(2, len(attack.original.rows) + 1)
    attack.rewrite(
        f"DELETE FROM stored_events WHERE position >= {position}",
        *((f"DELETE FROM handled_commands WHERE last >= {position}",) if attack.clever else ()),
        *attack.end_fits(),
    )


def insert(attack: Attack) -> None:
    """At the end by who is clever, and else at a position that is never given."""
    _, _, _, topic, state = attack.row()
    position = len(attack.original.rows) + 1 if attack.clever else -attack.chance.randrange(9)
    state = checksummed("review-wscb/forged", 1, topic, state)
    attack.rewrite(
        f"INSERT INTO stored_events VALUES ({position}, 'review-wscb/forged', 1, '{topic}',"
        f" x'{state.hex()}')"
    )


def reorder(attack: Attack) -> None:
    one, two = sorted(row[0] for row in attack.chance.sample(attack.original.rows, 2))
    attack.rewrite(
        f"UPDATE stored_events SET position = -1 WHERE position = {one}",
        f"UPDATE stored_events SET position = {one} WHERE position = {two}",
        f"UPDATE stored_events SET position = {two} WHERE position = -1",
    )


def retype(attack: Attack) -> None:
    position, stream, number, topic, state = attack.row()
    others = sorted({row[3] for row in attack.original.rows} - {topic})
    attack.put((position, stream, number, attack.chance.choice(others), state), position)


def reassign(attack: Attack) -> None:
    position, stream, _, topic, state = attack.row()
    other = attack.chance.choice(sorted({r[1] for r in attack.original.rows} - {stream}))
    number = 1 + sum(row[1] == other for row in attack.original.rows)
    attack.put((position, other, number, topic, state), position)


def roll_back(attack: Attack) -> None:
    """Put an older file in its place."""
    shutil.copy(attack.original.older, attack.file)


def replace(attack: Attack) -> None:
    """Write over an entry with `REPLACE`, past the triggers where these are dropped before."""
    position, stream, number, topic, state = attack.row()
    state = checksummed(stream, number, topic, _edited(state))
    statement = (
        f"REPLACE INTO stored_events VALUES ({position}, '{stream}', {number}, '{topic}',"
        f" x'{state.hex()}')"
    )
    if attack.clever:
        attack.rewrite(statement)
    else:
        with closing(sqlite3.connect(attack.file)) as file, suppress(sqlite3.IntegrityError):
            file.execute(statement)
            file.commit()


def drop_what_guards(attack: Attack) -> None:
    with closing(sqlite3.connect(attack.file)) as file:
        kinds = "'trigger'" if attack.clever else "'trigger', 'index'"
        names = file.execute(
            f"SELECT type, name FROM sqlite_master WHERE type IN ({kinds}) AND sql IS NOT NULL"
        ).fetchall()
        kind, name = attack.chance.choice(names)
        file.execute(f"DROP {kind} {name}")
        file.commit()


def hide_in_an_index(attack: Attack) -> None:
    """Change the name of a stream in the key of an entry, in the index alone."""
    with closing(sqlite3.connect(attack.file)) as file:
        ((size,),) = file.execute("PRAGMA page_size").fetchall()
        ((root,),) = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_stored_events_1'"
        ).fetchall()
    content = bytearray(attack.file.read_bytes())
    leaves = [
        at
        for at in range(0, len(content), size)
        if content[at] == 10 and attack.row()[1][:6].encode() in content[at : at + size]
    ] or [(root - 1) * size]
    names = sorted({row[1].encode() for row in attack.original.rows})
    attack.chance.shuffle(names)
    for name in names:
        for at in leaves:
            place = content.find(name, at, at + size)
            if place >= 0:
                content[place + len(name) - 1] ^= 1
                attack.file.write_bytes(bytes(content))
                return


def alter_a_receipt(attack: Attack) -> None:
    command_id = attack.chance.choice(sorted(attack.original.digests))
    change = attack.chance.choice(["first = first + 1", "last = last + 1", "last = last - 1"])
    if attack.clever:
        change = "first = first + 1, last = last + 1"
    attack.rewrite(f"UPDATE handled_commands SET {change} WHERE command_id = '{command_id}'")


def remove_a_receipt(attack: Attack) -> None:
    command_id = attack.chance.choice(sorted(attack.original.digests))
    attack.rewrite(f"DELETE FROM handled_commands WHERE command_id = '{command_id}'")


def move_a_follower(attack: Attack) -> None:
    """By a bit, as damage does; who is clever makes the checksum fit and sets it past the end."""
    if attack.clever:
        name, position, checksum = tracked_row("followed", 10_000)
        attack.rewrite(f"REPLACE INTO tracking VALUES ('{name}', {position}, {checksum})")
        return
    bit = 1 << attack.chance.randrange(9)
    attack.rewrite(
        f"UPDATE tracking SET position = (position | {bit}) - (position & {bit})"
        " WHERE name = 'followed'"
    )


ATTACKS: Mapping[str, Callable[[Attack], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        *(edit, one_bit_of_an_entry, one_bit_of_the_file, delete_in_the_middle),
        *(delete_and_renumber, delete_tail_of_a_stream, delete_a_stream, delete_tail_of_the_log),
        *(insert, reorder, retype, reassign, roll_back, replace, drop_what_guards),
        *(hide_in_an_index, alter_a_receipt, remove_a_receipt, move_a_follower),
    )
}


# What notices them


class _Warnings(logging.Handler):
    """What the logger of `lif` is told."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.problems: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.problems.append(record.getMessage())


def _opened(original: Original, file: Path) -> None:
    """Open it, which compares its tables, and look at its end."""
    handler = _Warnings(logging.WARNING)
    logger = logging.getLogger("lif")
    logger.addHandler(handler)
    propagates, logger.propagate = logger.propagate, False
    try:
        with connect(f"sqlite:{file}", create=False, readership=TEXTS) as app:
            app.recorder.last_row()
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
    for problem in handler.problems[:1]:
        raise UnreadableError(problem)


def _read(original: Original, file: Path) -> None:
    """Read it as decisions, followers and views do."""
    with connect(f"sqlite:{file}", create=False, readership=TEXTS) as app:
        recorder, mapper = app.recorder, app.mapper
        for page in pages(recorder):
            list(mapper.to_records(page))
        for stream in sorted({row[1] for row in original.rows}):
            load_stream(recorder, mapper, stream)
        for command_id, digest in original.digests.items():
            if handled := recorder.handled(command_id):
                records_of(command_id, handled, mapper)
                if handled.digest != digest:
                    raise RefusedError("record.command-id-reused", command_id=command_id)
        recorder.tracked("followed")
        for status in statuses(recorder.packs(), FRAMEWORKS):
            if status in (PackStatus.MISSING, PackStatus.OTHER):
                raise UnreadableError(f"a pack on record is {status} here")
        app.view(accountability, afresh=True)


def _examined(original: Original, file: Path) -> None:
    with image(f"sqlite:{file}") as store:
        checkup = Checkup(store, original.mapper, FRAMEWORKS)
        now = datetime(2100, 1, 1, tzinfo=UTC)
        for result in (*store.checks(), *checkup.results(now)):
            if result.state is CheckState.WRONG and result.check != "file modes":
                raise AlteredError(result.problem)


def _held(original: Original, file: Path) -> None:
    with connect(f"sqlite:{file}", read_only=True, readership=TEXTS) as app:
        examination = examine(lambda: rows_of(app.recorder), original.mapper)
    examination.check(original.checkpoint)


CHECKS: Mapping[str, Callable[[Original, Path], None]] = dict(
    zip(WAYS, (_opened, _read, _examined, _held), strict=True)
)


def noticed(original: Original, file: Path) -> str:
    """Return in which way an attack is noticed first; `unchanged` where it altered nothing."""
    for way, check in CHECKS.items():
        try:
            check(original, file)
        except LifError:
            return way
    return "unchanged" if original.contents == contents(file) else "undetected"


def contents(file: Path) -> Mapping[str, object]:
    """Return all that is on record in a store, but for since when a pack was used, which tells
    nothing else.
    """
    columns = dict.fromkeys(("stored_events", "handled_commands", "tracking"), "*")
    columns["packs"] = "position, name, digest, governs"
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: connection.execute(f"SELECT {which} FROM {table} ORDER BY 1, 2").fetchall()
            for table, which in columns.items()
        }


# A key that was stolen, and a split view


def witnessed(original: Original, chance: Random, folder: Path) -> str:
    """Rewrite an entry, sign it with the key of the log, and ask the witness of the true one."""
    name = f"{chance.getrandbits(64):x}"
    log = make_key(folder / f"{name}.log", "log.example/board", SignatureType.ED25519)
    make_key(folder / f"{name}.w", "witness.example/w", SignatureType.COSIGNATURE)
    signer, witness = read_key(folder / f"{name}.log"), read_key(folder / f"{name}.w")
    true = Tree(_leaves(original.rows))
    size = chance.randrange(2, true.size)
    held = SignedNote(Checkpoint(log.name, size, true.root(size)).text).signed_by(signer)
    place = chance.randrange(size)
    position, stream, number, topic, state = original.rows[place]
    forged = checksummed(stream, number, topic, _edited(state))
    rows = [*original.rows]
    rows[place] = (position, stream, number, topic, forged)
    other = Tree(_leaves(rows))
    note = SignedNote(Checkpoint(log.name, other.size, other.root()).text).signed_by(signer)
    try:
        cosign(
            ConsistencyProof(size, other.consistency(size, other.size), note),
            *(held, log, witness, verify),
            seconds=1,
        )
    except AlteredError:
        return "checkpoint"
    return "undetected"


def _leaves(rows: Sequence[Row]) -> Iterator[bytes]:
    return map(leaf_of, rows)


# Trials


def original_in(folder: Path) -> Original:
    """Make a store with the history of the demo, and hold a checkpoint of it."""
    file, older = folder / "lif.db", folder / "older.db"
    with connect(
        f"sqlite:{file}", clock=lambda: datetime(2099, 1, 1, tzinfo=UTC), readership=TEXTS
    ) as app:
        requests = demo_requests(app.mapper)
        for number, request in enumerate(requests):
            if number == len(requests) - 9:
                _copy(file, older)
            app.handle_all([_named(request, number)])
        app.follow([Policy(name="followed", react=_nothing)], day_policies=())
        rows = list(rows_of(app.recorder))
        digests = {
            command_id: handled.digest
            for command_id in map("c-{}".format, range(len(requests)))
            if (handled := app.recorder.handled(command_id)) and handled.entries
        }
        examination = examine(lambda: rows, app.mapper)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in (file, older):
        os.chmod(path, 0o600)
    tree = examination.tree
    checkpoint = Checkpoint("log.example/board", tree.size, tree.root())
    return Original(file, older, rows, digests, checkpoint, contents(file))


def _nothing(_event: object, _framework: object) -> tuple[()]:
    """React to nothing: only how far it has read is noted."""
    return ()


def _named(request: Any, number: int) -> Any:
    return attrs.evolve(request, command_id=f"c-{number}", recorded_at=None)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


Counts: TypeAlias = Mapping[str, Counter[str]]


def tried(names: Sequence[str], trials: int, seed: int) -> Counts:
    """Try each attack so often by somebody who is clever, and as often by somebody who is not."""
    counts: dict[str, Counter[str]] = {}
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        original = original_in(folder)
        copy = folder / "copy.db"
        for name in names:
            for trial in range(trials):
                chance = Random(f"{seed} {name} {trial}")
                for clever in (False, True):
                    label = f"{name}, {'clever' if clever else 'plain'}"
                    count = counts.setdefault(label, Counter())
                    count["tried"] += 1
                    if name == "stolen-key":
                        count[witnessed(original, chance, folder)] += 1
                        continue
                    for left in folder.glob("copy.db*"):
                        left.unlink()
                    shutil.copy(original.file, copy)
                    ATTACKS[name](Attack(original, copy, chance, clever))
                    count[noticed(original, copy)] += 1
    return counts


NAMES = (*ATTACKS, "stolen-key")


def table(counts: Counts) -> str:
    """Return the counts in Markdown."""
    lines = [("attack", *COLUMNS), ("---",) * (1 + len(COLUMNS))]
    lines += [(name, *(str(each[column]) for column in COLUMNS)) for name, each in counts.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.attacks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--trials", type=int, default=100, help="of each (default 100)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args(arguments)
    counts = tried(options.names or NAMES, options.trials, options.seed)
    if options.format == "json":
        print(json.dumps(counts))
    else:
        print(table(counts))
    return int(any(count["undetected"] for count in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
