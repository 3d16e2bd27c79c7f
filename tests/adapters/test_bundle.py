"""`lif bundle`: everything about one case, nothing of another, and nothing the reader may not see.

Each text of the histories here that may tell about a person is a token of its own entry, so that
it is known of any token in a file what it was taken from.
"""

import csv
import io
import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
import pytest
from msgspec.structs import replace

from lif_adapters.bundle import bundle_of, files_of, write
from lif_adapters.bundle.page import EntryText, Grid, NamedValues, Page
from lif_adapters.bundle.page import page_of as bundle_page
from lif_adapters.bundle.redaction import Redaction
from lif_adapters.cli.demo import record_demo
from lif_adapters.cli.main import run
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.decisions.corrections import (
    AmendEntry,
    EntryAmended,
    EntryVoided,
    Replacement,
    VoidEntry,
)
from lif_core.decisions.messages import UnknownEvent, evolved
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.queries.readership import EVERY_STREAM, PERSONAL_TEXTS, Readership, Roles
from lif_core.testing.history import append, everything
from lif_core.testing.records import records_of
from lif_core.values.fields import Names, marks_of
from lif_core.values.refs import category_of, ref_of
from tests.canaries import marked, token, with_canaries
from tests.core.log.test_unknown_events import KNOWN, application, paused
from tests.core.queries.test_case import AUDIT, HERE, THERE, TWO_CASES, corrected, looked
from tests.html_page import page_of
from tests.logs import reader
from tests.people import CHAIR, MANAGER, TEXTS, day

REVIEW = "review-wscb/scr-child-k"
END = day("2019-06-30")
WHOLE = Roles(("child-death-panel", EVERY_STREAM, PERSONAL_TEXTS))
WITHOUT_PEOPLE = Roles(("child-death-panel", EVERY_STREAM))
REGISTRY = Registry()
HOSTILE = "</title><script>alert('x')</script><img src=http://evil.example/ onerror=x>|*_`[a](b)"
UNSHARED = ("body", "ledger", "edition", "membership")


@cache
def shared_streams() -> tuple[str, ...]:
    """Return the streams that entries of any other may name."""
    streams = {record.stream for record in everything().records}
    return tuple(sorted(name for name in streams if category_of(name) not in UNSHARED))


def entangled(record: Record, chance: random.Random) -> Record:
    """Return *record* with some of the streams that it names exchanged for others, or added to."""
    decider, changes = REGISTRY.decider(record.event), dict[str, Any]()
    if decider is None:
        return record
    cls: Any = type(record.event)
    for field in attrs.fields(cls):
        if field.name in (decider.subject, "by"):
            continue
        for path, mark in marks_of(field.type):
            if not isinstance(mark, Names) or path not in ("", "[]"):
                continue
            streams = [name for name in shared_streams() if name.startswith(mark.category)]
            if not streams:  # such as bodies
                continue
            stream = chance.choice(streams)
            name = ref_of(stream) if mark.category else stream
            value = getattr(record.event, field.name)
            if value is not None and chance.random() < 0.15 and name not in value:
                also = (name,) if chance.random() < 0.5 else (*value, name)
                changes[field.name] = also if path else name
    return replace(record, event=evolved(record.event, **changes)) if changes else record


def app_of(records: Any, readership: Readership = WHOLE) -> Application:
    """Return an application on a log of *records*, each with its token."""
    recorder, lived = MemoryRecorder(), everything().application
    append(recorder, LifMapper(), [marked(record) for record in records])
    return Application(
        recorder, clock=lived.clock, frameworks=lived.frameworks, readership=readership
    )


