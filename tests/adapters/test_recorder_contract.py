"""The contract finds what it says it does: a recorder with a fault in it fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Reads, Recorder
from lif_core.testing.recorder_contract import RecorderContract

Fault = Callable[[Reads | None], Reads | None]


def forgets_what_was_read(_: Reads | None) -> Reads | None:
    return None


def looks_at_no_later_entry(read: Reads | None) -> Reads | None:
    return read and replace(read, head=read.head + 1)


def looks_at_every_stream(read: Reads | None) -> Reads | None:
    every = frozenset({"a-x/1", "b-x/1", "c-x/1", "a-x/10"})
    return read and replace(read, streams=every)


def looks_at_all_entries(read: Reads | None) -> Reads | None:
    return read and replace(read, head=0)


def contract_with(fault: Fault) -> RecorderContract:
    class Faulty(MemoryRecorder):
        def append(
            self,
            stamp: Any,
            receipts: Any = (),
            tracking: Any = None,
            read: Reads | None = None,
            packs: Any = (),
        ) -> Any:
            return super().append(stamp, receipts, tracking, fault(read), packs)

    class Contract(RecorderContract):
        def make(self, tmp_path: Path) -> Recorder:
            return Faulty()

    return Contract()


RULES = (
    "test_what_rests_on_a_stream_that_has_moved_appends_nothing",
    "test_what_moved_elsewhere_keeps_nothing_out",
    "test_what_was_read_past_the_end_of_the_log_was_read_elsewhere",
    "test_of_two_that_read_each_others_stream_one_is_first",
)


@pytest.mark.parametrize(
    ("fault", "rules"),
    [
        (forgets_what_was_read, (RULES[0], RULES[2], RULES[3])),
        (looks_at_no_later_entry, (RULES[0],)),
        (looks_at_every_stream, (RULES[1],)),
        (looks_at_all_entries, (RULES[1], RULES[2])),
    ],
    ids=lambda value: getattr(value, "__name__", "rules"),
)
def test_a_recorder_that_does_not_heed_what_was_read_fails(
    fault: Fault, rules: tuple[str, ...], tmp_path: Path
) -> None:
    failed = []
    for rule in RULES:
        try:
            getattr(contract_with(fault), rule)(tmp_path)
        except Exception:
            failed.append(rule)

    assert set(rules) <= set(failed)
