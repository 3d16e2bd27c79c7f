"""Files and folders that only their owner may read; those that are there keep their modes.

What the umask forbids besides stays forbidden.
"""

import os
from contextlib import suppress
from pathlib import Path

from lif_adapters.durable_files import sync_folder

FILE, FOLDER = 0o600, 0o700


def owner_only(path: str, flags: int) -> int:
    """Open a file as `open(opener=)` asks: a new one is its owner's alone."""
    return os.open(path, flags, FILE)


def make_file(path: Path) -> None:
    """Make an empty file at *path*, unless one is there.

    Raises:
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE))


def make_folder(path: Path) -> None:
    """Make the folder *path*, and those above it that are not there, so that they stay.

    Raises:
        OSError: one cannot be made, or *path* is a file.
    """
    if path.is_dir():
        return
    if not path.parent.exists():
        make_folder(path.parent)
    path.mkdir(FOLDER, exist_ok=True)
    sync_folder(path.parent)
