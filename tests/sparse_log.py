"""A log of some rows of another, at their positions: what a board's log is to be, made plainly."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row


class SparseRecorder(MemoryRecorder):
    """A recorder of these *rows*, which saves views in memory and appends nothing."""

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self.log = sorted(rows)

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        return [row for row in self.log if row[0] > after][:limit]

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        return sorted((row for row in self.log if row[1] in streams), key=lambda row: row[1:3])

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        rows = [
            row
            for row in self.log
            if row[1:3] > after
            and row[0] <= until
            and (before is None or row[1] < before)
            and row[3] not in without
        ]
        return sorted(rows, key=lambda row: row[1:3])[:limit]

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        numbers = defaultdict(list)
        for position, stream, number, _, _ in self.log:
            if stream > after and (before is None or stream < before) and position <= until:
                numbers[stream].append(number)
        return min(
            (name for name, each in numbers.items() if max(each) != len(each)), default=None
        )

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        return []

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        changed: dict[str, int] = {}
        for position, stream, number, topic, _ in self.log:
            if after < position <= until and topic not in without:
                changed.setdefault(stream, number)
        return changed

    def unrecorded(self, streams: Sequence[str]) -> set[str]:
        return set(streams) - {row[1] for row in self.log}

    def last_row(self) -> Row | None:
        return self.log[-1] if self.log else None
