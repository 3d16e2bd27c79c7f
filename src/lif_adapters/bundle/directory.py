"""The files of a bundle with their digests, written whole to a folder that held nothing before."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from attrs import asdict

from lif_adapters.bundle.composition import Bundle
from lif_adapters.bundle.html import html
from lif_adapters.bundle.markdown import markdown
from lif_adapters.bundle.page import page_of
from lif_adapters.csv_lines import csv_cell, csv_lines
from lif_adapters.private_files import make_folder, owner_only
from lif_core.errors import MalformedError

DIGESTS = "SHA256SUMS"
"""The file with the SHA-256 of every other one, as `sha256sum` reads it; written last."""
_NEW = ".lif-bundle-"


def files_of(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each file of a *bundle*, their digests last."""
    digests = []
    for name, text in _texts(bundle):
        content = text.encode()
        digests.append(f"{sha256(content).hexdigest()}  {name}\n")
        yield name, content
    yield DIGESTS, "".join(digests).encode()


def _texts(bundle: Bundle) -> Iterator[tuple[str, str]]:
    page = page_of(bundle)
    yield "case.html", html(page)
    yield "case.md", markdown(page)
    yield "entries.jsonl", "".join(f"{_line(entry)}\n" for entry in bundle.entries)
    yield "redactions.json", _json(_redactions(bundle))
    if bundle.checkpoint is not None:
        yield "checkpoint", str(bundle.checkpoint.note)
    yield "bodies.json", _json(bundle.bodies)
    yield "bodies.csv", _csv(bundle.bodies)
    for view, group in groupby(bundle.tables, attrgetter("view")):
        tables = list(group)
        times = {"valid": bundle.valid.isoformat(), "known": bundle.known}
        rows = {table.table: table.rows for table in tables}
        yield f"views/{view}.json", _json({"view": view, **times, "tables": rows})
        for table in tables:
            yield f"views/{table.name}.csv", _csv(table.rows)


def _redactions(bundle: Bundle) -> Any:
    return {
        "review": bundle.review,
        "valid": bundle.valid.isoformat(),
        "known": bundle.known,
        "personal_texts": bundle.personal,
        "fields": [asdict(field) for field in bundle.fields],
        "entries_left_out": [asdict(entry) for entry in bundle.left_out],
        "rows_left_out": [asdict(rows) for rows in bundle.rows_left_out],
        "views_kept": [{"view": view, "role": role} for view, role in bundle.views_kept],
    }


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    header = list(rows[0]) if rows else []
    return "".join(csv_lines(header, ([csv_cell(row[name]) for name in header] for row in rows)))


def write(out: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write *files*, each a path and its bytes, to the folder *out*; return their paths.

    All are written before the first takes its place, and the digests take theirs last: where
    these are not there, the bundle is not whole.

    Raises:
        MalformedError: *out* is a file, or a folder that holds something.
        OSError: it cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise MalformedError("--out", f"{out} is a file; name a folder")
    if held := sorted(path.name for path in out.iterdir()) if out.exists() else []:
        problem = f"{out} holds {held[0]}; name a new folder, or an empty one"
        if held[0].startswith(_NEW):
            problem = f"{out} holds {held[0]}, which a bundle left that was interrupted: remove it"
        raise MalformedError("--out", problem)
    remove_if_failed = not out.exists()
    make_folder(out)
    new = Path(mkdtemp(prefix=_NEW, dir=out))
    try:
        names = [_write(new, name, content) for name, content in files]
        for name in names:
            make_folder((out / name).parent)
            (new / name).replace(out / name)
        remove_if_failed = False
    finally:
        shutil.rmtree(new)
        if remove_if_failed:
            out.rmdir()
    return [out / name for name in names]


def _write(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    make_folder(path.parent)
    with open(path, "wb", opener=owner_only) as file:
        file.write(content)
    return name
