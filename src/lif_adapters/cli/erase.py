"""`lif erase`: what was said of a person is gone, and the log is as it was."""

from lif_adapters.cli import output
from lif_adapters.cli.data_subjects import described
from lif_adapters.cli.field_options import FieldOption, typed_fields
from lif_adapters.cli.options import (
    Db,
    EnteredBy,
    KeysFolder,
    MasterKeyFile,
    Packs,
    keyring,
    open_store,
    operator,
)
from lif_core.aggregates.data_subject import (
    EraseDataSubject,
    LiftLegalHold,
    PlaceLegalHold,
    SetRetention,
)
from lif_core.errors import MalformedError
from lif_core.log.mapper import is_encrypted
from lif_core.log.recorder import rows_of
from lif_core.log.requests import from_json
from lif_core.values.working_days import local_day

NOT_THEIRS = "nothing is erased by this where they are called otherwise there"
STORED_WITHOUT = (
    "of the entries on record were stored without keys: what these say of the person stays, and"
    " can be read"
)


def erase(  # the options of a command
    person: str,
    *,
    reason: str,
    by: str | None = None,
    on: str | None = None,
    hold: bool = False,
    lift: bool = False,
    until: str | None = None,
    keys: KeysFolder = None,
    master_key: MasterKeyFile = None,
    entered_by: EnteredBy = None,
    db: Db = None,
    pack: Packs = (),
) -> None:
    """Erase what was said of a person, for ever; or hold that up, or say how long it is kept.

    The decision is recorded, then the key of the person is destroyed: the texts read [erased], and
    entries, counts and proofs stay as they are. --hold, --lift or --until is recorded instead.

    Args:
        person: A reference, such as wscb/p-17; a name within a board, such as "wscb/A. Chair"; or
            a stream, such as review-wscb/scr-child-k, whose texts are about nobody who is named.
        reason: Why; without a word about the person.
        by: Who decides: "NAME, ROLE, BODY". Default: LIF_BY.
        on: The day of the decision, a DATE. Default: today.
        hold: Place a legal hold instead: nothing is erased until it is lifted.
        lift: Lift the legal hold instead.
        until: Set instead until which DATE the data are to be kept; `lif keys` lists what is due.
        keys: The folder of the keys.
        master_key: The file of the master key.
        entered_by: Who enters this, kept with the entry.
        db: Where.
        pack: More framework packs.
    """
    if sum((hold, lift, until is not None)) > 1:
        raise MalformedError("--hold", "give one of --hold, --lift and --until, or none")
    cls = (
        PlaceLegalHold if hold else LiftLegalHold if lift else SetRetention if until
        else EraseDataSubject
    )  # fmt: skip
    opened = keyring(keys, master_key)
    if opened is None:
        raise MalformedError("--keys", "nothing can be erased without keys: see `lif keys --help`")
    with open_store(db, pack, write=True, keys=opened) as app:
        subject = app.data_subject(person)
        texts = {
            "subject": subject,
            "reasons": reason,
            "on": on or local_day(app.clock()).isoformat(),
            "until": until,
            "by": by,
        }
        options = [FieldOption((name,), text) for name, text in texts.items() if text is not None]
        typed = typed_fields(cls, options)
        if typed.errors:
            raise MalformedError.of(typed.errors)
        request = from_json({**typed.values, "command": cls.__name__}, app.mapper)
        (outcome,) = app.handle_each([[request]], entered_by=operator(entered_by))
        if isinstance(outcome, Exception):
            raise outcome
        output.say(described(app, subject))
        if cls is EraseDataSubject:
            streams = app.streams_about(subject)
            for stream in streams:
                output.say(f"[erased] in {stream}")
            if not streams:
                output.warn(
                    "keys", f"no text on record is under the key of {person}: {NOT_THEIRS}"
                )
            if plain := sum(not is_encrypted(row[4]) for row in rows_of(app.recorder)):
                output.warn("keys", f"{plain} {STORED_WITHOUT}")
            output.say(
                "Reports, bundles, exports and backups of the keys from before this still hold"
                " the texts: issue them again, call back what was handed out, and delete those"
                " backups."
            )
