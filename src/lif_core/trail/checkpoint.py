"""The head of a log at one size, as c2sp.org/tlog-checkpoint describes it."""

from attrs import frozen

from lif_core.errors import MalformedError
from lif_core.trail.keys import from_base64, to_base64

_ROOT = 32  # bytes


@frozen
class Checkpoint:
    """A log by its *origin*, with so many leaves, its *size*, under this *root*.

    *extensions* are lines of other programs, which say nothing here.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Checkpoint":
        """Return the checkpoint that the *text* of a note is.

        Raises:
            MalformedError: it is none.
        """
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines) or not text.endswith("\n"):
            raise MalformedError("checkpoint", "not the lines of an origin, a size and a root")
        origin, size, root, *extensions = lines
        checkpoint = cls(
            origin, number(size, "size"), from_base64(root, "root"), tuple(extensions)
        )
        if len(checkpoint.root) != _ROOT:
            raise MalformedError("root", f"a root has {_ROOT} bytes, not {len(checkpoint.root)}")
        return checkpoint

    @property
    def text(self) -> str:
        """The text of the note that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def number(text: str, field: str) -> int:
    """Return the number that *text* says in decimal, without needless zeros.

    Raises:
        MalformedError: it is not one; it names the *field*.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or str(int(text)) != text:
        raise MalformedError(field, f"not a number: {text[:80]!r}")
    return int(text)
