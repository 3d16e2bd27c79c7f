"""`lif follow`: what `lif` decides by itself, because of what is recorded and of the day."""

from collections.abc import Sequence
from datetime import date

from lif_adapters.cli import output
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.options import Acknowledge, Db, On, Packs, as_date, opened
from lif_adapters.cli.output import Format
from lif_adapters.cli.recording import write_records
from lif_core.commands.application import Application
from lif_core.policies.policy import DayPolicy, Followed, Policy
from lif_core.policies.shipped import DAY_POLICIES, POLICIES


def follow(
    *,
    db: Db = None,
    pack: Packs = (),
    on: On = None,
    format: Acknowledge = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Record what the policies of lif ask because of what was recorded, and because of the day.

    Each entry is reacted to once, however often this is run, and by how many at once. What a rule
    refuses is listed, and the rest is done.

    Args:
        db: Where.
        pack: More framework packs.
        on: The day that is looked at for what is overdue; by default today in London.
        format: json writes each entry on a line, as soon as it is durable.
    """
    day = as_date("--on", on)
    with opened(db, pack) as app:
        follow_with(app, POLICIES, DAY_POLICIES, on=day, format=format)


def follow_with(
    app: Application,
    policies: Sequence[Policy],
    day_policies: Sequence[DayPolicy],
    *,
    on: date | None = None,
    page: int = 1_000,
    format: Format = Format.TABLE,  # noqa: A002  # as the option
) -> None:
    """Follow with these *policies* and *day_policies*, and write what it comes to.

    Raises:
        PartlyDoneError: something was refused; it has been listed.
    """
    last = app.recorder.last_row()
    first = min((app.recorder.tracked(policy.name) for policy in policies), default=0)
    new = (last[0] if last else 0) - first if policies else 0
    with output.progress("following", new) as advance:

        def tell(step: Followed) -> None:
            for name, at, error in step.refused:
                where = f"position {at}" if isinstance(at, int) else at
                output.warn(": ".join(part for part in (name, where, str(error)) if part))
            write_records(app, step.records, format)
            advance(step.read)

        found = app.follow(policies, day_policies=day_policies, on=on, page=page, progress=tell)
    if format is Format.TABLE:
        output.say(f"{found.read} entries read, {len(found.records)} entries on record for them")
    if found.refused:
        raise PartlyDoneError(f"{len(found.refused)} of what was asked was refused")
