"""`lif follow`: what `lif` decides by itself, because of what is recorded and of the day."""

import signal
from collections.abc import Sequence
from datetime import date
from threading import Event

from lif_adapters.cli import output
from lif_adapters.cli.entries import last_position, write_recorded
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.options import Db, On, Packs, RoleNames, TableOrJson, as_date, open_store
from lif_adapters.cli.output import OutputFormat
from lif_adapters.problems import problem, problem_line
from lif_core.commands.application import Application
from lif_core.errors import MalformedError
from lif_core.policies.policy import DayPolicy, Followed, Policy
from lif_core.queries.readership import shown_to


def follow(
    *,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    on: On = None,
    watch: bool = False,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Record what the policies of lif ask because of what was recorded, and because of the day.

    Each entry is reacted to once, however often this is run, and by how many at once. What a rule
    refuses is listed, and the rest is done.

    Args:
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        on: The day that is looked at for what is overdue; by default today in London.
        watch: Go on with what is recorded later, and with each new day, until interrupted. Of
            several that do, one follows, and another when that is gone.
        format: json writes each entry on a line, as soon as it is durable.
    """
    day = as_date("--on", on)
    if watch and day is not None:
        raise MalformedError("--on", "is not for --watch, which looks at each day as it comes")
    with open_store(db, pack, write=True, roles=role) as app:
        if watch:
            follow_until_interrupted(app, format)
        else:
            policies, day_policies = app.catalogue.policies, app.catalogue.day_policies
            follow_with(app, policies, day_policies, on=day, format=format)


def follow_until_interrupted(app: Application, format: OutputFormat) -> None:  # noqa: A002
    """Follow until this process is told to end, and end then at the next step."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    output.warn("running", "following until interrupted")
    app.follow_until(
        stop,
        progress=lambda step: _write(app, step, format),
        on_error=lambda error: output.warn("tried-again", f"tried again: {error}"),
    )


def follow_with(
    app: Application,
    policies: Sequence[Policy],
    day_policies: Sequence[DayPolicy],
    *,
    on: date | None = None,
    page: int = 1_000,
    format: OutputFormat = OutputFormat.TABLE,  # noqa: A002  # as the option
) -> None:
    """Follow with these *policies* and *day_policies*, and write what it comes to.

    Raises:
        PartlyDoneError: something was refused; it has been listed.
    """
    first = min((app.recorder.tracked(policy.name) for policy in policies), default=0)
    new = last_position(app) - first if policies else 0
    with output.progress("following", new) as advance:

        def write(step: Followed) -> None:
            _write(app, step, format)
            advance(step.read)

        total = app.follow(policies, day_policies=day_policies, on=on, page=page, progress=write)
    if format is OutputFormat.TABLE:
        output.say(f"{total.read} entries read, {len(total.records)} entries on record for them")
    if total.refused:
        raise PartlyDoneError(f"{len(total.refused)} of what was asked was refused")


def _write(app: Application, step: Followed, format: OutputFormat) -> None:  # noqa: A002
    """Write what a step came to, and on standard error what was refused."""
    for name, cause, error in step.refused:
        if format is OutputFormat.JSON:
            output.tell_json({"policy": name, "cause": cause, **problem(error)})
            continue
        where = f"position {cause}" if isinstance(cause, int) else cause
        output.tell(": ".join(part for part in (name, where, problem_line(error)) if part))
    records = [shown_to(record, app.readership) for record in step.records]
    write_recorded(app, records, format)
