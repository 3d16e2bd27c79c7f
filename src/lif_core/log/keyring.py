"""The port through which a host supplies keys: of each person one, under which texts about them
are encrypted, and which can be destroyed.

The core knows no cipher and keeps no key: `lif_adapters.key_store` does.
"""

from collections.abc import Sequence
from typing import Protocol


class Keyring(Protocol):
    """The keys of persons, each by an id that tells nobody whose it is.

    A person is called by a reference, `wscb/p-17`, or by a name within a board, `wscb/A. Chair`;
    the id of the key is a reference of the same board.
    """

    def id_of(self, person: str) -> str:
        """Return the id of the key of *person*: the same for ever, whether there is a key yet."""
        ...

    def encrypt(self, content: bytes, keys: Sequence[str], context: bytes) -> bytes:
        """Return *content* encrypted so that all of *keys* are needed to read it.

        A key is made, durably, where it is first used. How long the content is shows roughly.

        Raises:
            ConflictError: one of the keys was destroyed meanwhile.
        """
        ...

    def decrypt(self, body: bytes, keys: Sequence[str], context: bytes) -> bytes | None:
        """Return what was encrypted under *keys* in this *context*; `None` where one of them is
        destroyed.

        Raises:
            ValueError: it is not what was encrypted there, or a key is not here.
        """
        ...

    def erasures(self) -> int:
        """Return how many keys have been destroyed, by whomever, and use none of them any more."""
        ...

    def is_destroyed(self, key: str) -> bool:
        """Return whether the *key* is destroyed, as far as `erasures` was told."""
        ...

    def destroy(self, key: str) -> None:
        """Destroy a *key* for ever, and the one for views; it need not have been used.

        To destroy it again completes what was interrupted.
        """
        ...

    def key_of_views(self) -> str:
        """Return the id of the key under which views are saved until the next erasure."""
        ...

    def rehearsed(self) -> "Keyring":
        """Return a keyring that reads as this one does, and neither keeps a key nor destroys one:
        for what is decided and never recorded.
        """
        ...

    def digest(self, content: bytes) -> bytes:
        """Return what tells *content* from other, and lets nobody without keys guess it."""
        ...


def person_of(namespace: str, name: str) -> str:
    """Return what a person is called who is named in a stream of the board *namespace*."""
    return f"{namespace}/{name}"
