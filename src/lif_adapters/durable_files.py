"""Files and names of files that are on the disk, and stay there when the power is lost."""

import errno
import os
from contextlib import suppress
from pathlib import Path

_NOT_SYNCED = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EROFS, errno.EBADF, errno.EACCES)
"""The errors by which a file system says that it syncs no folders."""


def sync_file(path: Path) -> None:
    """Have what was written to the file *path*, by whomever, on the disk.

    Raises:
        OSError: it cannot be.
    """
    with path.open("rb+" if os.access(path, os.W_OK) else "rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names of the files in a *folder* on the disk, where folders are synced at all.

    Raises:
        OSError: the disk failed.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # on Windows, or where the folder may not be read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_SYNCED:
            raise
    finally:
        os.close(descriptor)


def sync_wal(path: Path) -> None:
    """Have the WAL beside the SQLite file *path*, if one waits there, on the disk.

    A process that was killed as it committed may have left a commit in it that is not. SQLite
    shows that to whoever opens the file next, and syncs it only with what is written after it: a
    loss of power could take back what was answered from it.

    Raises:
        OSError: it cannot be.
    """
    wal = Path(f"{path}-wal")
    with suppress(FileNotFoundError):  # by now it is all in the file
        if wal.stat().st_size:
            sync_file(wal)
            sync_folder(wal.parent)
