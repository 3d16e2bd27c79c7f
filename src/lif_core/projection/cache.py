"""Views of a log, kept up to date from one time they are asked for to the next, and saved."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import define

from lif_core.decisions.record import Record
from lif_core.errors import ConflictError
from lif_core.framework import Frameworks
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import IntegrityError, Recorder, bounds
from lif_core.log.streams import refuse_gap
from lif_core.projection.inconsistent import INCONSISTENT
from lif_core.projection.materialised import Load, Materialised
from lif_core.projection.parallel import LogRange, build_apart
from lif_core.projection.parts import StaleViewError
from lif_core.projection.projection import AsOf, Projection
from lif_core.projection.snapshots import (
    RefusedViews,
    SavedParts,
    ViewCipher,
    head_of,
    resumed,
    to_save,
    view_cipher,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

V = TypeVar("V")
Progress: TypeAlias = Callable[[int], object]

STEP = 1_000
"""Progress is told of so many entries at a time."""
ATTEMPTS = 3
SAVED = "view:"
"""Before the name of a saved view, where the recorder keeps how far it has read the log."""
SOONER = 2
"""All parts are made from the log, sooner, where more than one in so many is to be made again."""
SMALL = 1_000
"""A view of so few parts is made again part by part, however many are to be made again."""
PASTS = 4
"""Views of the past are kept of so many projections: those looked at last."""


@define
class _CachedView:
    """A *view* of the log up to *position*; *head*: what it was saved with last."""

    view: Materialised[Any]
    position: int
    head: bytes | None = None


class Views:
    """Makes views, and keeps them, so that the next one costs what has changed.

    Threads may share it.
    """

    def __init__(self, recorder: Recorder, mapper: LifMapper, frameworks: Frameworks) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._frameworks = frameworks
        self._deciders = mapper.registry.categories
        self._cached: dict[str, _CachedView] = {}
        self._pasts: dict[str, _CachedView] = {}
        self._refused = RefusedViews()
        self._uncounted_of: dict[frozenset[type], frozenset[str]] = {}
        self._lock = RLock()
        self._erasures = 0  # that are known

    def renew(self) -> None:
        """Begin anew in a process that was forked: a lock may have been held by another thread."""
        self._lock = RLock()
        self.forget()

    def forget(self) -> None:
        """Let go of all views: the entries that they were made from are read otherwise now."""
        with self._lock:
            self._cached.clear()
            self._pasts.clear()

    def _forget_erased(self) -> None:
        """Let go of all views where somebody was erased since: any may hold texts about them."""
        keyring = self._mapper.keyring
        if keyring is not None and self._erasures != (erasures := keyring.erasures()):
            self._erasures = erasures
            self.forget()

    def view(
        self,
        projection: Projection[V],
        as_of: AsOf,
        progress: Progress,
        *,
        afresh: bool = False,
        executor: "Executor | None" = None,
    ) -> V:
        """Return what *projection* computes.

        *afresh*: from the log, whatever is kept or saved of it; so it is by other packs. Where it
        is made from the log, an *executor* makes ranges of streams at once.
        """
        with self._lock:
            self._forget_erased()
            head = self._head()
            known = as_of.known_until
            until = head if known is None else self._known_by(known, head)
            until = until if as_of.position is None else min(until, as_of.position)
            for _ in range(0 if afresh else ATTEMPTS):
                try:
                    if until == head and known is None:
                        cached = self._up_to_date(
                            projection, as_of, head, progress, executor=executor
                        )
                        view: Materialised[V] = cached.view
                        return view.view()
                    return self._past(projection, as_of, until, head, progress).view()
                except StaleViewError:
                    self._cached.pop(projection.name, None)
                    self._pasts.pop(projection.name, None)
            return self._built(projection, as_of, until, progress, executor).view()

    def save(
        self, projection: Projection[Any], as_of: AsOf, progress: Progress, *, afresh: bool = False
    ) -> int:
        """Save what *projection* comes to, with the position up to which it has read the log.

        Returns how many of its parts were written; *afresh*: all, whatever is kept or saved.

        Raises:
            ConflictError: others kept saving it first; nothing was written.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                cipher = view_cipher(self._mapper.keyring)  # before it is seen who was erased
                self._forget_erased()
                cached = self._up_to_date(projection, as_of, self._head(), progress, afresh=afresh)
                try:
                    return self._save(projection, cached, cipher)
                except (IntegrityError, StaleViewError):
                    self._cached.pop(projection.name, None)  # go on from what the other one saved
        raise ConflictError(f"{projection.name} was saved by others first, {ATTEMPTS} times")

    def _save(self, projection: Projection[Any], cached: _CachedView, cipher: ViewCipher) -> int:
        """Save what has changed since it was saved; all of it, where it never was."""
        name, view = SAVED + projection.name, cached.view
        written = len(view.parts.held if cached.head is None else view.parts.touched)
        head = head_of(view, cached.position)
        saved = to_save(
            name, view, head, self._mapper, cipher, self._recorder, whole=cached.head is None
        )
        self._recorder.save(saved, before=cached.head)
        cached.head = saved.head
        view.parts.touched = set()
        if view.parts.saved is not None:
            view.parts.saved = SavedParts(
                self._recorder, name, saved.head, head, cipher, self._refused
            )
            view.forget_tables()
        return written

    # What is cached

    def _up_to_date(
        self,
        projection: Projection[V],
        as_of: AsOf,
        head: int,
        progress: Progress,
        *,
        afresh: bool = False,
        executor: "Executor | None" = None,
    ) -> _CachedView:
        """Return the view of all that is recorded, from what is kept or saved of it.

        Whatever interrupts it, nothing is kept of which only a part was made again.
        """
        for _ in range(ATTEMPTS):
            cached = None if afresh else self._cached_or_saved(projection, head)
            self._cached.pop(projection.name, None)
            try:
                if cached is None or not self._refresh(cached, as_of, head):
                    view = self._built(projection, as_of, head, progress, executor)
                    cached = _CachedView(view, head)
            except StaleViewError:
                continue
            self._cached[projection.name] = cached
            return cached
        return _CachedView(self._built(projection, as_of, head, progress, executor), head)

    def _cached_or_saved(self, projection: Projection[V], head: int) -> _CachedView | None:
        """Return what is kept, or else saved, of a log that has entries up to *head*."""
        cached = self._cached.get(projection.name)
        name = SAVED + projection.name
        if cached is not None and cached.view.projection is projection and cached.position <= head:
            of_saved = cached.view.parts.saved
            if of_saved is None or not self._refused.has(name, of_saved.head):
                return cached
        saved = resumed(
            projection, name, self._recorder, self._frameworks, self._mapper, self._refused
        )
        if saved is None or saved[2] > head:
            return None
        parts, as_of, position = saved
        load = self._loading(projection, position)
        view = Materialised(projection, load, as_of, saved=parts, deciders=self._deciders)
        return _CachedView(view, position, parts.head)

    def _refresh(self, cached: _CachedView, as_of: AsOf, until: int) -> bool:
        """Bring *cached* to what was known up to *until*; say no where all is made from the log
        sooner.
        """
        view = cached.view
        first, last = sorted((cached.position, until))
        changed = self._changed(view.projection, first, last)
        if not self._is_sooner(view, changed, as_of, until):
            return False
        changed |= self._corrected(view, first, last)
        view.load = self._loading(view.projection, until)
        view.again = self._again(view.projection, as_of, until)
        with collector_paused():
            view.refresh(changed, as_of)
        cached.position = until
        return True

    def _changed(self, projection: Projection[Any], after: int, until: int) -> set[str]:
        """Return the streams of which something that *projection* counts was recorded there."""
        without = self._uncounted(projection)
        return set(self._recorder.changed(after=after, until=until, without=without))

    def _corrected(self, view: Materialised[Any], after: int, until: int) -> set[str]:
        """Return the streams with corrections of which anything was recorded there: it may
        contradict what a correction has left.
        """
        if after == until:
            return set()
        changed = self._recorder.changed(after=after, until=until, without=())
        return view.parts.asking([(INCONSISTENT, stream) for stream in changed])

    def _is_sooner(
        self, view: Materialised[Any], changed: Iterable[str], as_of: AsOf, until: int
    ) -> bool:
        """Return whether a view is sooner made from this one than from the log up to *until*."""
        again = set(changed)
        if as_of.valid != view.as_of.valid:
            again |= view.parts.outside(as_of.valid)
        return len(again) <= until and SOONER * len(again) <= max(view.parts.size, SMALL)

    def _past(
        self, projection: Projection[V], as_of: AsOf, until: int, head: int, progress: Progress
    ) -> Materialised[V]:
        """Return a view of what was known up to *until*, which is kept beside the one of all.

        It is made from whichever of the two is nearer.
        """
        name = projection.name
        past = self._pasts.pop(name, None)
        if past is not None and (past.view.projection is not projection or past.position > head):
            past = None
        if past is None or past.position != until:
            present = self._cached_or_saved(projection, head)
            if present is not None and (past is None or _is_nearer(present, past, until)):
                past = _CachedView(present.view.twin(present.view.load), present.position)
        if past is None or not self._refresh(past, as_of, until):
            past = _CachedView(self._built(projection, as_of, until, progress), until)
        self._pasts[name] = past
        while len(self._pasts) > PASTS:
            del self._pasts[next(iter(self._pasts))]
        return past.view

    # What is read

    def _built(
        self,
        projection: Projection[V],
        as_of: AsOf,
        until: int,
        progress: Progress,
        executor: "Executor | None" = None,
    ) -> Materialised[V]:
        load = self._loading(projection, until)
        view = Materialised(projection, load, as_of, deciders=self._deciders)
        categories = list(self._categories(projection, until))
        with collector_paused():
            if executor is None:
                view.build(self._streams(projection, categories, as_of, until, progress))
            else:
                build_apart(view, self._log(projection, as_of, until), categories, executor)
        return view

    def _log(self, projection: Projection[Any], as_of: AsOf, until: int) -> LogRange:
        return LogRange(
            recorder=self._recorder,
            mapper=self._mapper,
            projection=projection,
            as_of=as_of,
            until=until,
            without=self._uncounted(projection),
        )

    def _again(
        self, projection: Projection[V], as_of: AsOf, until: int
    ) -> Callable[[], Materialised[V]]:
        return partial(self._built, projection, as_of, until, no_progress)

    def _categories(
        self, projection: Projection[Any], until: int
    ) -> Iterator[tuple[str, str | None]]:
        """Yield the bounds of the categories that *projection* counts, those first others ask.

        Raises:
            UnreadableError: an entry of a stream is missing.
        """
        kinds = [kind for item in projection.parts for kind in item.events]
        for category in self._mapper.registry.categories_of(kinds):
            after, before = bounds(category)
            if broken := self._recorder.broken(after=after, before=before, until=until):
                refuse_gap(self._recorder.stream_rows(broken))
            yield after, before

    def _streams(
        self,
        projection: Projection[Any],
        categories: Iterable[tuple[str, str | None]],
        as_of: AsOf,
        until: int,
        progress: Progress,
    ) -> Iterator[Sequence[Record]]:
        """Read the streams of *categories*, as far as *projection* counts them."""
        log = self._log(projection, as_of, until)
        read = 0
        for after, before in categories:
            for records in log.streams(after, before):
                yield records
                read += len(records)
                if read >= STEP:
                    progress(read)
                    read = 0
        if read:
            progress(read)

    def _uncounted(self, projection: Projection[Any]) -> frozenset[str]:
        """Return the stored names that are known, and that *projection* does not count.

        Any other name is read, so that what an older program does not know is never passed over.
        """
        uncounted = self._uncounted_of.get(projection.events)
        if uncounted is None:
            uncounted = self._mapper.registry.uncounted(projection.events)
            self._uncounted_of[projection.events] = uncounted
        return uncounted

    def _loading(self, projection: Projection[Any], until: int) -> Load:
        """Return what reads streams, as the log was up to the position *until*."""
        without, corrective = self._uncounted(projection), self._mapper.registry.corrective

        def load(streams: Sequence[str]) -> Mapping[str, Sequence[Record]]:
            records = {}
            for stream, group in groupby(self._recorder.stream_rows(*streams), itemgetter(1)):
                rows = list(group)
                if rows[-1][2] != len(rows):
                    refuse_gap(rows)
                known = [row for row in rows if row[0] <= until]
                if corrective.isdisjoint(row[3] for row in known):
                    known = [row for row in known if row[3] not in without]
                records[stream] = list(self._mapper.to_records(known))
            return records

        return load

    def _head(self) -> int:
        last = self._recorder.last_row()
        return last[0] if last else 0

    def _known_by(self, known: datetime, head: int) -> int:
        """Return the last position recorded by then. Times never go backwards: by halves."""
        low = 0
        while low < head:
            middle = (low + head) // 2
            (row,) = self._recorder.rows(after=middle, limit=1)
            if self._mapper.to_record(row).recorded_at <= known:
                low = row[0]
            else:
                head = middle
        return low


def _is_nearer(view: _CachedView, other: _CachedView, until: int) -> bool:
    return abs(view.position - until) < abs(other.position - until)


def no_progress(_: int) -> None:
    """Look at no progress."""
