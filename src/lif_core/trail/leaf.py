"""The leaf of an entry: what a tree over the log holds of it."""

from hashlib import sha256

from lif_core.log.recorder import Row, misstored, unreadable
from lif_core.trail.tree import leaf_hash

VERSION = "lif/entry/v1"
_INSTANT = b'{"recorded_at":"'  # the first member of all stored bytes
_LONGEST = 40  # characters of an instant


def leaf_data(row: Row) -> bytes:
    """Return the lines that the leaf of an entry holds.

    They are the version of this form, the position, the stream, the stream position, the stored
    name, the recorded instant, and the SHA-256 of the stored bytes in hexadecimal. None can hold
    a line break, so that no two entries have the same lines.

    Raises:
        UnreadableError: no entry of `lif` is stored so.
    """
    position, stream, stream_position, topic, state = row
    if problem := misstored(row):
        raise unreadable(row, problem)
    if not state.startswith(_INSTANT):
        raise unreadable(row, "not stored as an entry is")
    start = len(_INSTANT)
    instant = state[start : start + _LONGEST].partition(b'"')[0]
    fields = (stream, topic, instant.decode("latin-1"))
    if not instant.isascii() or any("\n" in field for field in fields):
        raise unreadable(row, "has a line break where there can be none")
    lines = (
        f"{VERSION}\n{position}\n{stream}\n{stream_position}\n{topic}\n{fields[2]}\n"
        f"{sha256(state).hexdigest()}\n"
    )
    return lines.encode("utf-8", "surrogatepass")


def leaf_of(row: Row) -> bytes:
    """Return the hash of the leaf of an entry; raises as `leaf_data`."""
    return leaf_hash(leaf_data(row))