def written(app: Application, review: str = REVIEW, **times: Any) -> Mapping[str, str]:
    """Return the files of a bundle, in memory."""
    files = files_of(bundle_of(app, review, **times))
    return {name: content.decode() for name, content in files}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of a store of the worked history."""
    url = f"sqlite:{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    with connect(url, readership=TEXTS) as app:
        record_demo(app)
    return url


@pytest.fixture(scope="module")
def tokens(demo: str) -> Application:
    """Return the worked history with tokens, for a reader who may see all of it."""
    with connect(demo, readership=TEXTS) as app:
        return app_of(list(app.history()))


# Nothing of another case


@pytest.mark.parametrize(
    ("seed", "review"), [(6, "review-wscb/table-0"), (7, "review-wsab/sar-0")]
)
def test_nothing_of_another_case_is_in_any_file(seed: int, review: str) -> None:
    """Of all aggregates, at once, with links across; and all that is of the case is there."""
    chance = random.Random(seed)
    app = app_of(entangled(record, chance) for record in everything().records)
    case, files = app.case(review), written(app, review)
    left_out = {record.position for record in case.left_out}
    others = [
        token(record.position)
        for record in app.history()
        if record.stream in case.others or record.position in left_out
    ]
    names = {*case.others, *map(ref_of, case.others)} - {*map(ref_of, case.streams)}
    whole = re.compile(rf"(?<![\w/-])({'|'.join(map(re.escape, sorted(names)))})(?![\w/-])")

    assert case.shared
    assert left_out
    assert len(others) > 100
    for name, text in files.items():
        assert [] == [each for each in others if each in text], name
        assert [] == whole.findall(text), name
    shown = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    assert [entry.record.position for entry in case.entries] == [e["position"] for e in shown]
    assert all(token(entry["position"]) in json.dumps(entry) for entry in shown)


def test_the_other_case_of_a_lesson_is_left_out_and_that_is_said(tokens: Application) -> None:
    files = written(tokens, valid=END)
    redactions = json.loads(files["redactions.json"])

    assert [] == [name for name, text in files.items() if "ttr-family-m" in text]
    assert [
        {"position": 130, "stream": "lesson-wscb/before-birth", "entry": 4, "why": "another case"},
        {"position": 131, "stream": "lesson-wscb/before-birth", "entry": 5, "why": "another case"},
    ] == redactions["entries_left_out"]
    assert {"table": "lessons.tellings", "why": "another case", "rows": 1} in redactions[
        "rows_left_out"
    ]


def test_the_row_of_an_entry_that_is_left_out_is_left_out_with_it() -> None:
    void = corrected(EntryVoided, AUDIT, 3)
    app = reader(records_of((*TWO_CASES, looked("wscb/r-1"), looked("wscb/r-2"), void)), WHOLE)
    here = {name: content.decode() for name, content in files_of(bundle_of(app, HERE))}
    there = {name: content.decode() for name, content in files_of(bundle_of(app, THERE))}
    (row,) = json.loads(there["views/corrections.json"])["tables"]["corrections"]

    assert (AUDIT, 4, 3) == (row["stream"], row["entry"], row["corrects"])
    assert "views/corrections.json" not in here
    assert {"table": "corrections.corrections", "why": "another case", "rows": 1} in json.loads(
        here["redactions.json"]
    )["rows_left_out"]


# Nothing that the reader may not see


@pytest.mark.parametrize("roles", [(), ("wscb",), (EVERY_STREAM, "child-death-panel")])
def test_without_the_role_no_text_about_a_person_is_in_any_file(
    tokens: Application, roles: tuple[str, ...]
) -> None:
    files = written(tokens.for_reader(Roles(roles)), valid=END)
    fields = json.loads(files["redactions.json"])["fields"]

    assert [] == [name for name, text in files.items() if "zugzwang" in text]
    assert {"field": "HoldDecided.reasons", "why": "personal text", "times": 1} in fields
    assert {"field": "CaseNotified.by.person", "why": "personal text", "times": 1} in fields
    assert "stored_sha256" not in files["entries.jsonl"]


def test_no_text_about_a_person_is_shown_of_any_aggregate() -> None:
    app = app_of(everything().records, WITHOUT_PEOPLE)
    for review in ("review-wscb/scr-0", "review-wscb/cdr-1-0"):
        files = written(app, review)

        assert [] == [name for name, text in files.items() if "zugzwang" in text]


def test_what_an_amendment_says_of_a_person_is_redacted_as_the_entry_is() -> None:
    amended = Replacement(looked("wscb/r-1", note="zugzwang, again"))
    amendment = corrected(EntryAmended, AUDIT, 2, replacement=amended)
    app = reader(records_of((*TWO_CASES, looked("wscb/r-1"), amendment)), WITHOUT_PEOPLE)
    files = {name: content.decode() for name, content in files_of(bundle_of(app, HERE))}

    assert [] == [name for name, text in files.items() if "zugzwang" in text]
    assert '"in_effect"' in files["entries.jsonl"]


def test_of_an_entry_that_is_not_known_here_all_is_redacted() -> None:
    """But when, in which role and for which body, as `lif log` does."""
    app = app_of(everything().records)
    case = app.case("review-wscb/scr-0")
    redaction = Redaction(case, app.mapper, personal=False)
    meeting = {"meeting": "2018-01", "extra": "Child K was named"}
    by = {"person": "A. Chair", "role": "chair", "body": "wscb", "nick": "Al"}
    fields = {
        "by": {**by, "deliberation": meeting},
        "on": "2018-01-01",
        "child": "Child K",
        "age": 4,
    }
    event = UnknownEvent(by=CHAIR, on=END, topic="HoldPaused.v1", fields=fields)

    assert {
        "by": {
            "person": "[redacted]",
            "role": "chair",
            "body": "wscb",
            "nick": "[redacted]",
            "deliberation": "[redacted]",
        },
        "on": "2018-01-01",
        "child": "[redacted]",
        "age": "[redacted]",
    } == redaction.event(event)


def test_an_entry_that_is_not_known_here_counts_for_nothing_and_says_so() -> None:
    app = paused(application(*KNOWN)).for_reader(Roles(()))
    *_, last = written(app, HERE, valid=END)["entries.jsonl"].splitlines()
    entry = json.loads(last)

    assert (False, "of a kind that is not known here") == (entry["counts"], entry["why"])
    assert "[redacted]" == entry["event"]["response"]


def test_with_the_role_every_text_is_there_and_none_is_redacted(tokens: Application) -> None:
    files = written(tokens, valid=END)
    entries = [json.loads(line) for line in files["entries.jsonl"].splitlines()]

    assert all(token(entry["position"]) in json.dumps(entry) for entry in entries)
    assert {"another case"} >= {
        field["why"] for field in json.loads(files["redactions.json"])["fields"]
    }
    assert "It holds texts that may tell about a person." in files["case.html"]


# It can be checked


def test_each_file_has_its_digest(demo: str, tmp_path: Path) -> None:
    with connect(demo, readership=TEXTS) as app:
        write(tmp_path / "out", files_of(bundle_of(app, REVIEW, valid=END)))
    names = {
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    lines = (tmp_path / "out" / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {line[66:]: line[:64] for line in lines}

    assert names - {"SHA256SUMS"} == set(sums)
    for name, digest in sums.items():
        assert digest == sha256((tmp_path / "out" / name).read_bytes()).hexdigest()
    if shutil.which("sha256sum"):
        check = ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"]
        assert 0 == subprocess.run(check, cwd=tmp_path / "out", check=False).returncode


def test_an_entry_that_is_shown_whole_has_the_digest_of_its_stored_bytes(demo: str) -> None:
    with connect(demo, readership=Roles((EVERY_STREAM, PERSONAL_TEXTS))) as app:
        lines = written(app, valid=END)["entries.jsonl"].splitlines()
        rows = {row[0]: row for row in app.recorder.rows(after=0, limit=1000)}
    entries = [json.loads(line) for line in lines]
    whole = [entry for entry in entries if "redacted" not in entry]

    assert len(whole) > 100
    for entry in whole:
        assert sha256(rows[entry["position"]][4]).hexdigest() == entry["stored_sha256"]
    assert all("stored_sha256" not in entry for entry in entries if "redacted" in entry)


def test_the_same_store_and_times_give_the_same_bytes(demo: str, tmp_path: Path) -> None:
    """Also where more is on record by then, at the time that the first one was made at."""
    with connect(f"sqlite:{tmp_path / 'copy.db'}", readership=TEXTS) as app:
        record_demo(app)
        first = written(app, valid=END)
        assert first == written(app, valid=END)
        known = bundle_of(app, REVIEW, valid=END).known
        void = VoidEntry(by=MANAGER, on=END, stream=REVIEW, entry=12, reasons="Of another family")
        app.handle(void)
        again = written(app, valid=END, known=datetime.fromisoformat(known))
        since = written(app, valid=END)

    assert f"--known {known}" in first["case.html"]
    assert first == again
    assert first["entries.jsonl"] != since["entries.jsonl"]


# What corrections did


def test_a_void_entry_is_there_and_says_so(tmp_path: Path) -> None:
    with connect(f"sqlite:{tmp_path / 'lif.db'}", readership=TEXTS) as app:
        record_demo(app)
        void = VoidEntry(by=MANAGER, on=END, stream=REVIEW, entry=12, reasons="Of another family")
        (correction,) = app.handle(void)
        files = written(app, valid=END)
    by = correction.stream_position
    entries = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    (entry,) = (each for each in entries if each["stream"] == REVIEW and each["entry"] == 12)

    assert (False, f"voided by entry {by}") == (entry["counts"], entry["why"])
    assert [by] == entry["corrected_by"]
    page = page_of(files["case.html"])
    (item,) = (node for node in page.every("li") if node.attributes.get("class") == "void")
    assert f"Counts for nothing: voided by entry {by}." in item.text
    assert f"Counts for nothing: voided by entry {by}" in files["case.md"]


def test_an_amended_entry_says_what_it_said_and_what_it_says_now(tmp_path: Path) -> None:
    with connect(f"sqlite:{tmp_path / 'lif.db'}", readership=WHOLE) as app:
        record_demo(app)
        told = next(r for r in app.history(REVIEW) if r.stream_position == 8)
        replacement = Replacement(evolved(told.event, invited=60))
        amend = AmendEntry(
            by=MANAGER, on=END, stream=REVIEW, entry=8, replacement=replacement, reasons="Mistyped"
        )
        (correction,) = app.handle(amend)
        files = written(app, valid=END)
    entries = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    (entry,) = (each for each in entries if each["stream"] == REVIEW and each["entry"] == 8)

    assert (6, 60) == (entry["event"]["invited"], entry["in_effect"]["invited"])
    by = correction.stream_position
    assert (True, [by]) == (entry["counts"], entry["corrected_by"])
    assert f"Amended by entry {by}: what it says now stands below." in files["case.html"]
    assert "Now, invited: 60" in files["case.md"]


# The rows of views


def test_a_row_is_there_as_json_and_as_csv(demo: str) -> None:
    with connect(demo, readership=TEXTS) as app:
        files = written(app, valid=END)
    view = json.loads(files["views/accountability.json"])
    rows = list(csv.DictReader(io.StringIO(files["views/accountability.clocks.csv"])))

    assert ("accountability", "2019-06-30") == (view["view"], view["valid"])
    assert {"wscb/scr-child-k"} == {row["review"] for row in view["tables"]["clocks"]}
    assert [row["due"] or "" for row in view["tables"]["clocks"]] == [row["due"] for row in rows]
    assert "bodies" not in view["tables"]  # figures of all cases together


def test_bodies_that_are_named_are_listed_by_name(demo: str) -> None:
    with connect(demo, readership=TEXTS) as app:
        bodies = json.loads(written(app, valid=END)["bodies.json"])

    names = {body["body"]: body["name"] for body in bodies}
    assert "Wolverhampton Safeguarding Children Board" == names["wscb"]
    assert None not in names.values()


# The page


def texts_of(page: Page) -> Iterator[str]:
    """Yield every text of the *page* that a reader sees."""
    for section in page.sections:
        yield section.title
        for block in section.blocks:
            match block:
                case EntryText(heading=heading, marks=marks, pairs=pairs):
                    yield from (heading, *marks, *(text for pair in pairs for text in pair))
                case NamedValues(pairs=pairs):
                    yield from (text for pair in pairs for text in pair)
                case Grid(caption=caption, columns=columns, rows=rows):
                    yield from (caption, *columns, *(text for row in rows for text in row))


def test_html_and_markdown_say_the_same(demo: str) -> None:
    with connect(demo, readership=WHOLE) as app:
        bundle = bundle_of(app, REVIEW, valid=END)
    files = {name: content.decode() for name, content in files_of(bundle)}
    page, markdown = page_of(files["case.html"]).text, files["case.md"].replace("\\", "")
    texts = {" ".join(text.split()) for text in texts_of(bundle_page(bundle))}

    assert len(texts) > 500
    assert [] == [text for text in texts if text not in page]
    assert [] == [text for text in texts if text not in markdown]


def test_a_hostile_text_does_nothing(demo: str) -> None:
    with connect(demo, readership=TEXTS) as app:
        records = [
            replace(record, event=with_canaries(record.event, HOSTILE)) for record in app.history()
        ]
    recorder = MemoryRecorder()
    append(recorder, LifMapper(), records)
    app = Application(recorder, clock=everything().application.clock, readership=WHOLE)
    files = written(app, valid=END)
    page = page_of(files["case.html"])

    assert HOSTILE in page.text
    assert [] == [node.tag for node in page.every("script", "img", "link", "iframe")]
    assert "<script" not in files["case.md"].replace("\\<", "")


# The command


def lif(*args: str | Path) -> int:
    return run([*map(str, args)])


def test_the_command_writes_a_new_folder(
    demo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ("bundle", "wscb/scr-child-k", "--db", demo, "--out", out, "--valid", "2019-06-30")
    assert 0 == lif(*asked)
    said = capsys.readouterr().out
    assert 5 == lif(*asked)
    refused = capsys.readouterr().err
    assert 0 == lif(*asked[:-3], tmp_path / "again", *asked[-2:], "--format", "json")
    answer = json.loads(capsys.readouterr().out)

    assert f"{out / 'case.html'}\n" in said
    assert "fields redacted: redactions.json says which, and why." in said
    assert "holds SHA256SUMS; name a new folder, or an empty one" in refused
    assert {"files", "valid", "known"} == set(answer)
    assert not list(out.glob(".lif-bundle-*"))


@pytest.mark.parametrize(
    ("args", "code"),
    [(("wscb/nothing",), 3), (("wscb/scr-child-k", "--valid", "yesterday"), 5)],
)
def test_what_is_refused_writes_nothing(
    demo: str, tmp_path: Path, args: tuple[str, ...], code: int
) -> None:
    assert code == lif("bundle", *args, "--db", demo, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "case.html", b"a page"
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write(tmp_path / "out", failing())
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    with pytest.raises(MalformedError, match="is a file"):
        write(tmp_path / "out", ())
