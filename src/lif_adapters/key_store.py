"""A store of keys in a folder of its own, outside the log: of each person one, and each can be
destroyed.

A key is a small file, encrypted under the store's key, which the host's master key encrypts. To
destroy it, its bytes are overwritten in place. No file tells whose a key is: its name is a keyed
digest of what the person is called.
"""

import hmac
import json
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lif_adapters.durable_files import sync_file, sync_folder
from lif_adapters.private_files import FILE, make_folder
from lif_adapters.trail_files import alone, write
from lif_core.errors import ConflictError, MalformedError, UnreadableError
from lif_core.values.refs import namespace_of

SIZE = 32  # bytes of a key
NONCE = 12
OVERHEAD = NONCE + 16  # and the tag
LEAST, MOST = 32, 1024  # bytes to which contents are padded: powers of two, then multiples
WRAPPED = SIZE + OVERHEAD
ERASED = b"erased".ljust(WRAPPED, b"\0")
"""The content of the file of a key that was destroyed, as long as that of one that was not."""
STORE, FOLDER, ERASURES, VIEWS = "store.json", "keys", "erasures", "views"
FORMAT = "lif-keys/1"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*/[0-9a-f]{32}")
_LENGTH = 4  # bytes, before a content, that tell how long it is without what it is padded with


def read_master_key(path: Path) -> bytes:
    """Return the master key in a file: 32 bytes in base64.

    Raises:
        MalformedError: it holds none, or cannot be read.
    """
    try:
        key = b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise MalformedError("--master-key", f"{path}: {error.strerror}") from error
    except ValueError:  # without its text, which is secret
        key = b""
    if len(key) != SIZE:
        problem = f"{path}: not a master key, which is {SIZE} bytes in base64"
        raise MalformedError("--master-key", problem)
    return key


def make_master_key(path: Path) -> None:
    """Write a new master key to a new file that only its owner may read.

    Raises:
        MalformedError: the file is there already, or cannot be made.
    """
    try:
        _write_new(path, b64encode(secrets.token_bytes(SIZE)) + b"\n")
        sync_folder(path.parent)
    except OSError as error:
        problem = f"{path}: a master key is written to a new file: {error.strerror}"
        raise MalformedError("--new-master-key", problem) from error


