"""Framework packs from an embedder's own files."""

from pathlib import Path

from lif_core.errors import MalformedError
from lif_core.framework import Framework, Frameworks, load, parse


def read_pack(file: Path) -> Framework:
    """Return the pack in *file*, with all that it extends.

    Raises:
        MalformedError: naming the file, the key and what is wrong with it.
    """
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise MalformedError(str(file), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MalformedError(str(file), f"not UTF-8: byte {error.start + 1}") from error
    return parse(text, str(file))


def frameworks_with(*files: Path) -> Frameworks:
    """Return the packs that ship with `lif`, and those in *files*; raises as `read_pack`."""
    return load().plus(*map(read_pack, files))
