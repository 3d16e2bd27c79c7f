"""The encryption of what an entry says about people: text by text, each bound to its place.

In the stored JSON, `{"encrypted": "...", "under": [0, 2]}` stands in the place of a text: base64,
and which of the entry's `keys` it takes to read it. A name is under the key of whoever bears it.
Any other text is under the keys of all that it is about; where nobody says who these are, of the
stream's own. Where one of the keys is destroyed, it reads `[erased]`; whoever has no
keys reads `[encrypted]`.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
from attrs import frozen

from lif_core.aggregates.ledger import LEDGER_STREAM
from lif_core.decisions.corrections import Replacement
from lif_core.log.keyring import Keyring, person_of
from lif_core.log.kind import Header
from lif_core.log.registry import Registry
from lif_core.values.fields import ERASED, Personal, marks_of, types_of
from lif_core.values.refs import namespace_of, ref_of

Fields = dict[str, Any]
ENCRYPTED = "[encrypted]"
"""The text that stands in the place of one, for whoever has no keys."""
ENTERED_BY = "entered_by"
_MEMBERS = {"encrypted", "under"}
_STEP = re.compile(r"\w+|\[\]")


class EncryptedEnvelope(Header, kw_only=True):
    """The stored JSON object of an entry with encrypted texts.

    *about* are the keys of those whom its texts are about, where that was said. *keys* are all
    under which there is a text.
    """

    entered_by: Any = None
    about: tuple[str, ...] = ()
    keys: tuple[str, ...]
    event: Any
    crc32: str = ""


@frozen
class EntryPlace:
    """The place of an entry: its stored name, its stream, and its number there."""

    topic: str
    stream: str
    stream_position: int

    def context(self, path: str, keys: Iterable[str]) -> bytes:
        """Return what a text at a *path* of the entry is bound to, with its *keys*."""
        lines = (self.topic, self.stream, str(self.stream_position), path, *keys)
        return "".join(f"{line}\n" for line in lines).encode()


@frozen
class _PersonalText:
    """The place of a text in a class: the *steps* to it, and whether it is the *name* of whom it
    is about.
    """

    steps: tuple[str, ...]
    name: bool


class Encryption:
    """Encrypts and decrypts the texts of entries, by the keys of a *keyring*."""

    def __init__(self, keyring: Keyring, registry: Registry) -> None:
        self._keyring = keyring
        self._registry = registry

    def key_of(self, person: str) -> str:
        """Return the id of the key of a *person*, such as `wscb/p-17`."""
        return self._keyring.id_of(person)

    def is_destroyed(self, key: str) -> bool:
        """Return whether a *key* is destroyed, as far as the keyring was told."""
        return self._keyring.is_destroyed(key)

    def keys_of(
        self, event: Any, stream: str, entered_by: str | None, about: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the keys that the texts of an *event* are encrypted under, each with a field.

        *about* are the keys of those whom they are about, if that was said.
        """
        self._keyring.erasures()
        namespace = _namespace(event, stream)
        subjects = tuple(about) or (self.key_of_stream(stream),)
        keys: dict[str, str] = {}
        for holder, key, path, text in self._texts(type(event), self.fields(event), ""):
            names = (self._key_of_name(namespace, holder[key]),) if text.name else subjects
            for name in names:
                keys.setdefault(name, path.removeprefix("."))
        if entered_by is not None:
            keys.setdefault(self._key_of_name(namespace, entered_by), ENTERED_BY)
        for key, path in keys.items():
            yield path, key

    def _key_of_name(self, namespace: str, name: str) -> str:
        return self._keyring.id_of(person_of(namespace, name))

    def fields(self, event: Any) -> Fields:
        """Return the fields of an *event* in JSON's types."""
        fields: Fields = msgspec.json.decode(self._registry.encode(event))
        return fields

    def key_of_stream(self, stream: str) -> str:
        """Return the key of whoever a *stream* is about, where nobody says who that is."""
        return self._keyring.id_of(person_of(namespace_of(ref_of(stream)), stream))

    def encrypted(
        self, envelope: Any, place: EntryPlace, about: Sequence[str]
    ) -> EncryptedEnvelope:
        """Return an *envelope* with its texts encrypted; *about* are the keys of those whom they
        are about, if that was said.
        """
        namespace = _namespace(envelope.event, place.stream)
        keys: dict[str, int] = {}

        def under(text: str, path: str, names: Sequence[str]) -> Fields:
            body = self._keyring.encrypt(text.encode(), names, place.context(path, names))
            indexes = [keys.setdefault(name, len(keys)) for name in names]
            return {"encrypted": b64encode(body).decode(), "under": indexes}

        subjects = tuple(about) or (self.key_of_stream(place.stream),)
        fields = self.fields(envelope.event)
        for holder, key, path, text in self._texts(type(envelope.event), fields, "event"):
            names = (self._key_of_name(namespace, holder[key]),) if text.name else subjects
            holder[key] = under(holder[key], path, names)
        entered_by = envelope.entered_by
        if entered_by is not None:
            key = self._key_of_name(namespace, entered_by)
            entered_by = under(entered_by, ENTERED_BY, (key,))
        header = {name: getattr(envelope, name) for name in Header.__struct_fields__}
        header["entered_by"] = entered_by
        return EncryptedEnvelope(**header, about=tuple(about), keys=tuple(keys), event=fields)

    def _texts(
        self, cls: Any, fields: Fields, where: str
    ) -> Iterator[tuple[Any, Any, str, _PersonalText]]:
        """Yield each text about people in the *fields* of a class: what holds it, by which key or
        index, on which path.
        """
        for text in _personal_texts(cls):
            for holder, key, path in _at(fields, text.steps, where):
                yield holder, key, path, text
        if types_of(cls).get("replacement") is Replacement:
            replacement = fields["replacement"]
            kind, _ = self._registry.named(replacement["name"])
            path = f"{where}.replacement.event"
            yield from self._texts(kind.cls, replacement["event"], path)


