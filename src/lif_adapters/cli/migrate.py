"""`lif migrate`: a store of an older lif brought up to this one."""

from lif_adapters.cli import output
from lif_adapters.cli.options import Db, DryRun, TableOrJson, db_url
from lif_adapters.cli.output import OutputFormat
from lif_adapters.wiring import migrate as bring_up


def migrate(
    *,
    adopt: bool = False,
    dry_run: DryRun = False,
    db: Db = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Bring a store of an older lif up to this one, in one step; its entries stay as they are.

    Afterwards older programs refuse it, also those that have it open. Make a backup first: `lif
    backup FILE`.

    Args:
        adopt: Take it for a store though the mark of one is gone, as in a dump that was restored.
        dry_run: Say what would be done.
        db: Which store.
        format: How to say what was done.
    """
    migration = bring_up(db_url(db), adopt=adopt, dry_run=dry_run)
    if format is OutputFormat.JSON:
        output.write_json(
            {
                "from": migration.before,
                "to": migration.after,
                "steps": list(migration.steps),
                "done": not dry_run,
            }
        )
        return
    if not migration.steps:
        output.say(f"Schema {migration.after}, that of this lif: nothing to do.")
        return
    would = "would be brought" if dry_run else "brought"
    output.say(f"Schema {migration.before} {would} to {migration.after}:")
    for step in migration.steps:
        output.say(f"  {step}")
    if dry_run:
        output.say("Make a backup first: lif backup FILE")
