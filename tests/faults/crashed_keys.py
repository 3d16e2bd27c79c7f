"""A store of keys whose process is killed or loses power at each operation on a file: no text that
was encrypted is lost with its key, and no key that was destroyed comes back.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import frozen

from lif_adapters.key_store import SIZE, KeyStore
from lif_core.errors import ConflictError, LifError, UnreadableError
from tests.faults.count import Count, Effort
from tests.faults.crash import crashes, either
from tests.faults.disk import Mark, Operation, Platter, write_files
from tests.faults.watched_folder import WatchedFolder

FOLDER = "keys"
MASTER = bytes(SIZE)
TEXT, PLACE = b"what was said", b"context"
KEPT, ERASED = "xb/A. Kept", "xb/B. Erased"
WITH = ((KEPT,), (KEPT, ERASED), (ERASED,))  # whose keys texts are under
RECOVERIES = 10  # of so many crashes, one has the next process crash, too


@frozen
class Encrypted:
    """A text that was encrypted as *body* under *keys*."""

    body: bytes
    keys: tuple[str, ...]


@frozen
class Destroyed:
    """A key that was destroyed."""


Acknowledgement = Encrypted | Destroyed


def crashed_keys(effort: Effort) -> Count:
    """Crash who encrypts and erases at each operation, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        chance = Random(seed)
        for done, left in _crashes(Platter(), (), chance, effort.every):
            total += _examined(left, done, chance)
            if not chance.randrange(RECOVERIES):
                for later, again in _crashes(left, done, chance, effort.every):
                    total += Count(recovering=1) + _examined(again, later, chance)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")


def _crashes(
    platter: Platter, done: Sequence[Acknowledgement], chance: Random, every: int
) -> Iterator[tuple[Sequence[Acknowledgement], Platter]]:
    """Use what is on a *platter*, and yield what crashes leave, and what was acknowledged."""
    with TemporaryDirectory(prefix="lif-keys-") as name:
        write_files(Path(name), platter, chance)
        watched = WatchedFolder(Path(name), platter)
        with watched.watched():
            for acknowledgement in _use(Path(name) / FOLDER, chance):
                watched.mark(acknowledgement)
        trace = watched.trace
    yield from crashes(_moments(trace, done), platter, either, chance, every)


def _use(folder: Path, chance: Random) -> Iterator[Acknowledgement]:
    """Encrypt texts under keys of two people, and destroy the key of one of them; now and then,
    encrypt a view before.
    """
    keys = KeyStore(folder, MASTER)
    for people in WITH:
        ids = tuple(map(keys.id_of, people))
        try:
            yield Encrypted(keys.encrypt(TEXT, ids, PLACE), ids)
        except (ConflictError, UnreadableError):  # its key is destroyed, or half so
            assert ERASED in people
    if chance.random() < 0.5:
        keys.encrypt(TEXT, [keys.key_of_views()], PLACE)
    keys.destroy(keys.id_of(ERASED))
    yield Destroyed()
    keys.encrypt(TEXT, [keys.key_of_views()], PLACE)


def _moments(
    trace: Sequence[Operation], done: Sequence[Acknowledgement]
) -> Iterator[tuple[Operation, Sequence[Acknowledgement]]]:
    """Yield each operation, and what is acknowledged after it."""
    for operation in trace:
        if isinstance(operation, Mark):
            done = (*done, operation.what)
        yield operation, done


def _examined(left: Platter, done: Sequence[Acknowledgement], chance: Random) -> Count:
    """Open what is *left*, and count what is wrong with what was *done*; then do it again."""
    total = Count(points=1, acknowledged=len(done))
    with TemporaryDirectory(prefix="lif-left-") as name:
        write_files(Path(name), left, chance)
        folder = Path(name) / FOLDER
        try:
            keys = KeyStore(folder, MASTER, create=not done)
            for encrypted in done:
                if isinstance(encrypted, Encrypted):
                    total += _text(keys, encrypted, is_destroyed=Destroyed() in done)
            again = [each for each in _use(folder, chance) if isinstance(each, Encrypted)]
            later = KeyStore(folder, MASTER, create=False)
            for encrypted in (*done, *again):
                if isinstance(encrypted, Encrypted):
                    total += _text(later, encrypted, is_destroyed=True)
        except (LifError, ValueError, AssertionError) as error:
            total += Count(lost=1, example=repr(error))
    return total


def _text(keys: KeyStore, encrypted: Encrypted, *, is_destroyed: bool) -> Count:
    """Count a text that cannot be read, though it should be, or can, though its key was destroyed.

    The key of who is to be erased may be half destroyed, until it is.
    """
    is_erased = keys.id_of(ERASED) in encrypted.keys
    try:
        text = keys.decrypt(encrypted.body, encrypted.keys, PLACE)
    except UnreadableError:
        if is_erased and not is_destroyed:
            return Count()
        raise
    possible = {None} if is_erased and is_destroyed else {TEXT, *([None] if is_erased else [])}
    if text in possible:
        return Count()
    return Count(lost=1, example="a key is back" if text else "a text is lost with its key")
