"""The plugin of the kit, as a suite of a host sees it: found by itself, quiet if not used."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src"
METADATA = "Metadata-Version: 2.1\nName: lif-trial\nVersion: 1\n"
ENTRY = "[pytest11]\nlif = lif_core.testing.pytest_plugin\n"
SUITE = """
from datetime import UTC, datetime

from lif_core import Authority
from lif_core.aggregates import review
from lif_core.aggregates.review import OpenReview, ReviewOpened

CHAIR = Authority(person="A. Chair", role="independent chair", body="wscb")


def opened(lif_clock, title="A look"):
    return OpenReview(
        by=CHAIR, on=lif_clock.now.date(), review="wscb/1", kind="lga-peer", title=title
    )


def test_an_application(lif_application, lif_clock):
    (record,) = lif_application.handle(opened(lif_clock))
    assert record.recorded_at == datetime(2018, 1, 2, 9, tzinfo=UTC)
    lif_clock.pass_time(days=30)
    assert lif_application.clock().month == 2


def test_a_scenario(lif_scenario, lif_clock):
    command = opened(lif_clock)
    assert lif_scenario(review.decider).records(command) == (ReviewOpened.of(command),)
    assert lif_scenario(review.decider, ReviewOpened.of(command)).records(command) == ()


def test_a_difference(lif_application, lif_clock):
    records = lif_application.handle(opened(lif_clock))
    other = ReviewOpened.of(opened(lif_clock, "Another look"))
    assert [record.event for record in records] == [other, other]
"""
UNRELATED = """
import sys


def test_nothing_is_loaded():
    loaded = {name for name in sys.modules if name.startswith("lif_")}
    assert loaded == {"lif_core", "lif_core.testing", "lif_core.testing.pytest_plugin"}
    assert [1, 2] == [1, 2]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder of tests, beside what an installed `lif` says of itself."""
    metadata = tmp_path / "site" / "lif_trial-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(METADATA)
    (metadata / "entry_points.txt").write_text(ENTRY)
    (tmp_path / "tests").mkdir()
    return tmp_path


def run(suite: Path, text: str, *options: str) -> str:
    """Run a suite of one file in a process of its own; return its output."""
    (suite / "tests" / "test_suite.py").write_text(text)
    found_by = (
        "import sys; from importlib.metadata import entry_points;"
        "assert any(e.value == 'lif_core.testing.pytest_plugin'"
        " for e in entry_points(group='pytest11'));"
        "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    blocked = [f"-p no:{name}" for name in ("cacheprovider", "hypothesispytest", "xdist", "cov")]
    ran = subprocess.run(
        [sys.executable, "-c", found_by, "-q", *" ".join(blocked).split(), *options, "tests"],
        cwd=suite,
        env={
            "PYTHONPATH": f"{suite / 'site'}:{SOURCE}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.stdout + ran.stderr


def test_a_suite_finds_its_fixtures_and_reads_its_differences(suite: Path) -> None:
    """By the entry point, without a line in its own configuration."""
    output = run(suite, SUITE)

    assert "1 failed, 2 passed" in output, output
    assert "1 of ReviewOpened == 2 of ReviewOpened" in output
    assert "[0] ReviewOpened.title: 'A look' != 'Another look'" in output
    assert "[1] only on the right: ReviewOpened(" in output


def test_a_suite_that_does_not_use_it_loads_nothing_of_it(suite: Path) -> None:
    """It is installed beside other suites, whose start it must not slow."""
    assert "1 passed" in run(suite, UNRELATED)


def test_the_entry_point_is_declared() -> None:
    text = (SOURCE.parent / "pyproject.toml").read_text("utf-8")

    assert '[project.entry-points.pytest11]\nlif = "lif_core.testing.pytest_plugin"' in text
