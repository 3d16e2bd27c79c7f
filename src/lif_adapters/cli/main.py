"""The command line: its commands, and one table of exit codes."""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import pairwise

from cyclopts import App, CycloptsError, Parameter

from lif_adapters.cli import output
from lif_adapters.cli.errors import FaultyStoreError, PartlyDoneError
from lif_core.errors import (
    AlteredError,
    ClockError,
    ConflictError,
    LifError,
    MalformedError,
    MissingExtraError,
    NotEntitledError,
    RefusedError,
    StorageFullError,
    UnreadableError,
)

EXIT_CODES: tuple[tuple[type[LifError], int, str], ...] = (
    (RefusedError, 3, "refused"),
    (ConflictError, 4, "conflict"),
    (MalformedError, 5, "malformed"),
    (StorageFullError, 13, "disk full"),
    (UnreadableError, 6, "unreadable"),
    (PartlyDoneError, 7, "done in part"),
    (MissingExtraError, 8, "not installed"),
    (ClockError, 9, "clock"),
    (NotEntitledError, 10, "not for this reader"),
    (AlteredError, 11, "altered"),
    (FaultyStoreError, 12, "faulty"),
)
DISTRIBUTION = "lif-ledger"
USAGE = 2
OF_A_PATH = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
        *(errno.ELOOP, errno.ENAMETOOLONG, errno.EEXIST, errno.EROFS),
    }
)
"""The errors of a file that somebody named, which is in no place for one."""
NOT_WRITTEN = 1
FIELDS = "record-fields"
HELP = frozenset(("--help", "-h"))

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": (
        "demo:demo",
        "Record a worked, fictional history in a new store, and show what can be seen of it.",
    ),
    "record": (
        "record:record",
        "Decide a command, or those of a file, and record what they lead to.",
    ),
    "new": (
        "new:new",
        "Print a filled example of a command, to be edited and given to `lif record`.",
    ),
    "follow": (
        "follow:follow",
        "Record what the policies of lif ask because of what was recorded, and because"
        " of the day.",
    ),
    "log": ("log:log", "Show what was recorded, in the order of recording, corrections among it."),
    "show": (
        "show:show",
        "Show one stream: its entries in the order they took effect, with corrections applied.",
    ),
    "view": (
        "view:view",
        "Show a view of the history, as it was in the world and as it was known at any date.",
    ),
    "save": (
        "save:save",
        "Save views in the store, as of today, so that the next ones need not read the whole log.",
    ),
    "why": (
        "why:why",
        "Show why a stream is as it is: what it rests on, its own entries, and what rests on it.",
    ),
    "replay": (
        "replay:replay",
        "Step through history: what came, one moment after the other, and what it changed.",
    ),
    "diff": (
        "diff:diff",
        "Compare a view at two times: what changed in it, and which entries changed it.",
    ),
    "knew": (
        "knew:knew",
        "Show what a committee knew when it decided: what was on record, what was not yet,"
        " and what has been corrected since.",
    ),
    "report": (
        "report:report",
        "Write the history as a report: a page to look at, the same as Markdown, tables as CSV.",
    ),
    "bundle": (
        "bundle:bundle",
        "Write everything about one case to a new folder, for an auditor, an inquiry or a"
        " solicitor.",
    ),
    "commands": (
        "commands:commands",
        "List the commands that `lif record` takes, or print the JSON Schema of one.",
    ),
    "import": (
        "import_:import_register",
        "Take over a register, a workbook or CSV. Run again, it adds what is new or has changed.",
    ),
    "map": (
        "map:draft_map",
        "Write a first map of a register, to be edited: what stands in each column, days and"
        " statuses guessed.",
    ),
    "checkpoint": (
        "checkpoint:checkpoint",
        "Sign what the log is now, and hold it outside the store: what is altered later shows.",
    ),
    "verify": (
        "verify:verify",
        "Check that the log is whole, and the one of checkpoints; name the first entry that is"
        " not as it was.",
    ),
    "prove": (
        "prove:prove",
        "Prove to somebody who holds a checkpoint that an entry is in the log, or that the log"
        " only grew; or write the whole log, to be verified elsewhere.",
    ),
    "witness": (
        "witness:witness",
        "Sign somebody else's checkpoint, as a second party, where their log only grew.",
    ),
    "doctor": (
        "doctor:doctor",
        "Examine the whole store, and say of each check whether all is well, or what to do.",
    ),
    "backup": (
        "backup:backup",
        "Write a backup of the store, whole and verified, while others go on writing.",
    ),
    "restore": (
        "restore:restore",
        "Put a backup where no store is, verified before anybody can open it.",
    ),
    "migrate": (
        "migrate:migrate",
        "Bring a store of an older lif up to this one, in one step; its entries stay as they are.",
    ),
    "erase": (
        "erase:erase",
        "Erase what was said of a person, for ever; or hold that up, or say how long it is kept.",
    ),
    "keys": (
        "keys:keys",
        "Show whose data are due to be erased, held or erased; or make a store of keys.",
    ),
    "extensions": (
        "extensions:extensions",
        "List what the installed extensions define: commands, events, views, rules, packs,"
        " policies.",
    ),
    "rules": (
        "rules:rules",
        "List the rules by which a command can be refused, or explain one: what is wrong, what to"
        " do.",
    ),
    "framework": ("framework:framework", "A board's own rules, as data: list, show, check."),
}
"""The place of each command, loaded when it is called, and its line in the list of them."""


