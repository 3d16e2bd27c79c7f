"""Every page runs, every link leads somewhere, and the reference is what the code is."""

import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from lif_adapters.cli.main import COMMANDS, EXIT_CODES
from lif_core.framework import packs
from lif_core.log.registry import Registry
from lif_core.rules import RULES
from lif_core.views import PROJECTIONS
from tests import console, python_api, reference

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOTTED = re.compile(r"\blif_(?:core|adapters)(?:\.\w+)+")
SOURCE = re.compile(r"\blif_(?:core|adapters)/[\w/.]+")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


LIVING = [page for page in PAGES if page.parent.name != "decisions"]
RUNNING = [page for page in PAGES if BLOCK.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", RUNNING, ids=name)
def test_the_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """In an empty folder, as a reader would try it; with a database, where it asks for one."""
    monkeypatch.chdir(tmp_path)
    code = "\n".join(BLOCK.findall(page.read_text("utf-8")))
    if "POSTGRES_URL" in code:
        monkeypatch.setenv("POSTGRES_URL", request.getfixturevalue("postgres_url"))

    exec(compile(code, name(page), "exec"), {"__name__": "page"})


@pytest.mark.parametrize(
    "page", [p for p in PAGES if console.CONSOLE.search(p.read_text("utf-8"))], ids=name
)
def test_the_commands_of_the_page_write_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty folder, from top to bottom, in blocks of `console`."""
    monkeypatch.chdir(tmp_path)
    for variable in ("LIF_DB", "LIF_ROLES", "LIF_PACKS", "LIF_ENTERED_BY", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    with monkeypatch.context() as environment:
        console.check(page, environment.setenv)


def test_what_the_pages_and_the_examples_show_is_well_typed(tmp_path: Path) -> None:
    """By `mypy --strict`, as in a program that embeds `lif`."""
    for page in RUNNING:
        code = "\n".join(BLOCK.findall(page.read_text("utf-8")))
        stem = page.stem.lower().replace("-", "_")
        (tmp_path / f"page_{stem}.py").write_text(code, "utf-8")  # not `http`, which there is
    files = sorted([*tmp_path.glob("*.py"), *(ROOT / "examples").rglob("*.py")])
    command = [sys.executable, "-m", "mypy", "--strict", *map(str, files)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert len(RUNNING) <= len(files)
    assert (0, "") == (checked.returncode, checked.stdout.partition("Success")[0])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_page_that_is_there(page: Path) -> None:
    broken = [
        link
        for link in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).resolve().exists()
    ]

    assert [] == broken


@pytest.mark.parametrize("page", LIVING, ids=name)
def test_every_module_that_a_page_names_is_there(page: Path) -> None:
    """Decisions of the past name what there was then."""
    text = page.read_text("utf-8")
    for path in sorted(set(DOTTED.findall(text))):
        resolve_name(path)
    gone = [path for path in set(SOURCE.findall(text)) if not (ROOT / "src" / path).exists()]

    assert [] == gone


def test_the_reference_of_commands_and_events_is_what_the_code_is() -> None:
    """`python -m tests.reference` makes it anew."""
    assert reference.PAGE.read_text("utf-8") == reference.domain()


def test_the_reference_of_tables_is_what_the_views_are() -> None:
    """`python -m tests.reference` makes it anew."""
    assert reference.TABLES.read_text("utf-8") == reference.tables()


def test_the_page_of_corrections_is_what_the_deciders_declare() -> None:
    """`python -m tests.reference` makes what rests on what anew."""
    assert reference.CORRECTIONS.read_text("utf-8") == reference.corrections()


def test_the_page_of_rights_is_made_from_the_packs() -> None:
    """`python -m tests.reference` writes it."""
    assert reference.RIGHTS.read_text("utf-8") == reference.rights()


def test_the_reference_of_events_and_views_is_what_the_views_read() -> None:
    """`python -m tests.reference` makes it anew."""
    assert reference.EVENTS.read_text("utf-8") == reference.events()


def test_the_reference_of_the_python_api_is_what_the_docstrings_say() -> None:
    """`python -m tests.reference` makes it anew."""
    assert python_api.PAGE.read_text("utf-8") == python_api.page()


def test_each_name_of_the_front_door_is_explained_and_so_is_each_of_its_parameters() -> None:
    """A reader who has only the reference knows what everything is."""
    assert [] == list(python_api.undocumented())


def test_every_view_is_explained() -> None:
    """How its figures are worked out."""
    page = (ROOT / "docs" / "reference" / "views.md").read_text("utf-8")

    assert [] == [name for name in PROJECTIONS if f"`{name}`" not in page]


@pytest.mark.parametrize("page", ["docs/reference/cli.md", "src/lif_adapters/cli/view.py"])
def test_every_view_is_named_where_it_is_asked_for(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    assert [] == [name for name in PROJECTIONS if not re.search(rf"\b{name}\b", text)]


def test_every_rule_is_in_the_catalogue_and_no_other() -> None:
    assert sorted(reference.rules()) == sorted(RULES)


def test_the_reference_of_rules_is_what_the_catalogue_says() -> None:
    """`python -m tests.reference` makes it anew."""
    assert reference.RULES_PAGE.read_text("utf-8") == reference.rules_page()


def test_every_rule_has_a_test_that_names_it() -> None:
    """A rule that no test sees refused is a rule nobody knows to work."""
    tests = "\n".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))

    assert [] == sorted(rule for rule in reference.rules() if f'"{rule}"' not in tests)


def test_every_command_of_the_command_line_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    commands = list(COMMANDS)

    assert commands
    assert [] == [command for command in commands if f"`lif {command}" not in page]


def test_every_exit_code_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}

    assert {0, 1, 2, *(code for _, code, _ in EXIT_CODES)} == listed


def test_every_word_of_our_own_is_used_where_the_glossary_says() -> None:
    page = (ROOT / "docs" / "explanation" / "glossary.md").read_text("utf-8")
    _, words = page.split("## Words of our own")
    uses = [
        use
        for *_, used in re.findall(r"^\| (.+) \| (.+) \| (`.+) \|$", words, re.MULTILINE)
        for use in re.findall(r"`([^`]+)`", used)
    ]

    assert len(uses) >= words.count("\n|") - 2
    for use in uses:
        if use.startswith("lif "):
            assert use.split()[1] in COMMANDS
        else:
            owner, _, member = use.rpartition(".")
            thing = resolve_name(f"lif_core.{owner or member}")
            assert not owner or hasattr(thing, member) or member in thing.__annotations__


def test_the_changelog_names_what_there_is() -> None:
    changelog = (ROOT / "docs" / "changelog.md").read_text("utf-8")

    for word in (*Registry().categories, *packs()):
        assert f"`{word}`" in changelog


def test_each_decision_record_has_its_own_number() -> None:
    """And bears it in its title, so that who cites one finds it."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]
    titles = [path.read_text("utf-8").partition(".")[0] for path in records]

    assert [*range(1, len(records) + 1)] == numbers
    assert [f"# {number}" for number in numbers] == titles
