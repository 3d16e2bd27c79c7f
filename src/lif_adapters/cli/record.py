"""`lif record`: a command by hand, or a file of them, applied whole or as far as it goes."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import CycloptsError, Parameter

from lif_adapters.cli import output
from lif_adapters.cli.entries import EntryWriter, write_recorded
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.field_options import option_name, read_options, typed_fields
from lif_adapters.cli.options import (
    AboutPersons,
    Board,
    Create,
    Db,
    DryRun,
    EnteredBy,
    Packs,
    TableOrJson,
    board_of,
    operator,
    store_to_write,
    warn_without_keys,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.references import References
from lif_adapters.cli.request_file import Line, read_lines
from lif_adapters.extensions import catalogue
from lif_adapters.problems import problem, problem_line
from lif_core.commands.application import Application
from lif_core.decisions.messages import event_name
from lif_core.decisions.record import Record
from lif_core.decisions.warnings import warnings_of
from lif_core.errors import LifError, MalformedError
from lif_core.log.requests import Request, from_json
from lif_core.policies.policy import reaction
from lif_core.values.faults import suggestion

CHUNK = 500
SHOWN = 20


def record(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *field: Annotated[str, Parameter(allow_leading_hyphen=True, show=False)],
    keep_going: bool = False,
    dry_run: DryRun = False,
    create: Create = False,
    board: Board = None,
    about_person: AboutPersons = (),
    entered_by: EnteredBy = None,
    db: Db = None,
    pack: Packs = (),
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Decide a command, or those of a file, and record what they lead to.

    By hand: `lif record NAME --FIELD VALUE ...`; `lif record NAME --help` shows its fields, `lif
    commands` the names, `lif new NAME` an example. All commands of a file are recorded or none, in
    one transaction. One that was recorded before is not recorded again, so a file can be run again
    after an interruption.

    Args:
        file: The file, JSON Lines or objects over several lines; - reads standard input. Or the
            NAME of a command, with its fields as options.
        field: The fields of the command.
        keep_going: Record what can be recorded and list the lines that cannot.
        dry_run: Decide everything, show what would be recorded, and record nothing.
        create: Make the store where there is none.
        board: The board whose references may be given without it.
        about_person: Whom the texts are about, of a command by hand.
        entered_by: Who enters this, kept with each entry; who decided stands in each command.
        db: Where.
        pack: More framework packs.
        format: json writes each entry on a line, as soon as it is durable.
    """
    by_hand = file in catalogue().registry.commands
    if not by_hand:
        _refuse_unless_file(file, field, format)
    with store_to_write(db, pack, create=create, dry_run=dry_run) as app:
        recording = _Recording(app, format, operator(entered_by), dry_run=dry_run)
        if by_hand:
            request = _typed(app, file, field, board_of(board), format)
            if about_person:
                request = attrs.evolve(request, about=about_person)
            recording.one(request)
        elif keep_going:
            recording.each(file, read_lines(Path(file), app.mapper))
        else:
            with output.progress("reading", None) as advance:
                lines = read_lines(Path(file), app.mapper)
                read = [line for line in lines if advance(1) is None]
            recording.all(file, read)


def _refuse_unless_file(
    file: str,
    words: Sequence[str],
    format: OutputFormat,  # noqa: A002
) -> None:
    """Refuse *file* where it is none, and *words* that would be fields of a command."""
    if file != "-" and (Path(file).is_dir() or not Path(file).exists()):
        known = catalogue().registry.commands
        problem = f"there is no such file, and no command{suggestion(file, known)}"
        if Path(file).is_dir():
            problem = "a folder, and no file of commands"
        raise MalformedError(file, problem)
    if words:
        problem = f"{file} is a file, and {words[0]!r} no option: see lif record --help"
        if format is OutputFormat.TABLE:
            output.tell(f"Error: {problem}")
        raise CycloptsError(msg=problem)


def _typed(
    app: Application,
    name: str,
    words: Sequence[str],
    board: str | None,
    format: OutputFormat,  # noqa: A002
) -> Request:
    """Return the command *name* with the fields that were typed.

    Raises:
        MalformedError: something is wrong with it; each place is told before.
    """
    references = References(app, board)
    cls = app.mapper.registry.commands[name]
    typed = typed_fields(cls, list(read_options(words)), references.complete)
    errors = list(typed.errors)
    request = None
    try:
        request = from_json({**typed.values, "command": name}, app.mapper)
    except MalformedError as error:
        named = {each.field for each in errors}
        errors += [each for each in error.errors or (error,) if each.field not in named]
    if request is not None and not errors:
        return request
    if format is OutputFormat.JSON:
        raise MalformedError.of(errors)
    for each in errors:
        named_in = typed.variable_of(each.field) or option_name(each.field)
        output.tell(f"{named_in}: {each.problem}")
    if references.lacks_board:
        output.tell("no board is known, to complete a reference: give it whole, or --board")
    fields = "1 field is" if len(errors) == 1 else f"{len(errors)} fields are"
    help_of = f"`lif record {name} --help` says what each holds"
    raise MalformedError("", f"{fields} wrong, nothing recorded; {help_of}")


