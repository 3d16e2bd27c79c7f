"""Whatever is done to a log is noticed beside a checkpoint, and named for what it looks like.

By `lif`, and by `examples/verify_trail.py`, which knows nothing of it: both name the same entry.
"""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from random import Random

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from examples.verify_trail import NotVerifiedError, verify
from lif_adapters.cli.demo import record_demo
from lif_adapters.engine import EngineRecorder
from lif_adapters.wiring import connect, utc_now
from lif_core.commands.application import Application
from lif_core.errors import AlteredError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder, Row, rows_of
from lif_core.trail.alteration import first_alteration
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import examine
from lif_core.trail.leaf import leaf_data, leaf_of
from lif_core.trail.note import SignedNote
from lif_core.trail.tree import Tree
from tests.attacks import ATTACKS, Attack, delete_tail, fitting, reorder
from tests.core.trail.test_note import LOG, LOG_KEY
from tests.people import TEXTS

MAPPER = LifMapper()
SEEDS = st.integers(0, 2**32)
"""Seeds of where an attack is made, and of what."""


@frozen
class Sealed:
    """A log, and the checkpoint of it."""

    rows: Sequence[Row]
    leaves: Sequence[bytes]
    checkpoint: Checkpoint
    note: str


@pytest.fixture(scope="module")
def log() -> Sealed:
    with connect("memory:", readership=TEXTS) as app:
        record_demo(app)
        rows = list(rows_of(app.recorder))
    leaves = [leaf_of(row) for row in rows]
    checkpoint = Checkpoint(LOG.key.name, len(rows), Tree(leaves).root())
    return Sealed(rows, leaves, checkpoint, str(SignedNote(checkpoint.text).signed_by(LOG)))


def refusal(rows: Sequence[Row], log: Sealed) -> AlteredError:
    with pytest.raises(AlteredError) as refused:
        examine(lambda: rows, MAPPER).check(log.checkpoint)
    return refused.value


def test_a_log_is_the_one_that_was_signed_and_may_have_grown_since(log: Sealed) -> None:
    grown = [*log.rows, (len(log.rows) + 1, *log.rows[-1][1:])]

    examine(lambda: log.rows, MAPPER).check(log.checkpoint)
    examine(lambda: log.rows, MAPPER).check_alone()
    examine(lambda: grown, MAPPER).check(log.checkpoint)
    assert 0 == verify(log.note, LOG_KEY, list(log.rows))
    assert 1 == verify(log.note, LOG_KEY, grown, b"".join(log.leaves))
    assert first_alteration(log.rows, log.leaves, log.leaves) is None


