"""`lif framework`: the packs that there are, what one of them says, and whether a file is one."""

from operator import attrgetter
from pathlib import Path

from cyclopts import App

from lif_adapters.cli import output
from lif_adapters.cli.options import (
    SHORT,
    Db,
    FormatOption,
    Packs,
    frameworks_of,
    open_store,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import table_named, write_rows, write_tables
from lif_adapters.extensions import catalogue
from lif_adapters.packs import read_pack
from lif_core.errors import MalformedError
from lif_core.framework import Framework, packs
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import Tables

framework = App(name="framework", help="A board's own rules, as data: list, show, check.")


@framework.command(name="list")
def list_packs(
    *,
    pack: Packs = (),
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """List the packs that ship with lif, and those of your own.

    Args:
        pack: More framework packs.
        format: How to write it.
    """
    frameworks = frameworks_of(pack)
    rows = [
        {
            "name": known.name,
            "title": known.title,
            "governs": list(known.governs),
            "in_force": known.in_force.isoformat(),
            "digest": known.digest[:SHORT] if format is OutputFormat.TABLE else known.digest,
        }
        for known in sorted((frameworks.general, *frameworks.packs), key=attrgetter("name"))
    ]
    write_rows(rows, format)


@framework.command
def recorded(
    *,
    db: Db = None,
    pack: Packs = (),
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """List the packs that a store was written under, each since when.

    Its status says how it stands to the pack that the store is read with now: the same, other or
    missing; replaced, where the store was written under another of that name later.

    Args:
        db: Where.
        pack: More framework packs.
        format: How to write it.
    """
    with open_store(db, pack) as app:
        rows = [
            {
                "name": row.name,
                "digest": row.digest[:SHORT] if format is OutputFormat.TABLE else row.digest,
                "governs": list(row.governs),
                "position": row.position,
                "since": row.since.isoformat(),
                "status": row.status.value,
            }
            for row in app.packs()
        ]
    write_rows(rows, format)


@framework.command
def show(
    name: str,
    /,
    *,
    table: str | None = None,
    pack: Packs = (),
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show what a pack says: its bodies, kinds of review, rights of decision, duties, scales.

    Args:
        name: A pack's name, or a file of one.
        table: Only this table of it; csv writes the first one without it.
        pack: More framework packs.
        format: How to write it.
    """
    frameworks = frameworks_of(pack)
    by_name = {known.name: known for known in (frameworks.general, *frameworks.packs)}
    shown = by_name.get(name) or _read(Path(name))
    only = table_named(table, Tables(shown))
    if format is OutputFormat.TABLE and table is None:
        output.say(f"{shown.title}, in force from {shown.in_force}")
        output.say(f"governs: {_governed(shown)}")
        output.say()
    write_tables(shown, only, LifMapper(), format, brief=True)


@framework.command
def check(file: Path, /) -> None:
    """Check that a file is a pack; what is wrong with it is named by its key.

    Args:
        file: The pack, in TOML.
    """
    pack = _read(file)
    counted = f"bodies {len(pack.bodies)}, kinds of review {len(pack.review_kinds)}"
    output.say(f"{file}: the pack {pack.name}: {counted}, duties {len(pack.duties)}")


def _governed(pack: Framework) -> str:
    if pack.governs:
        return ", ".join(pack.governs)
    return "what no other pack does" if pack.open_kinds else "nobody by itself: extend it"


def _read(file: Path) -> Framework:
    if not file.exists():
        known = ", ".join(packs())
        raise MalformedError(str(file), f"neither a pack of lif ({known}) nor a file there is")
    pack = read_pack(file)
    catalogue().registry.refuse_unknown_names(pack, str(file))
    return pack
