"""The packs that a log was written under, held against those that it is read with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from lif_core.framework import Framework, Frameworks
from lif_core.log.recorder import PackRow, PackUse


class PackStatus(StrEnum):
    """How a pack on record stands to those that the log is read with."""

    SAME = "same"
    OTHER = "other"
    MISSING = "missing"
    REPLACED = "replaced"


@frozen(kw_only=True)
class PackOnRecord:
    """A note that the log was written under a pack called *name*, with this *digest*, from the
    entry at *position* on, recorded *since* that instant, whenever an older register recorded it.

    Its *status* is `replaced` where it was written under another of that name later. The last of a
    name is the `same` as that which the log is read with, or that is an `other` one, or `missing`.
    """

    position: int
    since: datetime
    name: str
    digest: str
    governs: tuple[str, ...]
    status: PackStatus


class WrittenUnder:
    """The packs on record in a log, by the *rows* of its recorder."""

    def __init__(self, rows: Iterable[PackRow] = ()) -> None:
        self._last: dict[str, PackUse] = {row.pack.name: row.pack for row in rows}
        self._same: dict[str, Framework] = {}  # the very packs that say what these do

    def missing(self, frameworks: Frameworks) -> Mapping[str, str]:
        """Return the boards, by their namespaces, that a pack on record governs which is not among
        the *frameworks*, each with the name of that.
        """
        return {
            namespace: name
            for name, use in self._last.items()
            if not frameworks.has_pack(name)
            for namespace in use.governs
        }

    def others(self, packs: Iterable[Framework]) -> list[Framework]:
        """Return those of *packs* that are not what is on record last under their names."""
        same = self._same
        return [
            pack for pack in packs if same.get(pack.name) is not pack and not self._is_last(pack)
        ]

    def _is_last(self, pack: Framework) -> bool:
        """Return whether *pack* says what is on record last under its name; keep that it does."""
        last = self._last.get(pack.name)
        if last is None or last.digest != pack.digest:
            return False
        self._same[pack.name] = pack
        return True

    def followed_by(self, uses: Iterable[PackUse]) -> None:
        """Know that *uses* are on record now."""
        for use in uses:
            self._last[use.name] = use
            self._same.pop(use.name, None)


def use_of(pack: Framework, since: datetime) -> PackUse:
    """Return the use of a *pack*, *since* that instant."""
    return PackUse(name=pack.name, digest=pack.digest, since=since, governs=pack.governs)


def statuses(rows: Sequence[PackRow], frameworks: Frameworks) -> list[PackStatus]:
    """Return how the pack of each of *rows*, in their order, stands to *frameworks*."""
    last = {row.pack.name: row for row in rows}

    def status(row: PackRow) -> PackStatus:
        if row is not last[row.pack.name]:
            return PackStatus.REPLACED
        digest = frameworks.digest(row.pack.name)
        if digest is None:
            return PackStatus.MISSING
        return PackStatus.SAME if digest == row.pack.digest else PackStatus.OTHER

    return [status(row) for row in rows]
