"""`lif framework`: the packs that there are, what one of them says, and whether a file is one."""

from pathlib import Path

from cyclopts import App

from lif_adapters.cli import output
from lif_adapters.cli.options import As
from lif_adapters.cli.output import Format
from lif_adapters.cli.plain import plain
from lif_adapters.cli.reading import write_rows, write_tables
from lif_core.errors import MalformedError
from lif_core.framework import GENERAL, Framework, load, packs, parse
from lif_core.mapper import LifMapper

framework = App(name="framework", help="A board's own rules, as data: list, show, check.")


@framework.command(name="list")
def list_packs(*, format: As = Format.TABLE) -> None:  # noqa: A002  # the option's name
    """The packs that ship with lif.

    Args:
        format: How to write it.
    """
    rows = [
        {
            "name": pack.name,
            "title": pack.title,
            "governs": list(pack.governs),
            "in_force": pack.in_force.isoformat(),
        }
        for pack in map(_pack, packs())
    ]
    write_rows(rows, format)


@framework.command
def show(
    name: str,
    *,
    table: str | None = None,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """What a pack says: its bodies, kinds of review, rights of decision, clocks, scales.

    Args:
        name: A pack's name, or a file of one.
        table: Only this table of it; csv writes the first one without it.
        format: How to write it.
    """
    pack = _pack(name) if name in packs() else _read(Path(name))
    value = plain(pack, LifMapper())
    if format is Format.TABLE and table is None:
        output.say(f"{pack.title}, in force from {pack.in_force}")
        output.say(f"governs: {', '.join(pack.governs) or 'every board that no other pack does'}")
        output.say()
    write_tables(value, table, format)


@framework.command
def check(file: Path) -> None:
    """Whether a file is a pack; what is wrong with it is named by its key.

    Args:
        file: The pack, in TOML.
    """
    pack = _read(file)
    counted = f"{len(pack.bodies)} bodies, {len(pack.review_kinds)} kinds of review"
    output.say(f"{file}: the pack {pack.name}: {counted}, {len(pack.clocks)} clocks")


def _pack(name: str) -> Framework:
    found = load(name)
    return found.general if name == GENERAL else found.packs[0]


def _read(file: Path) -> Framework:
    try:
        return parse(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(packs())
        problem = f"neither a pack of lif ({known}) nor a file that can be read: {error}"
        raise MalformedError(str(file), problem) from error
