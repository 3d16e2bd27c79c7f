"""Starting is measured of several programs, in turn, and only where it works."""

import json
import subprocess
from pathlib import Path

import pytest

import lif_adapters
from lif_adapters.wiring import connect
from tests.benchmarks import startup, versus


def test_sides_take_turns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is turned round every time, and each is found by its folder."""
    asked: list[str] = []

    def seconds(code: str, path: str, _: str) -> float:
        asked.append(path)
        return 0.1 if code == "pass" else {"old": 0.5, "new": 0.2}[path]

    monkeypatch.setattr(startup, "seconds", seconds)
    monkeypatch.setattr(startup, "recorded", lambda *_: "lif.db")
    startup.main(["--side", "before=old", "--side", "after=new", "--rounds", "2"])
    lines = capsys.readouterr().out.splitlines()

    works = len(startup.works(""))
    rounds = ["old", "new"] * works, ["new", "old"] * works
    (help_row,) = (line for line in lines if line.startswith("| lif --help"))
    assert [*rounds[0], *rounds[1], *rounds[0]] == asked  # the first is for compiling
    assert ["lif --help", "500", "200", "0.40", "0.25"] == [
        cell.strip() for cell in help_row.strip("|").split("|")
    ]
    assert "lif --help takes 1.00 of an empty app: --help" in lines


def test_the_log_that_is_listed_has_its_entries(tmp_path: Path) -> None:
    """A listing of nothing would be fast."""
    store = startup.recorded(str(tmp_path), str(Path(lif_adapters.__file__).parents[1]))

    with connect(f"sqlite:{store}", create=False) as app:
        assert startup.ENTRIES == len(list(app.history()))


def test_what_does_not_start_is_not_measured(tmp_path: Path) -> None:
    """A program that fails at once would look fast."""
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")

    with pytest.raises(subprocess.CalledProcessError):
        startup.seconds("import broken", str(tmp_path), str(tmp_path))

    assert startup.seconds("pass", "", str(tmp_path)) > 0


def test_two_programs_stand_in_one_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And where a view is another one, that is said."""
    for name, seconds, digest in (("before", 2.0, "a"), ("after", 0.5, "b")):
        ways = {"afresh": seconds, "mib": 40, "table": "rows", "digests": {"afresh": digest}}
        (tmp_path / f"{name}.json").write_text(json.dumps({"views": {"plan": {"10": ways}}}))
    versus.main([f"--side=before={tmp_path}/before.json", f"--side=after={tmp_path}/after.json"])
    out = capsys.readouterr().out

    assert "| plan, 10, afresh | 2,000.000 ms | 500.000 ms | 4.00           |" in out
    assert "| plan, 10, mib    | 40 MiB       | 40 MiB     | 1.00           |" in out
    assert "Not the same view: plan, 10, afresh" in out