class KeyStore:
    """The keys in a *folder*, which are of use with the host's *master_key* alone.

    Threads and processes may share it.

    Args:
        folder: where they are kept, which is not where the log is, nor backed up with it.
        master_key: 32 bytes, or what returns them when they are first needed.
        create: make the store where there is none.

    Raises:
        MalformedError: there is none, or the master key is not the one of this store.
    """

    def __init__(
        self, folder: Path, master_key: bytes | Callable[[], bytes], *, create: bool = True
    ) -> None:
        self.folder = folder
        master = master_key if isinstance(master_key, bytes) else master_key()
        if len(master) != SIZE:
            raise MalformedError("master_key", f"{len(master)} bytes, where {SIZE} are needed")
        if create and not (folder / STORE).exists():
            self._make(master)
        self._begin(_unwrapped_store(folder, master))

    def _begin(self, secret: bytes) -> None:
        self._secret = secret
        self._wrapping = AESGCM(_derived(secret, b"lif keys: wrapping"))
        self._naming = _derived(secret, b"lif keys: names")
        self._digests = _derived(secret, b"lif keys: digests")
        self._ciphers: dict[tuple[str, ...], AESGCM] = {}
        self._ids: dict[str, str] = {}
        self._erasures, self._erased_size = str(self.folder / ERASURES), -1
        self._destroyed: set[str] = set()
        self._durable: set[str] = set()
        self._rehearsed: dict[str, bytes] | None = None  # keys that are never kept
        self.erasures()

    def __reduce__(self) -> Any:
        """Let it be sent to another process, which reads with the same keys."""
        return _with_secret, (self.folder, self._secret)

    def __repr__(self) -> str:
        return f"KeyStore({str(self.folder)!r})"

    def _make(self, master: bytes) -> None:
        try:
            make_folder(self.folder / FOLDER)
            sync_folder(self.folder)  # who made that folder before may have been killed
            _write_store(self.folder, master, secrets.token_bytes(SIZE), new=True)
        except OSError as error:
            raise MalformedError("keys", f"{self.folder}: {error.strerror}") from error

    def rehearsed(self) -> "KeyStore":
        """Return a store of the same keys, which keeps no new one, and destroys none."""
        store = _with_secret(self.folder, self._secret)
        store._rehearsed = {}
        return store

    def rewrap(self, master_key: bytes) -> None:
        """Let another master key open the store, and the present one no more."""
        if len(master_key) != SIZE:
            raise MalformedError("master_key", f"{len(master_key)} bytes; {SIZE} are needed")
        _write_store(self.folder, master_key, self._secret, new=False)

    # Names

    def id_of(self, person: str) -> str:
        """Return the id of the key of *person*, whether there is a key yet or not."""
        key = self._ids.get(person)
        if key is None:
            digest = hmac.digest(self._naming, person.encode(), sha256).hex()[:32]
            key = f"{namespace_of(person)}/{digest}"
            if len(self._ids) < 10_000:
                self._ids[person] = key
        return key

    def digest(self, content: bytes) -> bytes:
        """Return a keyed digest of *content*."""
        return hmac.digest(self._digests, content, sha256)

    # Contents

    def encrypt(self, content: bytes, keys: Sequence[str], context: bytes) -> bytes:
        """Return *content*, padded and encrypted under all of *keys*, bound to its *context*.

        Raises:
            ConflictError: one of the keys was destroyed.
        """
        cipher = self._cipher(tuple(keys), make=True)
        if cipher is None:
            raise ConflictError("the key of a person was destroyed meanwhile")
        self._make_durable(keys)
        nonce = secrets.token_bytes(NONCE)
        return nonce + cipher.encrypt(nonce, _padded(content), context)

    def _make_durable(self, keys: Sequence[str]) -> None:
        """Have the names of *keys* on the disk: who made them may have been killed before."""
        if self._rehearsed is not None or self._durable.issuperset(keys):
            return
        try:
            if not self._durable:
                sync_folder(self.folder.parent)
                sync_folder(self.folder)
            sync_folder(self.folder / FOLDER)
        except OSError as error:
            raise UnreadableError(f"{self.folder}: {error.strerror}") from error
        if len(self._durable) > 10_000:
            self._durable.clear()
        self._durable.update(keys)

    def decrypt(self, body: bytes, keys: Sequence[str], context: bytes) -> bytes | None:
        """Return what was encrypted; `None` where one of *keys* is destroyed.

        Raises:
            ValueError: it is not what was encrypted in this *context*, or a key is not here.
        """
        cipher = self._cipher(tuple(keys), make=False)
        if cipher is None:
            return None
        try:
            content = cipher.decrypt(body[:NONCE], body[NONCE:], context)
        except InvalidTag as error:
            raise ValueError("not what was encrypted in this place") from error
        length = int.from_bytes(content[:_LENGTH], "big")
        return content[_LENGTH : _LENGTH + length]

    def _cipher(self, keys: tuple[str, ...], *, make: bool) -> AESGCM | None:
        """Return what encrypts under all of *keys*; `None` where one is destroyed."""
        if not self._destroyed.isdisjoint(keys):
            return None
        cipher = self._ciphers.get(keys)
        if cipher is None:
            parts = [self._key(key, make=make) for key in keys]
            if None in parts:
                return None
            joint = b"".join(part for part in parts if part is not None)
            cipher = AESGCM(_derived(joint, b"lif text"))
            if len(self._ciphers) < 10_000:
                self._ciphers[keys] = cipher
        return cipher

    # Keys

    def _key(self, key: str, *, make: bool) -> bytes | None:
        """Return the bytes of a *key*; `None` where it is destroyed.

        Raises:
            ValueError: it is not here.
            UnreadableError: its file cannot be read.
        """
        path = self._path(key)
        try:
            wrapped = path.read_bytes()
        except FileNotFoundError as error:
            if self._rehearsed is not None and (make or key in self._rehearsed):
                return self._rehearsed.setdefault(key, secrets.token_bytes(SIZE))
            if not make:
                raise ValueError(f"the key {key} is not in the key store") from error
            return self._made(key)
        except OSError as error:
            raise UnreadableError(f"the key {key}: {error.strerror}") from error
        if wrapped == ERASED:
            return None
        try:
            return self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], key.encode())
        except (InvalidTag, ValueError) as error:
            raise UnreadableError(f"the key {key} is damaged: restore the key store") from error

    def _made(self, key: str) -> bytes | None:
        """Return a new *key*, or the one that another process was first to make."""
        content, nonce = secrets.token_bytes(SIZE), secrets.token_bytes(NONCE)
        wrapped = nonce + self._wrapping.encrypt(nonce, content, key.encode())
        try:
            is_new = _put_new(self._path(key), wrapped)
        except OSError as error:
            raise UnreadableError(f"the key {key} cannot be made: {error.strerror}") from error
        return content if is_new else self._key(key, make=False)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no id of a key")
        return self.folder / FOLDER / key.replace("/", "_")

    # Erasure

    def erasures(self) -> int:
        """Return how many keys are destroyed, and let go of all keys where there is another."""
        try:
            size = os.stat(self._erasures).st_size
        except FileNotFoundError:
            size = 0
        if size != self._erased_size:
            listed = Path(self._erasures).read_bytes().decode("ascii", "replace") if size else ""
            self._destroyed = set(filter(_KEY.fullmatch, listed.split("\n")))
            self._ciphers = {}
            self._erased_size = size
        return len(self._destroyed)

    def is_destroyed(self, key: str) -> bool:
        """Return whether the *key* is destroyed, as far as `erasures` was told."""
        return key in self._destroyed

    def destroy(self, key: str) -> None:
        """Overwrite a *key*, note so, and overwrite the key of views: whatever interrupts it, it
        can be done again.

        Raises:
            UnreadableError: a file cannot be written.
        """
        self.erasures()
        if self._rehearsed is not None:
            return
        if self.is_destroyed(key) and self._key_of_views(stale=True) is None:
            return  # nothing to write, as where the folder can only be read
        try:
            with alone(self.folder / ERASURES):
                self.erasures()
                if not self.is_destroyed(key):
                    self._overwrite(key)
                    with open(_descriptor(self.folder / ERASURES, os.O_APPEND), "ab") as file:
                        file.write(f"\n{key}\n".encode())  # the line before may be half written
                self.erasures()
                self._sync_erasures()
                if (stale := self._key_of_views(stale=True)) is not None:
                    self._overwrite(stale)
                    (self.folder / VIEWS).unlink()
                    sync_folder(self.folder)
        except OSError as error:
            problem = f"the key {key} cannot be destroyed: {error.strerror}; do it again"
            raise UnreadableError(problem) from error

    def _sync_erasures(self) -> None:
        """Have on the disk which keys are destroyed, whoever wrote it: the key of views is the
        one since then.
        """
        if self._erased_size:
            sync_file(self.folder / ERASURES)
            sync_folder(self.folder)

    def _overwrite(self, key: str) -> None:
        """Overwrite the file of a *key*, in place, or make it as if there had been one."""
        with open(_descriptor(self._path(key), 0), "r+b", buffering=0) as file:
            file.write(ERASED)
            os.fsync(file.fileno())

    def key_of_views(self) -> str:
        """Return the id of the key under which views are saved, another after each erasure.

        Raises:
            UnreadableError: a file cannot be written.
        """
        try:
            with alone(self.folder / ERASURES):
                self.erasures()
                key = self._key_of_views(stale=False)
                if key is None:
                    self._sync_erasures()
                    if (stale := self._key_of_views(stale=True)) is not None:
                        self._overwrite(stale)
                    key = f"views/{secrets.token_hex(16)}"
                    write(self.folder / VIEWS, f"{key} {self._erased_size}".encode())
                return key
        except OSError as error:
            raise UnreadableError(f"the key of views: {error.strerror}") from error

    def _key_of_views(self, *, stale: bool) -> str | None:
        """Return the key of views: the one since the last erasure, or a *stale* one before it."""
        try:
            key, _, size = (self.folder / VIEWS).read_text("ascii").partition(" ")
        except FileNotFoundError:
            return None
        return key if stale == (size != str(self._erased_size)) else None


