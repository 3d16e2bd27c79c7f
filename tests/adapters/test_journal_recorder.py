"""The recorder that the how-to writes keeps the contract, and the how-to shows all of it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import pytest

from examples.journal_recorder import JournalRecorder
from lif_core.errors import UnreadableError
from lif_core.log.recorder import Recorder
from lif_core.testing.recorder_contract import RecorderContract, stored
from lif_core.testing.samples import log_of, returning

ROOT = Path(__file__).parent.parent.parent


class TestJournal(RecorderContract):
    leaves_out: ClassVar = {
        "durability": "it has no settings: each line is synced",
        "failing": "a disk that fails cannot be had by a test",
        "connection": "it is in no database of a host",
    }

    def make(self, tmp_path: Path) -> Recorder:
        return JournalRecorder(tmp_path / "journal")

    def open(self, tmp_path: Path) -> Recorder:
        return self.make(tmp_path)

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        return partial(JournalRecorder, tmp_path / "journal")

    @contextmanager
    def busy(self, recorder: Recorder, tmp_path: Path) -> Iterator[Recorder]:
        with (tmp_path / "journal").open("ab") as file:
            flock(file, LOCK_EX)
            with closing(JournalRecorder(tmp_path / "journal", patience=0.1)) as impatient:
                yield impatient


def test_a_line_that_was_not_written_to_its_end_is_none(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with closing(JournalRecorder(path)) as recorder:
        recorder.append(returning(stored("a-x/1", 1)))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-9])

    with closing(JournalRecorder(path)) as recorder:
        assert ["a-x/1"] == [row[1] for row in log_of(recorder)]
        recorder.append(returning(stored("a-x/1", 2)))
    with closing(JournalRecorder(path)) as recorder:
        assert [1, 2] == [row[2] for row in log_of(recorder)]


def test_a_recorder_whose_disk_failed_answers_nothing_more(tmp_path: Path) -> None:
    """Its memory is ahead of what is known to be on the disk."""
    path = tmp_path / "journal"
    with (
        closing(JournalRecorder(path)) as recorder,
        patch("os.fsync", side_effect=OSError("no space left")),
    ):
        for _ in range(2):
            with pytest.raises(UnreadableError):
                recorder.append(returning(stored("a-x/1", 1)))
        with pytest.raises(UnreadableError):
            recorder.last_row()


def test_the_how_to_shows_all_of_it() -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-recorder.md").read_text("utf-8")
    code = (ROOT / "examples" / "journal_recorder.py").read_text("utf-8")

    assert f"```python\n{code}```" in page