def decrypt(envelope: EncryptedEnvelope, place: EntryPlace, keyring: Keyring | None) -> None:
    """Put into an *envelope* the texts that are encrypted there, `[erased]` where they are.

    Raises:
        ValueError: one is not what was encrypted in this place.
    """
    keys = envelope.keys
    envelope.event = _decrypted(envelope.event, "event", keys, place, keyring)
    envelope.entered_by = _decrypted(envelope.entered_by, ENTERED_BY, keys, place, keyring)


def _decrypted(
    value: Any, path: str, keys: Sequence[str], place: EntryPlace, keyring: Keyring | None
) -> Any:
    if isinstance(value, list):
        return [
            _decrypted(each, f"{path}[{index}]", keys, place, keyring)
            for index, each in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    if value.keys() != _MEMBERS:
        return {
            name: _decrypted(inner, f"{path}.{name}", keys, place, keyring)
            for name, inner in value.items()
        }
    if keyring is None:
        return ENCRYPTED
    try:
        names = [keys[index] for index in value["under"]]
        body = b64decode(value["encrypted"], validate=True)
        text = keyring.decrypt(body, names, place.context(path, names))
    except (ValueError, TypeError, IndexError) as error:
        raise ValueError(f"{path}: {error}") from error
    return ERASED if text is None else text.decode()


def _namespace(event: Any, stream: str) -> str:
    """Return the board whose record an *event* is of; of the ledger, that of the body deciding."""
    return namespace_of(event.by.body if stream == LEDGER_STREAM else ref_of(stream))


@cache
def _personal_texts(cls: Any) -> tuple[_PersonalText, ...]:
    return tuple(
        _PersonalText(tuple(_STEP.findall(name + path)), mark.names_itself)
        for name, kind in types_of(cls).items()
        for path, mark in marks_of(kind)
        if isinstance(mark, Personal)
    )


def _at(node: Any, steps: Sequence[str], where: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield what holds a text on *steps* below *node*, by which key or index, on which path."""
    head, rest = steps[0], steps[1:]
    places: list[tuple[Any, str]]
    if head == "[]":
        places = [(index, f"{where}[{index}]") for index in range(len(node))]
    else:
        places = [(head, f"{where}.{head}")] if node.get(head) is not None else []
    for key, path in places:
        if rest:
            yield from _at(node[key], rest, path)
        else:
            yield node, key, path
