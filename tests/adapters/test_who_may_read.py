"""Who may read what may tell about a person: nobody, in any output, without the role for it.

Each such text of the histories here is a token of its own entry, and is looked for in all that a
reader without the role is given.
"""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, given, settings
from msgspec import Struct

from lif_adapters.cli.main import run
from lif_adapters.cli.options import REDACTED_TEXTS
from lif_adapters.http import User, http_app
from lif_adapters.json_values import to_json
from lif_adapters.wiring import connect
from lif_core.aggregates.review import FindingRecorded
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, NotEntitledError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import changes
from lif_core.projection.projection import AnyProjection
from lif_core.projection.tables import Table, row
from lif_core.queries.readership import EVERY_STREAM, PERSONAL_TEXTS, Roles
from lif_core.queries.redaction import CHANGED, REDACTED, redacted
from lif_core.queries.replay import Step
from lif_core.queries.selection import Selection
from lif_core.testing.history import GeneratedHistory, append, everything, histories
from lif_core.values.fields import PersonalText
from lif_core.values.refs import category_of
from lif_core.views import PROJECTIONS
from tests.canaries import marked, token
from tests.people import CHAIR
from tests.web import client

TOKEN = re.compile(r"zugzwang\d+x")
ALMOST_ALL = Roles(("child-death-panel", EVERY_STREAM))
"""The roles of somebody who may read all but what may tell about a person."""
WITH_TEXTS = Roles((*ALMOST_ALL.roles, PERSONAL_TEXTS))
REVIEW = "review-wscb/scr-0"


def board(history: GeneratedHistory) -> Application:
    """Return an application on the *history*, each entry of it with its token."""
    recorder, lived = MemoryRecorder(), history.application
    append(recorder, lived.mapper, [marked(record) for record in history.records])
    return Application(
        recorder,
        clock=lived.clock,
        frameworks=lived.frameworks,
        mapper=LifMapper(lived.mapper.registry),
        readership=ALMOST_ALL,
    )


