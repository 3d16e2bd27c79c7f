"""Programs of two versions on one store: an older one out of the history of this repository."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from lif_adapters.wiring import connect, migrate
from lif_core.log.recorder import pages
from lif_core.trail.examination import examine
from tests.faults.count import Count, Effort
from tests.faults.interruption import STORE, content
from tests.people import TEXTS

ROOT = Path(__file__).parents[2]
COMMITS = 300  # so far an older version goes back
EACH = 3  # commands of one session

# Written against what each of these versions has: a program that records, and is told to go on.
SESSION = """
import sys
from datetime import date
from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.errors import LifError
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
url, name, each = sys.argv[1:]
on = date(2025, 1, 27)
by = Authority(person="S. Body", role="member", body=name)
try:
    with connect(url) as app:
        for number in range(int(each)):
            ref = f"{name}/{number}" if number else name
            kind = BodyKind.AGENCY if number else BodyKind.BOARD
            command = RegisterBody(by=by, on=on, body=ref, name=ref, kind=kind)
            app.handle(command, command_id=ref)
            print("recorded", ref, flush=True)
            if not number:
                sys.stdin.readline()
        app.save(accountability, valid=on)
        app.view(accountability, valid=on)
except LifError as error:
    print("refused", repr(error), flush=True)
"""


def versions(effort: Effort) -> Count:
    """Let this version and an older one record by turns, as often as *effort* says."""
    total = Count()
    commits = _commits()
    for seed in count(effort.seed):
        total += _round(Random(seed).choice(commits), seed)
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


def is_at_hand() -> bool:
    """Return whether there are older versions: a distribution has none."""
    try:
        return bool(_commits())
    except (OSError, subprocess.CalledProcessError):
        return False


def _round(commit: str, seed: int) -> Count:
    """Record by an older version before the store is brought up, while it is, and afterwards."""
    with TemporaryDirectory(prefix="lif-versions-") as name:
        older, path = Path(name) / "older", Path(name) / STORE
        _check_out(commit, older)
        url = f"sqlite:{path}"
        total, acknowledged = Count(), list[str]()
        for source, ref, is_brought_up in (
            (older / "src", "a", False),
            (ROOT / "src", "b", False),
            (older / "src", "c", True),
            (ROOT / "src", "d", False),
            (older / "src", "e", False),
            (ROOT / "src", "f", False),
        ):
            lines, errors = _session(source, url, ref, is_brought_up=is_brought_up)
            acknowledged += (line.split()[1] for line in lines if line.startswith("recorded"))
            total += Count(
                points=1,
                stray=int(bool(errors)),
                example=f"{commit}, {ref}: {errors}" if errors else "",
            )
        return total + _counted(url, path, acknowledged, commit)


def _session(
    source: Path, url: str, name: str, *, is_brought_up: bool
) -> tuple[Sequence[str], str]:
    """Run a session of the version in *source*, and return its lines, and what it ended with.

    Where the store *is_brought_up*, that is after the session's first command.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", SESSION, url, name, str(EACH)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(source), "PATH": ""},
        cwd=source,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    if is_brought_up:
        migrate(url)
    written, errors = child.communicate("\n", timeout=120)
    problem = errors.strip().splitlines()[-1] if child.returncode else ""
    return [first, *written.splitlines()], problem


def _counted(url: str, path: Path, acknowledged: Sequence[str], commit: str) -> Count:
    """Count what is wrong with a store in which two versions have recorded."""
    with connect(url, create=False, extensions=(), readership=TEXTS) as app:
        recorded = [record.command_id for record in app.history()]
        whole = examine(lambda: chain.from_iterable(pages(app.recorder)), app.mapper)
    _, _, integrity = content(path)
    lost = [ref for ref in acknowledged if ref not in recorded]
    is_partial = integrity != "ok" or whole.alteration is not None
    return Count(
        acknowledged=len(acknowledged),
        lost=len(lost),
        partial=int(is_partial),
        doubled=len(recorded) - len({*recorded}),
        example=f"{commit}: {lost or whole.alteration}" if lost or is_partial else "",
    )


def _check_out(commit: str, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit, "src"))) as archive:
        archive.extractall(folder, filter="data")


def _commits() -> Sequence[str]:
    """Return the commits of older versions, without those that are not at hand."""
    return _git("rev-list", f"--max-count={COMMITS}", "HEAD").decode().split()


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True).stdout
