"""The options that commands share, and how they are read."""

import os
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from cyclopts import Parameter

from lif_adapters.cli.output import Format
from lif_adapters.packs import frameworks_with
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks

_SCHEME = re.compile(r"[a-z]{2,}:")  # one letter is a drive
DEFAULT_DB = "sqlite:lif.db"

Db: TypeAlias = Annotated[
    str | None, Parameter(name="--db", help="The store: sqlite:PATH. Default: LIF_DB, or lif.db.")
]
Packs: TypeAlias = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--pack",
        help="A framework pack in TOML, beside those that ship; may be given again."
        " Default: the files in LIF_PACKS.",
        negative=(),
        show_default=False,
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
    bool, Parameter(name="--afresh", help="From the log alone, whatever is saved.", negative=())
]
On: TypeAlias = Annotated[
    str | None, Parameter(name="--on", help="The day to look at, a DATE. Default: today.")
]
As: TypeAlias = Annotated[
    Format, Parameter(name="--format", help="table for people, json or csv for programs.")
]
Acknowledge: TypeAlias = Annotated[
    Literal[Format.TABLE, Format.JSON], Parameter(name="--format", help="table or json.")
]


def db_url(db: str | None) -> str:
    """The URL of the store; a bare path is that of a SQLite file."""
    url = os.environ.get("LIF_DB", "") or DEFAULT_DB if db is None else db
    return url if _SCHEME.match(url) else f"sqlite:{url}"


def opened(db: str | None, packs: tuple[Path, ...], *, create: bool = False) -> Application:
    """The store, read with the packs that ship and those in *packs*."""
    return connect(db_url(db), create=create, frameworks=frameworks_of(packs))


def frameworks_of(packs: tuple[Path, ...]) -> Frameworks:
    """The packs that ship, and those in *packs*, or else in the files that LIF_PACKS names."""
    named = os.environ.get("LIF_PACKS", "").split(os.pathsep)
    files = packs or tuple(Path(name) for name in named if name)
    return frameworks_with(*files)


def as_date(name: str, text: str | None) -> date | None:
    """Raises `MalformedError` naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name, f"{text!r}: {error}; write 2019-06-30") from error


def as_known(text: str | None, name: str = "--known") -> date | datetime | None:
    """A date, or an instant with its zone. Raises `MalformedError`."""
    if text is None or len(text) <= len("2019-06-30"):
        return as_date(name, text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name, f"{text!r}: {error}") from error
    if at.tzinfo is None:
        problem = f"{text!r}: an instant without a zone; write {text}+00:00, or a date alone"
        raise MalformedError(name, problem)
    try:
        return at.astimezone(UTC)
    except OverflowError:  # beyond the first or the last year there is
        edge = date.max if at.year > 1 else date.min
        last = time.max if at.year > 1 else time.min
        return datetime.combine(edge, last, UTC)
