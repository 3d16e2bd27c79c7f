"""Views of a log, kept up to date from one time they are asked for to the next, and saved."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from threading import RLock
from typing import Any, TypeAlias, TypeVar

from attrs import define
from eventsourcing.persistence import IntegrityError

from lif_core.collector import collector_paused
from lif_core.errors import ConflictError
from lif_core.framework import Frameworks
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, Row, Saved, streams
from lif_core.log.streams import unbroken
from lif_core.projections.folding import Standing
from lif_core.projections.past import past
from lif_core.projections.projection import AsOf, Projection
from lif_core.record import Record
from lif_core.saving import Codec, is_kept, is_saved

V = TypeVar("V")
Watch: TypeAlias = Callable[[int], object]

WATCHED = 1_000
ATTEMPTS = 3
SAVED = "view:"
"""Before the name of a saved view, where the recorder keeps how far it has read the log."""


@define
class _Kept:
    """A *standing* view of the log up to *position*; *head*: what it was saved with last."""

    standing: Standing[Any, Any]
    position: int
    head: bytes | None = None


class Views:
    """Makes views, and keeps them, so that the next one costs what has changed.

    Of those that are not made of parts, only the last one is kept: items take more memory than
    parts, and are summarised whole each time. Threads may share it.
    """

    def __init__(self, recorder: Recorder, mapper: LifMapper, frameworks: Frameworks) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._frameworks = frameworks
        self._kept: dict[str, _Kept] = {}
        self._codecs: dict[str, Codec] = {}
        self._lock = RLock()

    def view(
        self,
        projection: Projection[Any, V],
        as_of: AsOf,
        watch: Watch,
        *,
        position: int | None = None,
        afresh: bool = False,
    ) -> V:
        """What *projection* computes; *position*: of what was recorded up to there only.

        *afresh*: from the log, whatever is kept or saved of it; so it is by other packs.
        """
        with self._lock:
            head = self._head()
            until = head if as_of.known is None else self._known_by(as_of.known, head)
            until = until if position is None else min(until, position)
            if not afresh:
                standing = self._from_kept(projection, as_of, until, head, watch)
                if standing is not None:
                    return standing.view()
        return self._built(projection, as_of, until, watch).view()

    def save(
        self, projection: Projection[Any, Any], as_of: AsOf, watch: Watch, *, afresh: bool = False
    ) -> int:
        """Save what *projection* comes to, with the position up to which it has read the log.

        Returns how many of its parts were written; *afresh*: all, whatever is kept or saved.

        Raises:
            ConflictError: others kept saving it first; nothing was written.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                kept = self._up_to_date(projection, as_of, self._head(), watch, afresh=afresh)
                try:
                    return self._save(projection, kept)
                except IntegrityError:
                    self._kept.pop(projection.name, None)  # go on from what the other one saved
        raise ConflictError(f"{projection.name} was saved by others first, {ATTEMPTS} times")

    def _save(self, projection: Projection[Any, Any], kept: _Kept) -> int:
        """What has changed since it was saved; all of it, where it never was."""
        codec, standing = self._codec(projection), kept.standing
        keys = standing.made.keys() if kept.head is None else standing.touched
        made = {key: standing.part(key) for key in keys}
        head = codec.head(standing, kept.position)
        view = Saved(
            name=SAVED + projection.name,
            position=kept.position,
            head=head,
            parts={key: codec.part(key, part) if part else None for key, part in made.items()},
        )
        self._recorder.save(view, before=kept.head)
        kept.head = head
        standing.touched = set()
        return len(made)

    def _codec(self, projection: Projection[Any, Any]) -> Codec:
        codec = self._codecs.get(projection.name)
        if codec is None or codec.projection is not projection:
            codec = self._codecs[projection.name] = Codec(projection)
        return codec

    # What is kept

    def _from_kept(
        self, projection: Projection[Any, V], as_of: AsOf, until: int, head: int, watch: Watch
    ) -> Standing[Any, V] | None:
        """The view from what is kept or saved; `None` where a past one cannot be had from it."""
        kept = self._found(projection)
        if until == head and (kept is None or as_of.valid >= kept.standing.as_of.valid):
            return self._up_to_date(projection, as_of, head, watch).standing
        if kept is None or not is_kept(projection):
            return None
        now = self._up_to_date(projection, kept.standing.as_of, head, watch).standing
        since = self._recorder.changed(after=until, until=head)
        with collector_paused():
            return past(now, as_of, since, self._loading(until))

    def _found(self, projection: Projection[Any, V]) -> _Kept | None:
        """What is kept, or else saved."""
        kept = self._kept.get(projection.name)
        if kept is None or kept.standing.projection is not projection:
            kept = self._resumed(projection)
            if kept is not None:
                self._kept[projection.name] = kept
        return kept

    def _up_to_date(
        self,
        projection: Projection[Any, V],
        as_of: AsOf,
        head: int,
        watch: Watch,
        *,
        afresh: bool = False,
    ) -> _Kept:
        """Whatever interrupts it, nothing is kept of which only a part was made again."""
        kept = None if afresh else self._found(projection)
        self._kept.pop(projection.name, None)
        if not is_kept(projection):
            self._kept = {n: k for n, k in self._kept.items() if is_kept(k.standing.projection)}
        if kept is None or not self._continues(kept, as_of, head):
            kept = _Kept(self._built(projection, as_of, head, watch), head)
        else:
            changed = self._recorder.changed(after=kept.position, until=head)
            kept.standing.load = self._loading(head)
            with collector_paused():
                kept.standing.refresh(changed, as_of)
            kept.position = head
        self._kept[projection.name] = kept
        return kept

    def _continues(self, kept: _Kept, as_of: AsOf, head: int) -> bool:
        standing = kept.standing
        if kept.position > head or not standing.continues_to(as_of):
            return False
        return as_of.valid == standing.as_of.valid or not standing.moves_with_days

    def _resumed(self, projection: Projection[Any, V]) -> _Kept | None:
        """As it was saved; `None` where it is not, or was by another program or other packs."""
        saved = self._recorder.saved(SAVED + projection.name) if is_saved(projection) else None
        if saved is None:
            return None
        standing = Standing(projection, self._loading(saved.position))
        if not self._codec(projection).resume(standing, saved, self._frameworks):
            return None
        return _Kept(standing, saved.position, saved.head)

    # What is read

    def _built(
        self, projection: Projection[Any, V], as_of: AsOf, until: int, watch: Watch
    ) -> Standing[Any, V]:
        standing: Standing[Any, V] = Standing(projection, self._loading(until))
        with collector_paused():
            standing.build(self._read(streams(self._recorder, until=until), watch), as_of)
        return standing

    def _read(self, found: Iterable[list[Row]], watch: Watch) -> Iterator[Sequence[Record]]:
        read = 0
        for rows in found:
            yield self._records(rows)
            read += len(rows)
            if read >= WATCHED:
                watch(read)
                read = 0

    def _loading(self, until: int) -> Callable[[str], Sequence[Record]]:
        """Reads a stream, as the log was up to the position *until*."""

        def load(stream: str) -> Sequence[Record]:
            rows = self._recorder.stream_rows(stream)
            return self._records([row for row in rows if row[0] <= until])

        return load

    def _records(self, rows: Sequence[Row]) -> Sequence[Record]:
        """The records of one whole stream."""
        records = list(self._mapper.to_records(rows))
        if rows and rows[-1][2] == len(rows):
            return records
        return list(unbroken(records))

    def _head(self) -> int:
        last = self._recorder.last_row()
        return last[0] if last else 0

    def _known_by(self, known: datetime, head: int) -> int:
        """The last position recorded by then. Times never go backwards: by halves."""
        low = 0
        while low < head:
            middle = (low + head) // 2
            (row,) = self._recorder.rows(after=middle, limit=1)
            if self._mapper.to_record(row).recorded_at <= known:
                low = row[0]
            else:
                head = middle
        return low
