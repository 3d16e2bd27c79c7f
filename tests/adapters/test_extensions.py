"""An extension that is installed is seen by everything; without it, its log can still be read."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from ward_visits import extension, visit
from ward_visits.view import ward_visits

from lif_adapters import extensions
from lif_adapters.cli.main import run
from lif_adapters.wiring import connect
from lif_core.aggregates import DECIDERS
from lif_core.catalogue import DomainCatalogue, Extension, registry_of
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.decider import Decider
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import load
from lif_core.log.memory import MemoryRecorder
from lif_core.policies.policy import Policy
from lif_core.projection.projection import Projection
from lif_core.rules import FAMILIES, Rule
from lif_core.testing.strategies import World, commands
from lif_core.values.authority import Authority
from lif_core.views import PROJECTIONS
from tests import reference
from tests.people import TEXTS

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "examples" / "ward_visits"

LEAD = Authority(person="Q. Lead", role="committee chair", body="sah/quality")
PLANNED = visit.PlanWardVisit(
    by=LEAD,
    on=date(2024, 5, 1),
    visit="sah/visit-1",
    ward="sah/wards",
    by_day=date(2024, 6, 1),
)
MADE = visit.MakeWardVisit(
    by=LEAD,
    on=date(2024, 6, 11),
    visit="sah/visit-1",
    seen="The door alarm was off.",
    concern="Check the door alarms each night.",
)
STREAM = "ward_visit-sah/visit-1"
NOW = datetime(2024, 7, 1, tzinfo=UTC)
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with the metadata that an installer writes."""
    folder = tmp_path / "site"
    metadata = folder / "lif_ward_visits-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: lif-ward-visits\nVersion: 1\n"
    )
    project = (PACKAGE / "pyproject.toml").read_text("utf-8")
    points = project.partition('[project.entry-points."lif.extensions"]\n')[2]
    (metadata / "entry_points.txt").write_text(f"[lif.extensions]\n{points.replace(chr(34), '')}")
    (folder / "ward_visits").symlink_to(PACKAGE / "ward_visits")
    return folder


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the package is installed."""
    monkeypatch.syspath_prepend(str(site))
    for each in (extensions.installed, extensions.catalogue):
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in (extensions.installed, extensions.catalogue):
        each.cache_clear()


def changed(command: Command, **changes: Any) -> Command:
    fields: dict[str, Any] = attrs.asdict(command, recurse=False)  # type: ignore[arg-type]
    return type(command)(**{**fields, **changes})


def application() -> Application:
    return Application(
        MemoryRecorder(), clock=lambda: NOW, extensions=(extension,), readership=TEXTS
    )


def lines(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    assert 0 == run(args), capsys.readouterr().err
    written = capsys.readouterr().out
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        return [json.loads(line) for line in written.splitlines()]


def test_an_application_decides_views_and_follows_what_an_extension_defines() -> None:
    """Its rights are in its pack, its links in `provenance`, and its policy follows."""
    app = application()
    app.handle_all([PLANNED, MADE])

    view = app.view(ward_visits, valid=date(2024, 6, 10))
    assert [(9, None)] == [(row.days_waiting, row.made) for row in view.visits]
    assert ["ChallengeRaised"] == [type(each.event).__name__ for each in app.follow().records]
    links = app.view(app.catalogue.projections["provenance"]).links
    assert [(STREAM, "challenge-sah/visit-1-concern")] == [(e.earlier, e.later) for e in links]
    assert {STREAM} == {
        record.stream for record in app.why("challenge-sah/visit-1-concern").rests_on
    }
    with pytest.raises(RefusedError, match=r"ward-visit\.made-already"):
        app.handle(changed(MADE, seen="Nothing"))
    wards = msgspec.structs.replace(LEAD, body="sah/wards")
    with pytest.raises(RefusedError, match=r"authority\.not-entitled"):
        app.handle(changed(PLANNED, visit="sah/visit-2", by=wards))


def test_what_derives_from_an_application_sees_the_extension_too() -> None:
    app = application()
    app.handle(PLANNED)

    assert ward_visits is app.under(app.frameworks).catalogue.projections["ward-visits"]
    assert app.view(ward_visits) == app.under(app.frameworks).view(ward_visits)


def test_an_installed_extension_is_found_by_its_entry_point(
    installed: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By `connect`, and by each command of the command line."""
    store = str(tmp_path / "board.db")
    file = tmp_path / "visits.jsonl"
    with connect("memory:", readership=TEXTS) as app:
        assert ("ward-visits",) == tuple(each.name for each in app.catalogue.extensions)
        file.write_bytes(
            b"".join(
                b'{"command":"%b",%b\n'
                % (type(each).__name__.encode(), app.mapper.registry.encode(each)[1:])
                for each in (PLANNED, MADE)
            )
        )
    schema = lines(capsys, "commands", "PlanWardVisit")
    jsonschema.validate(json.loads(file.read_text("utf-8").splitlines()[0]), schema)
    defined = lines(capsys, "extensions", "--format", "json")
    assert {"category", "command", "event", "view", "rule", "pack", "policy"} == {
        row["defines"] for row in defined
    }
    assert "MakeWardVisit" in {
        row["command"] for row in lines(capsys, "commands", "--format", "json")
    }
    assert "st-aldhelm" in {
        row["name"] for row in lines(capsys, "framework", "list", "--format", "json")
    }
    recorded = lines(capsys, "record", str(file), "--create", "--db", store, "--format", "json")
    assert ["WardVisitPlanned.v1", "WardVisitMade.v1"] == [row["name"] for row in recorded]
    (challenge,) = [lines(capsys, "follow", "--db", store, "--format", "json")]
    assert "ChallengeRaised.v1" == challenge["name"]
    view = lines(capsys, "view", "ward-visits", "--db", store, "--format", "json")
    assert 1 == view["concerns"]
    saved = {row["view"] for row in lines(capsys, "save", "--db", store, "--format", "json")}
    assert {"ward-visits", "provenance"} <= saved
    changed = lines(
        capsys, "diff", "ward-visits", "--valid", "2024-05-31", "--to-valid", "2024-06-30",
        "--db", store, "--format", "json",
    )  # fmt: skip
    assert changed["changes"]
    why = lines(capsys, "why", STREAM, "--db", store, "--format", "json")
    assert ["ChallengeRaised.v1"] == [row["name"] for row in why["rested_on_by"]]
    lines(capsys, "report", "--db", store, "--out", str(tmp_path / "out"), "--format", "json")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "What extensions add" in page
    table = (tmp_path / "out" / "tables" / "ward-visits.visits.csv").read_text("utf-8")
    assert "sah/visit-1" in table
    assert STREAM in (tmp_path / "out" / "entries.csv").read_text("utf-8")


