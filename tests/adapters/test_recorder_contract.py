"""The contract finds what it says it does: a recorder with a fault in it fails, by name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep
from typing import ClassVar
from unittest import SkipTest

import pytest

from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.recorder_store import Processes, RunningAct
from tests import recorder_contract
from tests.adapters.wrong_recorders import CAUGHT, SharedMemory, failures

HOOKS = {"open", "processes", "durability", "failing", "busy", "connection"}


@pytest.mark.parametrize("recorder", CAUGHT, ids=lambda recorder: recorder.__name__)
def test_a_wrong_recorder_fails_the_tests_that_name_its_fault(
    recorder: type[Recorder], tmp_path: Path
) -> None:
    """It fails these and no other, so that who reads the names knows what is wrong."""
    assert sorted(CAUGHT[recorder]) == sorted(failures(recorder, tmp_path))


def test_the_recorder_that_the_wrong_ones_are_made_from_is_right(tmp_path: Path) -> None:
    assert {} == failures(SharedMemory, tmp_path)


def test_ten_recorders_are_wrong_in_different_ways() -> None:
    assert len(CAUGHT) >= 10
    assert all(CAUGHT.values())


def test_the_page_says_what_each_fails() -> None:
    """`python -m tests.reference` makes it anew."""
    assert recorder_contract.PAGE.read_text("utf-8") == recorder_contract.page()


class ThreeLines(RecorderContract):
    def make(self, tmp_path: Path) -> Recorder:
        return MemoryRecorder()


class SaysWhatItCannot(ThreeLines):
    leaves_out: ClassVar = {"open": "it is in memory", "busy": " "}


def checks(contract: type[RecorderContract]) -> dict[str, Callable[..., None] | None]:
    return {name: getattr(contract, name) for name in dir(contract) if name.startswith("test_")}


def test_three_lines_check_what_they_can_and_say_what_they_do_not(tmp_path: Path) -> None:
    """A check without its hook is skipped by name: it neither fails nor passes in silence."""
    not_checked = set()
    for name, check in checks(ThreeLines).items():
        assert check is not None
        try:
            (tmp_path / name).mkdir()
            check(ThreeLines(), tmp_path / name)
        except SkipTest as skipped:
            not_checked |= {hook for hook in HOOKS if f"`{hook}`" in str(skipped)}

    assert HOOKS == not_checked


def test_what_a_store_cannot_have_is_left_out_with_a_reason(tmp_path: Path) -> None:
    """A reason that says nothing leaves nothing out."""
    needs = {name: check.needs for name, check in checks(ThreeLines).items()}  # type: ignore[union-attr]
    left_out = {name for name, check in checks(SaysWhatItCannot).items() if check is None}

    assert {name for name, hooks in needs.items() if "open" in hooks} == left_out


class Hangs(ThreeLines):
    seconds = 0.2
    ever: ClassVar = Event()

    def make(self, tmp_path: Path) -> Recorder:
        self.ever.wait()
        raise AssertionError


def test_a_check_ends_where_the_recorder_does_not(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not ended after"):
        Hangs().test_an_empty_log_has_nothing(tmp_path)
    Hangs.ever.set()


def test_a_process_that_does_not_end_is_killed() -> None:
    with (
        pytest.raises(AssertionError, match="has not ended in time"),
        Processes([partial(sleep, 600)], 0.2) as processes,
    ):
        processes.results()

    assert not any(process.is_alive() for process in processes._processes)


def test_what_fails_in_a_process_or_a_thread_fails_here() -> None:
    with (
        pytest.raises(AssertionError, match="ZeroDivisionError"),
        Processes([partial(divmod, 1, 0)], 30) as processes,
    ):
        processes.results()
    with pytest.raises(ZeroDivisionError):
        RunningAct(partial(divmod, 1, 0)).result(30)