def _with_secret(folder: Path, secret: bytes) -> KeyStore:
    """Return the store in *folder*, opened with its own key."""
    store = KeyStore.__new__(KeyStore)
    store.folder = folder
    store._begin(secret)
    return store


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=purpose).derive(secret)


def _padded(content: bytes) -> bytes:
    """Return *content* with its length before it, and bytes after it that hide the length."""
    size = _LENGTH + len(content)
    power, multiple = 1 << (size - 1).bit_length(), -(-size // MOST) * MOST
    room = max(LEAST, power) if size <= MOST else multiple
    return (len(content).to_bytes(_LENGTH, "big") + content).ljust(room, b"\0")


# Files


def _write_store(folder: Path, master: bytes, secret: bytes, *, new: bool) -> None:
    """Write the file of the store, which holds its key, encrypted under a *master* key."""
    nonce = secrets.token_bytes(NONCE)
    wrapping = AESGCM(_derived(master, b"lif keys: store"))
    key = b64encode(nonce + wrapping.encrypt(nonce, secret, FORMAT.encode())).decode()
    path, content = folder / STORE, json.dumps({"format": FORMAT, "key": key}).encode()
    if new:
        _put_new(path, content)
    else:
        write(path, content)


def _unwrapped_store(folder: Path, master: bytes) -> bytes:
    """Return the key of the store in *folder*.

    Raises:
        MalformedError: there is no store, or the *master* key is not the one of it.
    """
    path = folder / STORE
    try:
        members = json.loads(path.read_bytes())
        wrapped = b64decode(members["key"]) if members["format"] == FORMAT else b""
    except OSError as error:
        problem = f"{folder}: no store of keys is here: {error.strerror}"
        raise MalformedError("keys", problem) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        wrapped = b""
    if len(wrapped) != WRAPPED:
        raise MalformedError("keys", f"{path}: not a store of keys that can be read here")
    try:
        wrapping = AESGCM(_derived(master, b"lif keys: store"))
        return wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], FORMAT.encode())
    except InvalidTag as error:
        problem = f"{folder}: the master key is not the one of this store"
        raise MalformedError("master_key", problem) from error


def _descriptor(path: Path, flags: int) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | flags, FILE)


def _write_new(path: Path, content: bytes) -> None:
    """Write a new file, durably, that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _put_new(path: Path, content: bytes) -> bool:
    """Write a new file, whole and durable, and say whether it is; another may be there by now."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(beside, content)
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True
