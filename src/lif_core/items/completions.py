"""The completion of safeguarding training, as audits report it by agency and group of staff."""

from datetime import date
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from lif_core.items.audit import Audited
from lif_core.projection.projection import Part
from lif_core.projection.tables import row
from lif_core.statistics.proportions import Share

COMPLETED = "completed"
"""The topic on which audits say what they report of an agency's group, to the group's name."""


@row(key=("agency", "group", "audit"))
class CompletionRow(Struct, frozen=True, kw_only=True):
    """A group of an agency's *staff*: how many *completed* safeguarding training (framework §5.4).

    It is the *latest* where no later audit reports of that agency's group.
    """

    agency: str
    group: str
    audit: str
    on: date
    staff: int
    completed: int
    share: float | None
    latest: bool = False


def say_completions(item: Audited, part: Part) -> None:
    """Pass on what an audit reports of each agency's group, unless the audit was cancelled."""
    for (agency, group), event in item.state.reported.items() if item.on_schedule else ():
        row = CompletionRow(
            agency=agency,
            group=group,
            audit=item.ref,
            on=event.on,
            staff=event.staff,
            completed=event.completed,
            share=Share(event.completed, event.staff).rate,
        )
        part.say(COMPLETED, f"{agency}\n{group}", row)


def completions(name: str, part: Part) -> list[CompletionRow]:
    """Return all that audits reported of an agency's group, the latest last."""
    *earlier, latest = sorted(part.ask(COMPLETED, name), key=attrgetter("on", "audit"))
    return [*earlier, replace(latest, latest=True)]
