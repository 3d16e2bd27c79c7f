"""The options that commands share, and how they are read."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from getpass import getuser
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, Literal, TypeAlias

from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.output import OutputFormat
from lif_adapters.extensions import catalogue
from lif_adapters.packs import frameworks_with
from lif_adapters.store_image import StoreImage
from lif_adapters.times import as_date as as_date
from lif_adapters.times import as_known as as_known
from lif_adapters.times import day_in
from lif_adapters.wiring import connect, image, removed_unless_used
from lif_core.commands.application import Application
from lif_core.errors import MalformedError, MissingExtraError, MissingStoreError
from lif_core.framework import Frameworks
from lif_core.log.keyring import Keyring
from lif_core.log.packs import PackStatus
from lif_core.observer import LOGGER
from lif_core.projection.projection import Projection
from lif_core.queries.meetings import Meetings
from lif_core.queries.readership import PERSONAL_TEXTS, Roles
from lif_core.values.fields import check_namespace
from lif_core.values.refs import stream_of
from lif_core.values.text import normal

_TYPED_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
LONGEST = 18
"""A whole number of more digits is more than there can be of anything."""
_SCHEME = re.compile(r"[a-z]{2,}:")  # one letter is a drive
DEFAULT_DB = "sqlite:lif.db"
CREATING = "correct --db, or make it: `lif record` and `lif import` do, with --create"

REDACTED_TEXTS = (
    "names, and texts that may tell about a person, are redacted;"
    f" who may read them gives --role {quote(PERSONAL_TEXTS)}, or sets LIF_ROLES"
)
NO_KEYS = (
    "without keys texts are stored as they are, and nothing can be erased: see `lif keys --help`"
)
SHORT = 12  # digits of a digest, enough to tell two apart
PROBLEMS = {
    PackStatus.OTHER: "not as it was: figures may differ from those seen before",
    PackStatus.MISSING: "missing: its boards are read without its rules; give it with --pack",
}

Db: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--db",
        help="The store: sqlite:PATH, or postgresql://... Default: LIF_DB, or lif.db.",
    ),
]
Packs: TypeAlias = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--pack",
        help="A framework pack in TOML, beside those that ship; may be given again."
        " Default: the files in LIF_PACKS.",
    ),
]
RoleNames: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--role",
        help="A role of whoever reads, such as child-death-panel; may be given again."
        " Default: those in LIF_ROLES, with commas between them.",
    ),
]
Valid: TypeAlias = Annotated[
    str | None, Parameter(name="--valid", help="As it was in the world on this DATE.")
]
Known: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--known",
        help="As it was known by the end of this DATE in London, or at this INSTANT.",
    ),
]
Afresh: TypeAlias = Annotated[
    bool, Parameter(name="--afresh", help="From the log alone, whatever is saved.")
]
KeysFolder: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--keys",
        help="The folder of the keys of persons, kept apart from the store. Default: LIF_KEYS.",
    ),
]
MasterKeyFile: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--master-key",
        help="The file of the master key that opens them. Default: LIF_MASTER_KEY.",
    ),
]
AboutPersons: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--about-person",
        help="Whom the texts are about, such as wscb/p-17; may be given again. Default: those"
        " whom the entries of the stream before it are about.",
    ),
]
EnteredBy: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--entered-by",
        help="Who enters this, kept with each entry. Default: LIF_ENTERED_BY, or your account.",
    ),
]
Create: TypeAlias = Annotated[
    bool, Parameter(name="--create", help="Make the store where there is none.")
]
DryRun: TypeAlias = Annotated[
    bool,
    Parameter(name="--dry-run", help="Show what it would come to; write nothing."),
]
Board: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--board",
        help="The board whose references may be given without it: r-1 for wscb/r-1."
        " Default: LIF_BOARD, or the only board on record.",
    ),
]
On: TypeAlias = Annotated[
    str | None, Parameter(name="--on", help="The day to look at, a DATE. Default: today.")
]
ViewName: TypeAlias = Annotated[
    str | None, Parameter(name="--view", help="A view, such as accountability.")
]
ChangedTable: TypeAlias = Annotated[
    str | None, Parameter(name="--table", help="Only changes of this table, such as clocks.")
]
BoardName: TypeAlias = Annotated[
    str | None,
    Parameter(name="--board", help="As this board sees it: its own streams, and those it shares."),
]
BodyName: TypeAlias = Annotated[
    str | None, Parameter(name="--body", help="Only what is of this body, such as wscb/qac.")
]
ReviewName: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--review",
        help="Only what is of this review, and of all that came of it, such as wscb/scr-child-k.",
    ),
]
ColumnNames: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--columns",
        help="Only these columns, such as on,event,person; in a table or csv.",
    ),
]
FormatOption: TypeAlias = Annotated[
    OutputFormat, Parameter(name="--format", help="table for people, json or csv for programs.")
]
TableOrJson: TypeAlias = Annotated[
    Literal[OutputFormat.TABLE, OutputFormat.JSON],
    Parameter(name="--format", help="table or json."),
]


def operator(entered_by: str | None) -> str | None:
    """Return who enters what is recorded: as the option says, or LIF_ENTERED_BY, or else the
    account that runs this, where the system knows its name.
    """
    if entered_by is not None:
        return entered_by
    if named := os.environ.get("LIF_ENTERED_BY"):
        return named
    try:
        return getuser()
    except (KeyError, OSError):  # a number without a name, as in some containers
        return None


def key_stores() -> Any:
    """Import what keeps keys only now: a store without keys does without it."""
    try:
        return import_module("lif_adapters.key_store")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "cryptography":
            raise
        problem = "keys need cryptography: pip install 'lif-ledger[trail]'"
        raise MissingExtraError(problem) from error


def keyring(keys: Path | None = None, master_key: Path | None = None) -> Keyring | None:
    """Return the keys of persons, as the options or LIF_KEYS and LIF_MASTER_KEY say, or `None`.

    Raises:
        MalformedError: one of the two is not given, or they do not belong together.
    """
    folder = keys or os.environ.get("LIF_KEYS")
    file = master_key or os.environ.get("LIF_MASTER_KEY")
    if not folder and not file:
        return None
    if not folder:
        raise MalformedError("--keys", "in which folder are the keys? or set LIF_KEYS")
    if not file:
        problem = "in which file is the master key? or set LIF_MASTER_KEY"
        raise MalformedError("--master-key", problem)
    store = key_stores()
    opened: Keyring = store.KeyStore(Path(folder), store.read_master_key(Path(file)), create=False)
    return opened


def db_url(db: str | None) -> str:
    """Return the URL of the store; a bare path is that of a SQLite file."""
    url = os.environ.get("LIF_DB", "") or DEFAULT_DB if db is None else db
    return url if _SCHEME.match(url) else f"sqlite:{url}"


def store_files(db: str | None) -> tuple[Path, ...]:
    """Return the files that a SQLite store has, or may have; none where it is of another kind."""
    kind, _, path = db_url(db).partition(":")
    if kind != "sqlite" or not path:
        return ()
    return tuple(Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm", "-journal"))


class _WarningHandler(logging.Handler):
    """Writes what the logger `lif` is told on standard error, a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        output.warn("store", record.getMessage())


