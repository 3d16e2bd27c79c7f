"""`lif doctor`: what is wrong with a store, and what to do."""

from pathlib import Path

from attrs import asdict

from lif_adapters.check_result import CheckResult, CheckState, fine, note, wrong
from lif_adapters.checkup import Checkup
from lif_adapters.cli import output
from lif_adapters.cli.errors import FaultyStoreError
from lif_adapters.cli.options import Db, Packs, TableOrJson, frameworks_of, store_image
from lif_adapters.cli.output import OutputFormat
from lif_adapters.extensions import catalogue
from lif_adapters.trail_files import leaves_beside, read_note
from lif_adapters.wiring import utc_now
from lif_core.errors import MalformedError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.trail.checkpoint import Checkpoint


def doctor(
    *,
    checkpoint: tuple[Path, ...] = (),
    db: Db = None,
    pack: Packs = (),
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Examine the whole store, and say of each check whether all is well, or what to do.

    It only reads, also beside those who write. Exit code 12 where something is wrong.

    Args:
        checkpoint: A checkpoint that is held outside the store; may be given again. Its
            signature is not verified here: `lif verify` does.
        db: Which store.
        pack: More framework packs.
        format: How to write it.
    """
    held = [(str(file), Checkpoint.of(read_note(file).text)) for file in checkpoint]
    results = [_leaves(file, head) for file, (_, head) in zip(checkpoint, held, strict=True)]
    with store_image(db) as store:
        checkup = Checkup(store, LifMapper(catalogue().registry), frameworks_of(pack), held)
        try:
            results.extend(store.checks())
            with output.progress("examining", store.ever_reached()) as progress:
                results.extend(checkup.results(utc_now(), progress))
        except UnreadableError as error:  # which ends the examination, and not what it found
            results.append(wrong("reading", str(error), "restore a backup"))
    if format is OutputFormat.JSON:
        output.write_json([asdict(result) for result in results])
    else:
        for result in results:
            output.say(f"{result.state:<6} {result.check}: {result.problem}")
            if result.remedy:
                output.say(f"       {result.remedy}")
    if faults := [result.check for result in results if result.state is CheckState.WRONG]:
        raise FaultyStoreError(f"{len(faults)} of {len(results)} checks: {', '.join(faults)}")


def _leaves(file: Path, head: Checkpoint) -> CheckResult:
    """Return whether the leaves beside a checkpoint are those under it, where there are any."""
    check = f"leaves of {file}"
    try:
        leaves = leaves_beside(file, head)
    except MalformedError as error:
        remedy = "`lif checkpoint` writes them again where the log is as it was"
        return wrong(check, error.problem, remedy)
    if head.size and not leaves:
        return note(check, "none are beside it: what was altered is found, and not named")
    return fine(check, "those under it")
