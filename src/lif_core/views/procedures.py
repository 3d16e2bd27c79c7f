"""The register of multi-agency policies and procedures: which are in force, who works by them, and
whom it helped to write their own (framework §4.4).
"""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import procedure as p
from lif_core.decisions.record import Record
from lif_core.items.entries import entries_of, last, of_kind
from lif_core.items.title import TITLES, say_title, title_item, titles_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText

# What it shows


@row(key=("procedure",))
class ProcedureRow(Struct, frozen=True, kw_only=True):
    """A procedure that is *drafted*, *endorsed* in a *version*, or *retired*.

    *learning* are the titles of the streams that it is *arising_from*. So many bodies have
    *adopted* it in any version, and are *up_to_date* with the one in force; so many were *helped*
    with their own. *reasons* are those of the latest version, or of its retirement.
    """

    procedure: str
    title: str
    status: str
    drafted: date
    by: str
    arising_from: tuple[str, ...]
    learning: tuple[PersonalText, ...]
    version: str | None
    endorsed: date | None
    retired: date | None
    reasons: PersonalText | None
    adopted: int
    up_to_date: int
    helped: int


@row(key=("procedure", "version"))
class VersionRow(Struct, frozen=True, kw_only=True):
    """A version that was *endorsed*, and why."""

    procedure: str
    version: str
    endorsed: date
    by: str
    reasons: PersonalText
    in_force: bool


@row(key=("procedure", "body", "version"))
class AdoptionRow(Struct, frozen=True, kw_only=True):
    """A body that works by a version, and where its *own_policy* says so."""

    procedure: str
    body: str
    version: str
    adopted: date
    own_policy: str
    in_force: bool


@row(key=("procedure", "number"))
class HelpRow(Struct, frozen=True, kw_only=True):
    """The *help* that an organisation was given to develop its own procedure or guidance: the
    first, the second.
    """

    procedure: str
    number: int
    organisation: str
    on: date
    by: str
    help: PersonalText


@frozen(kw_only=True)
class Procedures:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    procedures: Table[ProcedureRow]
    versions: Table[VersionRow]
    adoptions: Table[AdoptionRow]
    help: Table[HelpRow]
    inconsistent: Table[InconsistentRow]


# The parts


def add_procedure(entries: list[Record], part: Part) -> None:
    """Add a procedure with its versions, who adopted them, and the help that was given."""
    drafted, endorsed = last(entries, p.ProcedureDrafted), last(entries, p.ProcedureEndorsed)
    if drafted is None:
        return
    retired = last(entries, p.ProcedureRetired)
    in_force = endorsed.version if endorsed and not retired else None
    adoptions = of_kind(entries, p.ProcedureAdopted)
    helped = of_kind(entries, p.OrganisationHelped)
    latest = retired or endorsed
    procedure = ProcedureRow(
        procedure=drafted.procedure,
        title=drafted.title,
        status="retired" if retired else "endorsed" if endorsed else "drafted",
        drafted=drafted.on,
        by=drafted.by.body,
        arising_from=drafted.arising_from,
        learning=titles_of(drafted.arising_from, part),
        version=endorsed.version if endorsed else None,
        endorsed=endorsed.on if endorsed else None,
        retired=retired.on if retired else None,
        reasons=latest.reasons if latest else None,
        adopted=len({event.answered_for for event in adoptions}),
        up_to_date=len({event.answered_for for event in adoptions if event.version == in_force}),
        helped=len({event.organisation for event in helped}),
    )
    part.row("procedures", procedure)
    for event in of_kind(entries, p.ProcedureEndorsed):
        version = VersionRow(
            procedure=event.procedure,
            version=event.version,
            endorsed=event.on,
            by=event.by.body,
            reasons=event.reasons,
            in_force=event.version == in_force,
        )
        part.row("versions", version)
    for adopted in adoptions:
        adoption = AdoptionRow(
            procedure=adopted.procedure,
            body=adopted.answered_for,
            version=adopted.version,
            adopted=adopted.on,
            own_policy=adopted.own_policy,
            in_force=adopted.version == in_force,
        )
        part.row("adoptions", adoption)
    for number, each in enumerate(helped, 1):
        help_given = HelpRow(
            procedure=each.procedure,
            number=number,
            organisation=each.organisation,
            on=each.on,
            by=each.by.body,
            help=each.help,
        )
        part.row("help", help_given)


def total(everything: Totals) -> Procedures:
    return Procedures(
        **everything.times,
        procedures=everything.table("procedures"),
        versions=everything.table("versions"),
        adoptions=everything.table("adoptions"),
        help=everything.table("help"),
    )


procedures = Projection(
    name="procedures",
    view=Procedures,
    parts={
        title_item: say_title,
        entries_of("procedure in full", p.ProcedureEvent): add_procedure,
    },
    says={TITLES: str},
    identity=(TITLES,),
    total=total,
    edition=PROGRAM,
)
