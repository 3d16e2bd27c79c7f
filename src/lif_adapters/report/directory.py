"""The directory of a report: written whole, or not at all, and never over anything else.

Of a report for the board and a public edition it holds one: the other is removed by the next.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp

from lif_adapters.private_files import make_folder, owner_only
from lif_adapters.report import csv
from lif_adapters.report.html import html
from lif_adapters.report.markdown import markdown
from lif_adapters.report.model import Report
from lif_adapters.report.public.page import PAGE as PUBLIC_PAGE
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper

PAGE = "report.html"
PAGES = (PAGE, PUBLIC_PAGE)
_OURS = re.compile(
    r"report\.(html|md)|public\.html|entries\.csv|charts/[a-z0-9-]+\.svg|tables/[a-z0-9-]+(\.[a-z_]+)+\.csv"
)
_FOLDERS = ("charts", "tables")
_NEW = ".lif-report-"


def files_of(report: Report, mapper: LifMapper) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the path of each file of a *report*, and its text in pieces."""
    yield PAGE, (html(report),)
    yield "report.md", (markdown(report),)
    for figure in report.figures:
        if figure.chart is not None:
            yield f"charts/{figure.id}.svg", (figure.chart.svg,)
    for name, table in report.tables.items():
        yield f"tables/{name}.csv", csv.table(table, mapper)
    yield "entries.csv", csv.entries(report.entries, personal=report.personal)


def write(out: Path, files: Iterable[tuple[str, Iterable[str]]]) -> list[Path]:
    """Write *files*, each a path and its text in pieces, to the folder *out*; return their paths.

    All are written before the first takes its place, the page last; what an earlier report had and
    this one has not is removed. What a run that was killed left behind is removed first, so only
    one may write to a folder at a time.

    Raises:
        MalformedError: *out* holds something that is no part of a report.
        OSError: it cannot be written.
    """
    earlier = set(_files_in(out))
    for remnant in out.glob(f"{_NEW}*/"):
        shutil.rmtree(remnant)
    remove_if_failed = not out.exists()
    make_folder(out)
    new = Path(mkdtemp(prefix=_NEW, dir=out))
    try:
        names = [_write(new, name, pieces) for name, pieces in files]
        for name in sorted(names, key=lambda name: (name in PAGES, name)):
            make_folder((out / name).parent)
            (new / name).replace(out / name)
        remove_if_failed = False
    finally:
        shutil.rmtree(new)
        if remove_if_failed:
            out.rmdir()
    for name in earlier.difference(names):
        (out / name).unlink()
    return [out / name for name in names]


def _write(folder: Path, name: str, pieces: Iterable[str]) -> str:
    path = folder / name
    make_folder(path.parent)
    encoding = csv.ENCODING if path.suffix == ".csv" else "utf-8"
    with open(path, "w", encoding=encoding, newline="", opener=owner_only) as file:
        file.writelines(pieces)
    return name


def _files_in(out: Path) -> Iterator[str]:
    """Yield the files of an earlier report in *out*; refuse any other file."""
    if not out.exists():
        return
    if not out.is_dir():
        raise MalformedError("--out", f"{out} is a file; name a folder")
    for path in sorted(out.iterdir()):
        if path.name in _FOLDERS and path.is_dir():
            yield from (_name(out, inner) for inner in sorted(path.iterdir()))
        elif not path.name.startswith("."):
            yield _name(out, path)


def _name(out: Path, path: Path) -> str:
    name = path.relative_to(out).as_posix()
    if not _OURS.fullmatch(name) or not path.is_file():
        raise MalformedError(
            "--out", f"{out} holds {name}, which is no part of a report; name a new folder"
        )
    return name
