"""A hostile text in every field, through every output: shown for what it is, obeyed nowhere."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from lif_adapters.cli.demo import demo_requests
from lif_adapters.csv_lines import FORMULA
from lif_adapters.http import http_app
from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.wiring import connect
from lif_core.values.fields import Personal, Prose
from lif_core.values.text import visible
from tests import web
from tests.canaries import with_canaries
from tests.command_line import Lif
from tests.people import TEXTS

HOSTILE = (
    "=HYPERLINK('x') '); DROP TABLE stored_events;-- ../../etc/passwd {{7*7}} ${x} %n"
    ' <script>alert(1)</script><img src=x onerror=alert(2)>"]]></svg> [a](javascript:alert(3))'
    " \x1b[31m\x1b]8;;http://x\x07\x9b2J\x08\x7f \u202ee\u202d\u2066\u2069\u200b\u200e\u200f\ufeff"
    "\u2028\u2029\r\n@SUM(1)\r\n+1\t-1"
)
"""The text of every field, written past what commands refuse: a store may be of another's make."""
STREAM = "review-wscb/scr-child-k"
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
LIVE = {
    ".html": re.compile("<script>alert|<img src=x"),
    ".svg": re.compile("<script|<img|</svg> "),
    ".md": re.compile(r"(?<!\\)<(script|img)|(?<!\\)\]\(javascript:"),
}
COMMANDS = {
    "log": ("log",),
    "show": ("show", STREAM),
    "why": ("why", STREAM),
    "replay": ("replay", "--since", "2018-01-20", "--until", "2018-02-01", "--view", "conduct"),
    "diff": ("diff", "conduct", "--since", "2018-01-24", "--until", "2018-01-26"),
    "knew": ("knew", STREAM, "6"),
    **{name: ("view", name) for name in ("accountability", "conduct", "decisions", "lessons")},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives a store of the worked history with that text in every field that holds one."""
    file = tmp_path_factory.mktemp("hostile") / "lif.db"
    with connect("memory:", readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        stored = [
            app.mapper.to_stored_event(
                replace(
                    app.mapper.to_record(row),
                    event=with_canaries(
                        app.mapper.to_record(row).event, HOSTILE, (Personal, Prose)
                    ),
                    entered_by=HOSTILE,
                )
            )
            for row in app.recorder.rows(after=0, limit=10_000)
        ]
    recorder = SQLiteRecorder(file)
    recorder.append(lambda _: stored)
    recorder.close()
    return file


@pytest.fixture(autouse=True)
def _everything_is_read(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("LIF_ROLES", "every stream,personal texts,child-death-panel")
    monkeypatch.setenv("LIF_DB", str(store))


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_nothing_on_a_terminal_is_obeyed(
    lif: Lif, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """In tables, as in a pipe; in JSON it is escaped, and reads back as it was written."""
    for options in ((), ("--format", "json"), ("--format", "csv")):
        with monkeypatch.context() as patched:
            patched.setattr(sys.stdout, "isatty", lambda: True)
            on_a_terminal = lif(*words, *options)
        in_a_pipe = lif(*words, *options)

        assert 0 == on_a_terminal.code == in_a_pipe.code, in_a_pipe.err
        assert not STEERING.findall(on_a_terminal.out.replace("\r\n", "\n"))
        if options != ("--format", "csv"):
            assert not STEERING.findall(in_a_pipe.out)
    if words[0] == "show":
        first = lif(*words, "--format", "json").out.splitlines()[0]
        assert HOSTILE in _texts(json.loads(first))


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_no_cell_of_csv_is_a_formula(lif: Lif, words: tuple[str, ...]) -> None:
    """And each is whole: an apostrophe before it, and nothing lost."""
    rows = list(csv.reader(io.StringIO(lif(*words, "--format", "csv").out, newline="")))

    assert {len(row) for row in rows} <= {len(rows[0])} if rows else True
    assert not [cell for row in rows for cell in row if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA) and not re.fullmatch(r"-\d+(\.\d+)?(e-?\d+)?", cell)


def test_no_page_and_no_file_of_a_report_or_a_bundle_obeys_it(lif: Lif, tmp_path: Path) -> None:
    """Nor does any have a name that leads elsewhere."""
    for out, words in (
        ("report", ("report",)),
        ("board", ("report", "--board", "wscb")),
        ("public", ("report", "--public")),
        ("bundle", ("bundle", "wscb/scr-child-k")),
    ):
        ran = lif(*words, "--out", str(tmp_path / out))
        assert 0 == ran.code, ran.err
    assert {"report", "board", "public", "bundle"} == {each.name for each in tmp_path.iterdir()}
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert {".csv", ".html", ".md"} <= {file.suffix for file in files}
    for file in files:
        assert re.fullmatch(r"[\w-]+(\.[\w-]+)*", file.name), file
        text = file.read_text("utf-8-sig")
        if file.suffix == ".csv":
            rows = csv.reader(io.StringIO(text, newline=""))
            assert not [cell for row in rows for cell in row if _is_formula(cell)], file
        elif file.suffix in LIVE:
            assert not LIVE[file.suffix].findall(text), file


def test_no_answer_over_http_obeys_it(store: Path) -> None:
    """Nor has any a header of two lines; what is JSON reads back as it was written."""
    with connect(f"sqlite:{store}", read_only=True, readership=TEXTS) as app:
        client = web.client(http_app(app, web.host))
        for path in (
            f"/history?stream={STREAM}",
            f"/why?stream={STREAM}",
            "/views/accountability",
            "/views/conduct/reviews",
        ):
            answer = client.get(path)

            assert 200 == answer.status_code, answer.text
            assert "nosniff" == answer.headers["X-Content-Type-Options"]
            assert answer.headers["Content-Type"].startswith("application/json")
            assert not STEERING.findall("".join(f"{k}{v}" for k, v in answer.headers.items()))
        assert HOSTILE in _texts(client.get(f"/history?stream={STREAM}").json())
        answer = client.get("/views/conduct/reviews", headers={"Accept": "text/csv"})
        rows = csv.reader(io.StringIO(answer.text, newline=""))
        assert not [cell for row in rows for cell in row if _is_formula(cell)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Ünï 🌱", "Ünï 🌱"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("\x1b[2J\x9b", r"\x1b[2J\x9b"),
        ("a\nb\u2028c", r"a\nb\u2028c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", r"a\u200cb"),
        ("\U000e0041", r"\U000e0041"),
        ("love \u2764\ufe0f, done \u2714\ufe0e", "love \u2764\ufe0f, done \u2714\ufe0e"),
        ("step 1\ufe0f\u20e3", "step 1\ufe0f\u20e3"),
        ("\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468",) * 2,
        ("r\ufe0f-2\ufe0f", r"r\ufe0f-2\ufe0f"),
        ("\ufe0f\u2764\ufe0f\ufe0f", "\\ufe0f\u2764\ufe0f\\ufe0f"),
        ("\U0001f469\u200d \u2764\ufe0f\u200d", "\U0001f469\\u200d \u2764\ufe0f\\u200d"),
        ("\u2764\ufe00", "\u2764\\ufe00"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(text: str, shown: str) -> None:
    """A joiner stays where a script or an emoji needs it, and so does the look of a symbol;
    elsewhere it could hide in a name.
    """
    assert shown == visible(text)


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        (("view",), 'Command "view" parameter NAME requires an argument.'),
        (("nope",), 'Unknown command "nope". Available commands:'),
        (("log", "--nope"), "Unknown option: --nope."),
        (("record", __file__, "--nope"), "is a file, and '--nope' no option"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_an_error_of_the_command_line_is_json_where_json_is_asked_for(
    lif: Lif, words: tuple[str, ...], detail: str
) -> None:
    """On one line, as every other error; without, it is told to people."""
    ran = lif(*words, "--format", "json")
    document = json.loads(ran.err)

    assert (2, "", "urn:lif:problem:usage") == (ran.code, ran.out, document["type"])
    assert detail in document["detail"]


def test_each_line_that_is_left_out_is_json_where_json_is_asked_for(
    lif: Lif, tmp_path: Path
) -> None:
    """A refusal as well as what is malformed, and then the error of the whole."""
    file = tmp_path / "commands.jsonl"
    command = json.loads(lif("new", "CloseReview").out)
    file.write_text(f"{json.dumps({**command, 'review': 'wscb/none'})}\n{{}}\n")
    ran = lif(
        "record",
        str(file),
        "--keep-going",
        "--format",
        "json",
        "--db",
        tmp_path / "n.db",
        "--create",
    )
    first, second, whole = map(json.loads, ran.err.splitlines())

    assert 7 == ran.code
    assert (1, "review.unknown") == (first["line"], first["rule"])
    assert (2, "command") == (second["line"], second["field"])
    assert "2 of 2 lines were left out" == whole["detail"]


def test_a_view_on_a_terminal_begins_with_an_index(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables without rows are named there, and not written; in a pipe all of them are."""
    in_a_pipe = lif("view", "conduct").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    on_a_terminal = lif("view", "conduct").out

    assert "Tables, with their rows: " in on_a_terminal
    assert "reviews 2" in on_a_terminal
    assert "  none" in in_a_pipe
    assert "  none" not in on_a_terminal


def test_what_an_interrupted_bundle_left_is_named_as_that(lif: Lif, tmp_path: Path) -> None:
    """Whoever runs it again is told what the folder is, and that it may go."""
    (tmp_path / ".lif-bundle-1").mkdir()
    ran = lif("bundle", "wscb/scr-child-k", "--out", str(tmp_path))

    assert (5, True) == (ran.code, "a bundle left that was interrupted: remove it" in ran.err)