def answers(app: Application, records: tuple[Record, ...]) -> Iterator[str]:
    """Yield all that a reader is told of the *records*, as text."""

    def text(value: object) -> str:
        return to_json(value, app.mapper)

    yield text(list(app.history()))
    days = sorted({record.event.on for record in records})
    looks = [AsOf(valid=day) for day in (days[len(days) // 2], days[-1] + timedelta(days=400))]
    for projection in PROJECTIONS.values():
        yield from map(text, (app.view_at(projection, look) for look in looks))
        yield repr(app.diff(projection, *looks))
    for stream in {record.stream for record in records}:
        yield repr(app.why(stream))
        if category_of(stream) == "review":
            yield repr(app.case(stream, valid=looks[-1].valid))
    yield from (
        repr(app.known_when(record.position)) for record in records[:: len(records) // 4 or 1]
    )
    for by in Step:
        shown: AnyProjection = PROJECTIONS["corrections" if by is Step.EFFECTIVE else "conduct"]
        for moment in app.replay(by=by, view=shown):
            yield repr(moment.records + moment.changes + moment.meanwhile)
            yield text(moment.view)


@settings(
    max_examples=6,
    suppress_health_check=tuple(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a smaller history takes minutes to find
)
@given(histories(episodes=6))
def test_a_reader_without_the_role_is_told_no_personal_text(history: GeneratedHistory) -> None:
    """In no view, difference, chain, case, replay or entry, of any history, amended ones too."""
    if not history.records:
        return
    app = board(history)
    told = "\n".join(answers(app, history.records))
    whole = "\n".join(answers(app.for_reader(WITH_TEXTS), history.records))
    tokens = {token(record.position) for record in history.records}

    assert set() == set(TOKEN.findall(told))
    assert tokens == set(TOKEN.findall(whole))
    assert REDACTED in told


def test_names_cannot_be_tried_until_one_is_found() -> None:
    """A selection by a name that a reader may not read is refused, whether anybody has it."""
    app = board(everything())

    for selection in (Selection(person="N. Obody"), Selection(entered_by=token(1))):
        with pytest.raises(NotEntitledError):
            app.history(selection=selection)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Makes the store of everything that boards decide, each entry with its token."""
    file: Path = tmp_path_factory.mktemp("marked") / "lif.db"
    with connect(f"sqlite:{file}") as app:
        append(app.recorder, app.mapper, [marked(record) for record in everything().records])
    return file


def written(*args: str | Path) -> str:
    """Return what `lif` writes on both of its streams."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        run([str(arg) for arg in args])
    return out.getvalue()


FORMATS = ("table", "json", "csv")
QUESTIONS = [
    ("log",),
    ("log", "--review", REVIEW),
    ("show", REVIEW),
    ("why", REVIEW),
    ("knew", REVIEW, "2", "--view", "conduct"),
    ("replay", "--by", "effective", "--view", "decisions", "--until", "2018-03-01"),
    ("replay", "--view", "conduct", "--until", "40"),
    ("diff", "conduct", "--valid", "2020-01-01", "--to-valid", "2030-01-01"),
    *(("view", name) for name in PROJECTIONS),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_no_command_shows_a_personal_text_without_the_role(
    question: tuple[str, ...], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In no format; and where something is redacted, it is said so, but not to programs."""
    monkeypatch.setenv("LIF_ROLES", ",".join(ALMOST_ALL.roles))
    for format_ in FORMATS:
        text = written(*question, "--format", format_, "--db", store)

        assert [] == TOKEN.findall(text)
        assert not text.startswith("lif: ")
        assert text.endswith(f"{REDACTED_TEXTS}\n") == (REDACTED in text and format_ != "json")


def test_the_whole_log_is_not_written_without_the_role(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("prove", "--entries", "--db", store)

    monkeypatch.setenv("LIF_ROLES", ",".join(ALMOST_ALL.roles))
    assert [] == TOKEN.findall(written(*asked))
    assert token(1) in written(*asked, "--role", PERSONAL_TEXTS)


def test_no_report_and_no_bundle_has_a_personal_text_without_the_role(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so, and for which role they are."""
    monkeypatch.setenv("LIF_ROLES", ",".join(ALMOST_ALL.roles))
    written("report", "--out", tmp_path / "report", "--db", store)
    written("report", "--public", "--out", tmp_path / "public", "--db", store)
    written("bundle", "wscb/scr-0", "--out", tmp_path / "bundle", "--db", store)
    texts = {
        file.relative_to(tmp_path).as_posix(): file.read_text("utf-8")
        for file in tmp_path.rglob("*")
        if file.suffix in (".html", ".md", ".csv", ".json", ".jsonl", ".svg")
    }

    assert [] == [name for name, text in texts.items() if TOKEN.search(text)]
    assert "for readers in the role \u201cpersonal texts\u201d" in texts["report/report.html"]
    assert {"public/public.html", "bundle/case.html"} <= texts.keys()


def test_no_answer_over_http_has_a_personal_text_without_the_role() -> None:
    """Of nobody, and of no problem document."""
    app = board(everything())
    reader = User(name="R. Eader", views=PROJECTIONS, readership=ALMOST_ALL)
    http = client(http_app(app, lambda scope: reader))
    streams = {record.stream for record in everything().records}
    paths = [
        "/history?limit=1000",
        "/history?order=newest",
        *(f"/why?stream={stream}" for stream in sorted(streams)[:40]),
        *(f"/views/{name}" for name in PROJECTIONS),
        "/views/conduct/findings.csv",
        "/views/decisions/decisions",
        "/openapi.json",
    ]
    pages = [http.get(path) for path in paths]

    assert {200} == {page.status_code for page in pages}
    assert [] == [page.url for page in pages if TOKEN.search(page.text)]
    assert (
        token(1)
        in client(http_app(app, lambda scope: evolve(reader, readership=WITH_TEXTS)))
        .get(paths[0])
        .text
    )


def test_what_is_redacted_is_not_recorded_in_the_place_of_the_text() -> None:
    """Whoever copies an entry as they read it would write over what it says."""
    app = board(everything())
    record = next(r for r in app.history() if isinstance(r.event, FindingRecorded))
    event: Any = record.event
    text = evolve(event, what="Another")
    whole: Any = next(r for r in app.unredacted().history() if r.position == record.position)
    said: dict[str, Any] = {"by": CHAIR, "on": event.on, "stream": record.stream}
    said["entry"] = record.stream_position
    rewritten = Replacement(evolve(whole.event, what="Another"))
    for command in (
        AmendEntry(**said, replacement=Replacement(text), reasons="A mistake."),
        AmendEntry(**said, replacement=rewritten, reasons=REDACTED),
    ):
        with pytest.raises(MalformedError, match="stands for a text that was left out"):
            app.handle(command)


@row(key=("finding",))
class ToldRow(Struct, frozen=True, kw_only=True):
    """A row with a personal text."""

    finding: str
    what: PersonalText


@frozen(kw_only=True)
class Told:
    """A view of such rows."""

    valid: str
    known: str | None
    told: Table[ToldRow]


def test_a_difference_of_redacted_texts_says_that_there_is_one() -> None:
    """And not what it was."""
    rows = [ToldRow(finding="f-1", what=text) for text in ("One", "Another")]
    tables = [Table(partial(tuple, [each])) for each in rows]
    views = (Told(valid="", known=None, told=table) for table in tables)
    (change,) = map(redacted, changes(*views))

    assert [(REDACTED, CHANGED)] == [(c.before, c.after) for c in change.columns]
    assert (REDACTED, REDACTED) == (change.before.what, change.after.what)
