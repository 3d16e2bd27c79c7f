"""The command line: its commands, and one table of exit codes."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from cyclopts import App, CycloptsError

from lif_adapters.cli import output
from lif_adapters.cli.demo import demo
from lif_adapters.cli.differing import diff
from lif_adapters.cli.following import follow
from lif_adapters.cli.framework import framework
from lif_adapters.cli.importing import import_csv
from lif_adapters.cli.knowing import knew
from lif_adapters.cli.reading import commands, log, show, view, why
from lif_adapters.cli.recording import PartlyDoneError, record
from lif_adapters.cli.replaying import replay
from lif_adapters.cli.reporting import MissingExtraError, report
from lif_adapters.cli.saving import save
from lif_core.errors import (
    ConflictError,
    LifError,
    MalformedError,
    RefusedError,
    UnreadableError,
)

EXIT_CODES: tuple[tuple[type[LifError], int, str], ...] = (
    (RefusedError, 3, "refused"),
    (ConflictError, 4, "conflict"),
    (MalformedError, 5, "malformed"),
    (UnreadableError, 6, "unreadable"),
    (PartlyDoneError, 7, "done in part"),
    (MissingExtraError, 8, "not installed"),
)
USAGE = 2
NOT_WRITTEN = 1

app = App(
    name="lif",
    help="Decisions of safeguarding boards on record: what was decided, by whom, why, whether the"
    " improvement lasted, and who answered for it, as known at any date.",
    help_epilogue="Exit codes: 0 done, 1 output not written, 2 usage, 3 refused by a rule,"
    " 4 conflict (try again), 5 malformed input, 6 unreadable store, 7 done in part (what was"
    " left out is listed), 8 not installed (the message says what).",
)
for command in (
    demo,
    record,
    follow,
    log,
    show,
    view,
    save,
    why,
    replay,
    diff,
    knew,
    report,
    commands,
):
    app.command(command)
app.command(import_csv, name="import")
app.command(framework)


def main(args: Sequence[str] | None = None) -> None:
    """Run `lif`; every error is one line on standard error and an exit code of its own."""
    for stream in (sys.stdout, sys.stderr):
        # Any text can be written, whatever the locale says; in a pipe, as UTF-8.
        if isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        sys.exit(run(args))
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def run(args: Sequence[str] | None = None) -> int:
    """Run `lif` with *args* and return its exit code."""
    try:
        app(args, exit_on_error=False, print_error=True, result_action="return_value")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        with suppress(OSError):
            sys.stdout.close()  # or the interpreter would try to write again, and say so
        output.warn(f"lif: not written: {error.strerror or error}")
        return NOT_WRITTEN
    except CycloptsError:
        return USAGE
    except LifError as error:
        code, word = next((c, w) for kind, c, w in EXIT_CODES if isinstance(error, kind))
        output.warn(f"lif: {word}: {error}")
        return code
    return 0
