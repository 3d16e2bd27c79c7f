"""A checkpoint that the log was held against, on which a report or a bundle says it stands."""

from attrs import frozen

from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import to_base64
from lif_core.trail.note import SignedNote


@frozen(kw_only=True)
class HeldCheckpoint:
    """A *note* that the log was held against, and by whose keys it was seen to be signed."""

    note: SignedNote
    signed_by: tuple[str, ...]

    @property
    def words(self) -> str:
        """The sentences that say what it shows, the same however much came later."""
        head = Checkpoint.of(self.note.text)
        return (
            f"Before this was made, the log was held against the checkpoint of {head.origin} at"
            f" {head.size:,} {'entry' if head.size == 1 else 'entries'}, with the root"
            f" {to_base64(head.root)}, signed by {', '.join(self.signed_by)}: it begins with these"
            " entries, and none of them was altered since. What came later is in no checkpoint"
            " that was given."
        )