class _Recording:
    """The recording of requests in a store, and what is said of it."""

    def __init__(
        self,
        app: Application,
        format: OutputFormat,  # noqa: A002
        entered_by: str | None,
        *,
        dry_run: bool,
    ) -> None:
        self._app = app
        self._format = format
        self._entered_by = entered_by
        self._dry_run = dry_run
        self._is_about_persons = False
        self._warned: list[Record] = []  # records that bear a warning
        self._are_followed = False

    def one(self, request: Request) -> None:
        """Record a *request*, and say what it came to."""
        (outcome,) = self._handled([[request]])
        if isinstance(outcome, LifError):
            raise outcome
        write_recorded(self._app, outcome, self._format)
        if self._format is OutputFormat.TABLE:
            self._say_entries(outcome)
        self._look_for_warnings(outcome)
        self._warn()
        if self._format is OutputFormat.TABLE:
            if not outcome:
                output.say("on record already; nothing new")
            elif self._dry_run:
                output.say("nothing recorded, as this is a dry run")

    def all(self, file: str, lines: Sequence[Line]) -> None:
        """Record the *lines* in one transaction, and say what they came to."""
        wrong = [
            (line.number, error) for line in lines if isinstance(error := line.request, LifError)
        ]
        if wrong:
            shown = wrong[:SHOWN] if self._format is OutputFormat.TABLE else wrong
            for number, error in shown:
                self._tell(file, number, error)
            if len(wrong) > len(shown):
                output.tell(f"{file}: and {len(wrong) - len(shown)} more lines")
            problem = f"{len(wrong)} of {len(lines)} lines are wrong; nothing recorded"
            raise MalformedError("", problem)
        requests = [line.request for line in lines if isinstance(line.request, Request)]
        (outcome,) = self._handled([requests])
        if isinstance(outcome, LifError):
            number = lines[outcome.at or 0].number
            if self._format is OutputFormat.TABLE:
                output.tell(f"{file}: line {number}: {outcome}; nothing recorded")
            raise outcome
        self._show(outcome)
        self._say_total(file, len(lines), len(outcome))
        self._look_for_warnings(outcome)
        self._warn()

    def each(self, file: str, lines: Iterator[Line]) -> None:
        """Record what can be recorded, and list the *lines* that cannot."""
        done = left_out = entries = 0
        with output.progress("recording", None) as advance:
            while chunk := list(islice(lines, CHUNK)):
                for line, outcome in self._outcomes(chunk):
                    if isinstance(outcome, LifError):
                        left_out += 1
                        self._tell(file, line.number, outcome)
                    else:
                        done += 1
                        entries += len(outcome)
                        self._show(outcome)
                        self._look_for_warnings(outcome)
                advance(len(chunk))
        self._say_total(file, done, entries)
        self._warn()
        if left_out:
            raise PartlyDoneError(f"{left_out} of {done + left_out} lines were left out")

    def _outcomes(
        self, chunk: Sequence[Line]
    ) -> Iterator[tuple[Line, tuple[Record, ...] | LifError]]:
        requests = [line.request for line in chunk if isinstance(line.request, Request)]
        outcomes = iter(self._handled([[request] for request in requests]))
        for line in chunk:
            yield line, line.request if isinstance(line.request, LifError) else next(outcomes)

    def _handled(
        self, groups: Sequence[Sequence[Request]]
    ) -> Sequence[tuple[Record, ...] | LifError]:
        if not self._is_about_persons and any(each.about for group in groups for each in group):
            self._is_about_persons = True
            warn_without_keys(self._app)
        return self._app.handle_each(groups, entered_by=self._entered_by)

    def _show(self, records: Sequence[Record]) -> None:
        """Write *records* in JSON as soon as they are durable; in a dry run, list them."""
        write_recorded(self._app, records, self._format)
        if self._dry_run and self._format is OutputFormat.TABLE:
            self._say_entries(records)

    def _say_entries(self, records: Sequence[Record]) -> None:
        writer = EntryWriter(self._app)
        for each in records:
            output.say(writer.line(each))

    def _say_total(self, file: str, commands: int, entries: int) -> None:
        if self._format is OutputFormat.TABLE:
            would = "would be " if self._dry_run else ""
            output.say(f"{file}: {commands} commands, {entries} entries {would}on record")

    def _look_for_warnings(self, records: Sequence[Record]) -> None:
        """Keep the *records* that bear a warning, and whether policies ask something of any."""
        self._warned += (each for each in records if warnings_of(each.event))
        if not self._are_followed and not self._dry_run:
            self._are_followed = any(map(self._is_followed, records))

    def _warn(self) -> None:
        """Tell the warnings that entries bear, and that policies have something to ask."""
        warnings = [
            (each, code, text)
            for each in self._warned
            for code, text in warnings_of(each.event).items()
        ]
        shown = warnings[:SHOWN] if self._format is OutputFormat.TABLE else warnings
        for each, code, text in shown:
            output.warn(
                "decision",
                f"{event_name(each.event)}: warning: {code}: {text}",
                code=code,
                stream=each.stream,
                entry=each.stream_position,
            )
        if len(warnings) > len(shown):
            output.tell(f"and {len(warnings) - len(shown)} more warnings")
        if self._are_followed:
            problem = "the policies of lif ask something because of this: run `lif follow`"
            output.warn("policies", problem)

    def _is_followed(self, record: Record) -> bool:
        """Return whether a policy asks something because of *record*, or would and cannot."""
        try:
            policies = self._app.catalogue.policies
            return any(reaction(policy, record, self._app.frameworks) for policy in policies)
        except LifError:
            return True

    def _tell(self, file: str, number: int, error: LifError) -> None:
        """Tell all that is wrong on a line, each on one of its own."""
        errors = error.errors if isinstance(error, MalformedError) else ()
        if self._format is OutputFormat.JSON:
            output.tell_json({"line": number, **problem(error)})
            return
        for each in errors or (error,):
            text = problem_line(each, self._app.catalogue)
            output.tell(f"{file}: line {number}: {text}")
