"""The entries of a case as JSON: as `lif log` gives them, with what corrections made of them."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from lif_adapters.bundle.redaction import Redaction
from lif_adapters.json_values import json_record
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.queries.case import CaseEntry, CaseHistory
from lif_core.queries.meetings import Meetings
from lif_core.queries.reader import Reader

TRACES = ("command_id", "correlation", "causation")


def entries_of(
    reader: Reader, case: CaseHistory, redaction: Redaction
) -> Iterator[dict[str, Any]]:
    """Yield the entries of a *case* in the order of recording, each as one object of JSON."""
    meetings, stored = Meetings(reader.history), StoredEntries(reader, case.streams)
    for entry in case.entries:
        meeting = meetings.of(entry.record, case.at.known)
        quorate = {"quorate": meeting.quorate} if meeting else {}
        yield {**_entry(entry, redaction, reader.mapper, stored), **quorate}


def _entry(
    entry: CaseEntry, redaction: Redaction, mapper: LifMapper, stored: "StoredEntries"
) -> dict[str, Any]:
    record, before = entry.record, len(redaction.taken_out)
    members = json_record(record, mapper)
    members["event"] = redaction.event(record.event)
    if record.entered_by is not None:
        members["entered_by"] = redaction.operator(record)
    for name in TRACES:
        if name in members:
            members[name] = redaction.text(members[name], f"entry.{name}")
    members["counts"] = entry.why is None
    if entry.why is not None:
        members["why"] = entry.why
    if entry.contradicts is not None:
        members["contradicts"] = entry.contradicts
    if entry.corrections:
        members["corrected_by"] = list(entry.corrections)
    if entry.amended is not None:
        members["in_effect"] = redaction.event(entry.amended)
    if fields := [field for _, field in redaction.taken_out[before:]]:
        members["redacted"] = list(dict.fromkeys(fields))
    elif (digest := stored.digest(record)) is not None:
        members["stored_sha256"] = digest
    return members


class StoredEntries:
    """The stored bytes of the entries of *streams*, and their digests.

    A digest is given of an entry that is shown whole and as it is stored, and of no other: by it,
    whoever guesses what was taken out would know that they are right.
    """

    def __init__(self, reader: Reader, streams: Iterable[str]) -> None:
        self._mapper = reader.mapper
        self._rows: Mapping[int, Any] = {
            row[0]: row for row in reader.recorder.stream_rows(*streams)
        }

    def digest(self, record: Record) -> str | None:
        """Return the SHA-256 of the stored bytes of a *record*, in hexadecimal digits."""
        row = self._rows[record.position]
        if self._mapper.to_record(row) != record:
            return None  # the reader knows it by another number
        return sha256(row[4]).hexdigest()