@pytest.mark.parametrize("clever", [False, True], ids=["careless", "clever"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
@given(seed=SEEDS)
def test_every_attack_is_noticed_and_named(
    log: Sealed, attack: Attack, clever: bool, seed: int
) -> None:
    """Without the leaves as well, if not by name; and by the other verifier."""
    altered = attack(log.rows, Random(seed), clever)
    examination = examine(lambda: altered.rows, MAPPER)
    alteration = first_alteration(altered.rows, examination.tree.leaves, log.leaves)

    assert alteration is not None
    assert altered.first == alteration.number
    assert alteration.kind in altered.kinds
    with pytest.raises(AlteredError):
        examination.check(log.checkpoint)
    with pytest.raises(AlteredError, match=str(alteration.kind)):
        examination.check(log.checkpoint, log.leaves)
    with pytest.raises(NotVerifiedError, match="not the log that was signed"):
        verify(log.note, LOG_KEY, list(altered.rows))
    with pytest.raises(NotVerifiedError, match=rf"entry {altered.first}\b"):
        verify(log.note, LOG_KEY, list(altered.rows), b"".join(log.leaves))


@pytest.mark.parametrize(
    "attack",
    [each for each in ATTACKS if each not in (delete_tail, reorder)],
    ids=lambda attack: attack.__name__,
)
@given(seed=SEEDS)
def test_a_careless_attack_shows_by_itself(log: Sealed, attack: Attack, seed: int) -> None:
    """But for what is gone from the end, and for what was recorded in one instant: only a
    checkpoint shows these.
    """
    rows = attack(log.rows, Random(seed), False).rows

    with pytest.raises(AlteredError):
        examine(lambda: rows, MAPPER).check_alone()


def test_what_shows_by_itself_is_said_where_no_leaves_are_held(log: Sealed) -> None:
    gone = [*log.rows[:4], *log.rows[5:]]
    cut = log.rows[:-3]

    assert "removed: 1 gone from before this one" in str(refusal(gone, log))
    assert (6, *log.rows[5][1:3]) == place_of(refusal(gone, log))
    assert "cut off: 3 gone from the end, or this is an older copy" in str(refusal(cut, log))


def place_of(error: AlteredError) -> tuple[object, ...]:
    return error.position, error.stream, error.stream_position


def test_between_two_checkpoints_is_where_it_was_altered(log: Sealed) -> None:
    """Somebody who holds several knows at least that much, without the leaves."""
    rows = list(log.rows)
    position, stream, number, topic, state = rows[60]
    other = state.replace(b'"by":{"person":"', b'"by":{"person":"Mr ')
    rows[60] = fitting((position, stream, number, topic, other))
    earlier = Checkpoint(LOG.key.name, 50, Tree(log.leaves[:50]).root())
    examination = examine(lambda: rows, MAPPER)
    examination.check(earlier)

    with pytest.raises(AlteredError, match=f"of its entries 51 to {len(rows)}, some were altered"):
        examination.check(log.checkpoint, holds=50)


def test_a_sign_after_a_checkpoint_is_not_taken_for_its_cause(log: Sealed) -> None:
    rows = [*log.rows, (999, *log.rows[-1][1:])]
    other = Checkpoint(LOG.key.name, 10, Tree(log.leaves[:9]).root())

    with pytest.raises(AlteredError, match="entries 1 to 10, some were altered"):
        examine(lambda: rows, MAPPER).check(other)


@pytest.mark.parametrize("kept", [MemoryRecorder, lambda: EngineRecorder.of({})])
def test_a_log_is_read_from_before_its_beginning(
    log: Sealed, kept: Callable[[], Recorder]
) -> None:
    """Or an entry that was put at a position that is never given would be passed over."""
    with Application(kept(), clock=utc_now, readership=TEXTS) as app:
        record_demo(app)

        assert len(log.rows) == len(list(rows_of(app.recorder)))


# The leaf


def test_the_lines_of_a_leaf_are_those_of_the_reference(log: Sealed) -> None:
    _, stream, number, topic, state = log.rows[1]
    instant = re.match(rb'\{"recorded_at":"([^"]+)"', state)
    assert instant is not None

    assert (
        f"lif/entry/v1\n2\n{stream}\n{number}\n{topic}\n{instant[1].decode()}\n"
        f"{sha256(state).hexdigest()}\n"
    ) == leaf_data(log.rows[1]).decode()


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.text("a\n1", max_size=3),
            st.integers(1, 3),
            st.text("a\n1", max_size=3),
            st.sampled_from([b'{"recorded_at":"a","x', b'{"recorded_at":"a\n","x', b'"', b""]),
        ),
        max_size=30,
        unique=True,
    )
)
def test_no_two_entries_have_the_same_leaf(rows: list[Row]) -> None:
    """Whatever is in the file: what could be read as another entry has no leaf."""
    leaves = []
    for row in rows:
        try:
            leaves.append(leaf_of(row))
        except UnreadableError:
            assert b"\n" in row[4] or "\n" in row[1] + row[3] or len(row[4]) < 2

    assert len(leaves) == len(set(leaves))


def test_what_is_not_stored_as_bytes_has_no_leaf(log: Sealed) -> None:
    position, stream, number, topic, state = log.rows[0]

    with pytest.raises(UnreadableError, match="its stored form is a text"):
        leaf_of((position, stream, number, topic, state.decode()))  # type: ignore[arg-type]