_WARNINGS = _WarningHandler(logging.WARNING)


@contextmanager
def store_to_write(
    db: str | None,
    packs: tuple[Path, ...],
    *,
    create: bool,
    dry_run: bool,
    roles: tuple[str, ...] = (),
) -> Iterator[Application]:
    """Yield the application over the store, to record in it, made where *create* says so; in a
    dry run, one that begins where the store is, and leaves no trace.

    A store that was made for this is removed again where it failed before anything was recorded in
    it.
    """
    making = create and not dry_run
    with removed_unless_used(db_url(db)) if making else nullcontext():
        try:
            app = open_store(db, packs, create=making, write=not dry_run, roles=roles)
        except MissingStoreError:
            if not create:
                raise
            app = open_store("memory:", packs, roles=roles)
        with app:
            if dry_run:
                from lif_adapters.importers.rehearsal import rehearsal  # few commands need it

                app = rehearsal(app)
            yield app


def board_of(board: str | None) -> str | None:
    """Return the board whose reference completes others, as the option or LIF_BOARD says.

    Raises:
        MalformedError: it is no short name of a board.
    """
    if board is not None:
        return check_namespace("--board", board)
    named = os.environ.get("LIF_BOARD")
    return check_namespace("LIF_BOARD", named) if named else None


def open_store(
    db: str | None,
    packs: tuple[Path, ...],
    *,
    create: bool = False,
    write: bool = False,
    roles: tuple[str, ...] = (),
    keys: Keyring | None = None,
) -> Application:
    """Open the store, to be read with the packs that ship and those in *packs*; warn where these
    are not those that it was written under.

    Unless *write* says that something is to be recorded, no byte of it is changed. Whoever reads
    has these *roles*, or else those that LIF_ROLES names. Texts about people are under the *keys*,
    or else those of LIF_KEYS.
    """
    LOGGER.addHandler(_WARNINGS)
    named = os.environ.get("LIF_ROLES", "").split(",")
    granted = roles or tuple(name.strip() for name in named if name.strip())
    readership = Roles(granted)
    frameworks = frameworks_of(packs)
    try:
        app = connect(
            db_url(db),
            create=create,
            read_only=not write,
            frameworks=frameworks,
            readership=readership,
            keys=keys or keyring(),
        )
    except MissingStoreError as error:
        raise MissingStoreError(f"{error.problem}; {CREATING}") from error
    for row in app.packs():
        if (problem := PROBLEMS.get(row.status)) is not None:
            since = f"written under {row.digest[:SHORT]} since position {row.position}"
            text = f"pack {row.name}: {problem} ({since}, {row.since:%Y-%m-%d})"
            output.warn("pack", text, pack=row.name, status=row.status, position=row.position)
    return app