def test_without_the_extension_its_log_is_listed_and_viewed_and_told_so(
    installed: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In a process that has never heard of it; deciding in the stream is refused."""
    store = str(tmp_path / "board.db")
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        app.handle_all([PLANNED, MADE])
        app.follow()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    def lif(*args: str) -> subprocess.CompletedProcess[str]:
        command = [*LIF, *args, "--db", store]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path
        )

    log = lif("log", "--format", "json")
    assert 0 == log.returncode
    rows = [json.loads(line) for line in log.stdout.splitlines()]
    assert ["WardVisitPlanned.v1", "WardVisitMade.v1", "ChallengeRaised.v1"] == [
        row["name"] for row in rows
    ]
    assert "sah/wards" == rows[0]["event"]["ward"]
    assert 1 == log.stderr.count("WardVisitPlanned.v1 is not known here: install the extension")
    for args in (
        ["view", "provenance"],
        ["show", STREAM],
        ["why", STREAM],
        ["report", "--out", "r"],
    ):
        assert 0 == lif(*args).returncode, args
    with connect(f"sqlite:{store}", extensions=(), readership=TEXTS) as app:
        void = VoidEntry(by=LEAD, on=date(2024, 6, 12), stream=STREAM, entry=2, reasons="No")
        with pytest.raises(RefusedError, match=r"stream\.unknown-category"):
            app.handle(void)


def test_help_looks_for_no_extension(site: Path) -> None:
    """Looking for what is installed takes longer than help may."""
    code = (
        "import sys; from lif_adapters.cli.main import run; run(['--help']);"
        "assert not {'ward_visits', 'importlib.metadata', 'lif_core.catalogue'} & {*sys.modules}"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{site}"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )

    assert (0, "") == (ran.returncode, ran.stderr)


@pytest.mark.parametrize(
    "value", ["ward_visits:nothing", "no_such_package:extension", "json:loads"]
)
def test_an_extension_that_cannot_be_loaded_is_told_by_its_package(
    site: Path, installed: None, value: str
) -> None:
    points = site / "lif_ward_visits-1.0.dist-info" / "entry_points.txt"
    points.write_text(f"[lif.extensions]\nward-visits = {value}\n")

    with pytest.raises(MalformedError, match="lif-ward-visits"):
        connect("memory:", readership=TEXTS)


def twin(**changes: Any) -> Extension:
    return Extension(name="twin", **changes)


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (
            twin(deciders=(visit.decider,)),
            "category 'ward_visit' is defined by ward-visits and by",
        ),
        (twin(projections=(ward_visits,)), "view 'ward-visits' is defined by ward-visits"),
        (twin(projections=(PROJECTIONS["training"],)), "view 'training' is defined by lif"),
        (twin(deciders=DECIDERS[:1]), "category 'body' is defined by lif and by twin"),
        (twin(rules=(visit.RULES[0],)), "rule 'ward-visit.unknown' is defined by"),
        (twin(packs=extension.packs), "pack 'st-aldhelm' is defined by ward-visits and by twin"),
        (twin(packs=load().packs[:1]), "is defined by lif and by twin"),
        (twin(policies=extension.policies), "policy 'challenge-what-a-visit-found' is defined"),
        (extension, "extension 'ward-visits' is defined by ward-visits and by ward-visits"),
    ],
)
def test_two_definitions_of_one_name_are_refused(other: Extension, problem: str) -> None:
    """The error says which two, so that somebody can say which is to go."""
    with pytest.raises(MalformedError) as caught:
        Application(
            MemoryRecorder(), clock=lambda: NOW, extensions=(extension, other), readership=TEXTS
        )

    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rules": (Rule(code="review.mine", wrong="No.", remedy="Do."),)}, "begins as rules of"),
        ({"aliases": {"Old": "ReviewOpened"}}, "no event of its own: ReviewOpened"),
        ({"upcasters": {"Gone": ()}}, "no event of its own: Gone"),
        ({"projections": (attrs.evolve(ward_visits, name="Ward visits"),)}, "is no name"),
    ],
)
def test_a_definition_that_could_not_hold_is_refused(
    changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(MalformedError, match=problem):
        twin(**changes)


def test_the_families_of_rules_are_those_of_the_rules_there_are() -> None:
    """So that an extension never takes a word that `lif` has."""
    assert {rule.partition(".")[0] for rule in reference.rules()} == set(FAMILIES)


def test_every_rule_of_the_example_is_listed_by_it() -> None:
    source = (PACKAGE / "ward_visits" / "visit.py").read_text("utf-8")

    assert all(source.count(f'"{rule.code}"') > 1 for rule in extension.rules)


def test_without_an_edition_no_view_of_all_aggregates_can_be_saved() -> None:
    """Nothing would tell that what is saved is of an older extension."""
    for edition, saves in (("1", True), ("", False)):
        changed = attrs.evolve(extension, edition=edition)
        views = DomainCatalogue((changed,), registry_of((changed,))).projections
        assert saves == bool(views["decisions"].edition)
        assert views["training"] is PROJECTIONS["training"]


def test_a_catalogue_without_extensions_is_what_lif_ships() -> None:
    catalogue = DomainCatalogue((), registry_of(()))

    assert dict(PROJECTIONS) == dict(catalogue.projections)
    assert isinstance(catalogue.projections["training"], Projection)
    assert all(isinstance(policy, Policy) for policy in catalogue.policies)
    assert isinstance(extension.deciders[0], Decider)


@settings(max_examples=10)
@given(command=commands(World(registry=registry_of((extension,))), visit.PlanWardVisit))
def test_strategies_know_what_an_extension_defines(command: visit.PlanWardVisit) -> None:
    assert command.visit