def version() -> str:
    """Return the name and the version of the distribution that is installed, if one is."""
    from importlib import metadata  # only now: help does without it

    try:
        return f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}"
    except metadata.PackageNotFoundError:
        return f"{DISTRIBUTION} is not installed: this is a checkout of it"


def _default_text(value: object) -> str | None:
    """Return the text of a default in help; of none, and of what is off, there is none."""
    return str(value) if value else None


def app_of(called: str | None = None) -> App:
    """Return the command line; the help of the command *called* is its own, in full."""
    app = App(
        name="lif",
        version=version,
        default_parameter=Parameter(negative=(), show_default=_default_text),
        help="Decisions of safeguarding boards on record: what was decided, by whom, why, whether"
        " the improvement lasted, and who answered for it, as known at any date.",
        help_epilogue="Exit codes: 0 done, 1 output not written, 2 usage, 3 refused by a rule,"
        " 4 conflict (try again), 5 malformed input, 6 unreadable store, 7 done in part (what was"
        " left out is listed), 8 not installed (the message says what), 9 clock behind the log,"
        " 10 kept for a role, 11 log altered, 12 faulty store, 13 disk full.",
    )
    for name, (where, line) in COMMANDS.items():
        help_of = {} if name == called else {"help": line}
        app.command(f"lif_adapters.cli.{where}", name=name, **help_of)
    app.command("lif_adapters.cli.field_help:field_help", name=FIELDS, show=False)
    return app


def _of_fields(words: Sequence[str]) -> Sequence[str]:
    """Return *words*, or, where they ask for help about a command by hand, those that show it."""
    if list(words[:1]) == ["record"] and not HELP.isdisjoint(words) and len(words) > 2:
        name, *others = (word for word in words[1:] if word not in HELP)
        return [FIELDS, name, *others] if name.isidentifier() else words
    return words


def main(args: Sequence[str] | None = None) -> None:
    """Run `lif`; every error is told on standard error and has an exit code of its own."""
    if sys.stderr is None:  # closed by whoever called
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # until the end
    if sys.stdout is None:
        _tell_not_written("standard output is closed", sys.argv[1:] if args is None else args)
        sys.exit(NOT_WRITTEN)
    for stream in (sys.stdout, sys.stderr):
        # Any text can be written, whatever the locale says; in a pipe, as UTF-8.
        if isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        sys.exit(run(args))
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def run(args: Sequence[str] | None = None) -> int:
    """Run `lif` with *args* and return its exit code."""
    words = _of_fields(sys.argv[1:] if args is None else args)
    app = app_of(next((word for word in words if word in COMMANDS), None))
    as_json = _asks_for_json(words)
    output.warn_in_json(as_json)
    try:
        app(words, exit_on_error=False, print_error=not as_json, result_action="return_value")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None and error.errno in OF_A_PATH:
            named = MalformedError(os.fsdecode(error.filename), error.strerror or "")
            return _told(named, words)
        with suppress(OSError):
            sys.stdout.close()  # or the interpreter would try to write again, and say so
        _tell_not_written(error.strerror or str(error), words)
        return NOT_WRITTEN
    except CycloptsError as error:
        if as_json:
            output.tell_json(
                _document("usage", "The command line itself is wrong", 400, str(error))
            )
        return USAGE
    except LifError as error:
        return _told(error, words)
    return 0


def _document(kind: str, title: str, status: int, detail: str) -> Mapping[str, object]:
    """Return the problem document of an error that only the command line has."""
    from lif_adapters.problems import TYPES

    text = " ".join(detail.split()) or title
    return {"type": f"{TYPES}{kind}", "title": title, "status": status, "detail": text}


def _tell_not_written(problem: str, words: Sequence[str]) -> None:
    """Tell that what was to be written on standard output was not."""
    if _asks_for_json(words):
        title = "The output was not written"
        output.tell_json(_document("not-written", title, 500, problem))
    else:
        output.tell(f"lif: not written: {problem}")


def _told(error: LifError, words: Sequence[str]) -> int:
    """Tell of an *error*, and return its exit code."""
    code, word = next((c, w) for kind, c, w in EXIT_CODES if isinstance(error, kind))
    _tell(error, word, as_json=_asks_for_json(words))
    return code


def _asks_for_json(words: Sequence[str]) -> bool:
    """Return whether the *words* of a call ask for JSON."""
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def _tell(error: LifError, word: str, *, as_json: bool) -> None:
    """Write *error* on standard error: a line, of a refusal with its notice; or a document."""
    if as_json:
        from lif_adapters.problems import problem  # only now: what succeeds does without it

        output.tell_json(problem(error))
        return
    if not isinstance(error, RefusedError):
        output.tell(f"lif: {word}: {error}")
        return
    from lif_adapters.extensions import catalogue

    lines = list(catalogue().notice(error).lines())
    output.tell(f"lif: {word}: {error.rule if lines else error}")
    for line in lines:
        output.tell(f"  {line}")