@contextmanager
def store_image(db: str | None) -> Iterator[StoreImage]:
    """Yield one state of the store, to be examined or copied whatever is wrong with it."""
    LOGGER.addHandler(_WARNINGS)
    with ExitStack() as stack:
        try:
            store = stack.enter_context(image(db_url(db)))
        except MissingStoreError as error:
            raise MissingStoreError(f"{error.problem}; {CREATING}") from error
        yield store


@contextmanager
def open_to_show(
    db: str | None, packs: tuple[Path, ...], *, roles: tuple[str, ...]
) -> Iterator[Application]:
    """Yield the store, opened as `open_store` does, for somebody to look at.

    Where something that was shown in a table, in lines or in CSV is redacted, it says so in the
    end, on standard error, and how to see it; JSON is for programs, which know.
    """
    with open_store(db, packs, roles=roles) as app, output.watched() as watch:
        yield app
        if watch.redacted:
            say_what_is_redacted(app)


def say_what_is_redacted(app: Application) -> None:
    """Say on standard error that personal texts are redacted, where they are."""
    if not app.readership.grants(PERSONAL_TEXTS):
        output.warn("redacted", REDACTED_TEXTS)


def warn_without_keys(app: Application) -> None:
    """Warn where a store is opened without keys, and it is said whom texts in it are about."""
    if app.mapper.keyring is None:
        output.warn("keys", NO_KEYS)


def of_board(app: Application, board: str | None) -> Application:
    """Return the application as a *board* sees the store; of all of it where no board is named.

    Raises:
        MalformedError: there is no such board.
    """
    if board is None:
        return app
    refuse_unknown_body(app, "--board", board)
    return app.for_board(normal(board))


def refuse_unknown_body(app: Application, option: str, body: str | None) -> None:
    """Refuse an *option* that names a body which neither a pack nor the register has.

    Raises:
        MalformedError: there is no such *body*.
    """
    if body is None or app.frameworks.body(normal(body)):
        return
    if not app.recorder.stream_rows(stream_of("body", normal(body))):
        problem = f"no body {body!r} in the packs or on record; lif framework show NAME lists some"
        raise MalformedError(option, problem)


def day_of(app: Application, option: str, text: str | None) -> date | None:
    """Return the day that an *option* names: a date, or that of a meeting on record.

    Raises:
        MalformedError: it is neither.
    """
    if text is None or "/" not in text:
        return as_date(option, text)
    if (typed := day_in(text)) is not None:
        return typed
    if _TYPED_DAY.fullmatch(text):
        raise MalformedError(option, f"{text!r}: there is no such day")
    return Meetings(app.history).named(text).on


def frameworks_of(packs: tuple[Path, ...]) -> Frameworks:
    """Return the packs that ship, those of extensions, and those in *packs*, or else in the files
    that LIF_PACKS names.
    """
    named = os.environ.get("LIF_PACKS", "").split(os.pathsep)
    files = packs or tuple(Path(name) for name in named if name)
    return catalogue().frameworks(frameworks_with(*files))


def as_projection(name: str) -> Projection[Any]:
    """Return the projection of the view *name*.

    Raises:
        MalformedError: there is no such view.
    """
    projections = catalogue().projections
    if name not in projections:
        raise MalformedError("name", f"no view {name!r}; there are: {', '.join(projections)}")
    return projections[name]


def whole_number(option: str, text: str | None) -> int | None:
    """Return the number that an *option* gives, as large as any log can need.

    Raises:
        MalformedError: it is no whole number from 0.
    """
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise MalformedError(option, f"must be 0 or more, a whole number; {text!r} is none")
    return int(text) if len(text) < LONGEST else sys.maxsize


def review_stream(review: str) -> str:
    """Return the stream of a *review*, given with its kind or without."""
    prefix = stream_of("review", "")
    return review if review.startswith(prefix) else f"{prefix}{review}"
