"""Mutated inputs for every decoder: only errors of ours come out, in time, in bounded memory.

`python -m tests.faults.mutations [DECODER ...] [--trials N] [--seed S]` prints the counts.
"""

import argparse
import io
import json
import resource
import sqlite3
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import attrs
from attrs import frozen

from lif_adapters.cli.demo import demo_requests
from lif_adapters.cli.request_file import read_lines
from lif_adapters.http import http_app
from lif_adapters.importers.answers import read_answers
from lif_adapters.importers.draft import draft
from lif_adapters.importers.importer import Importer, read_units
from lif_adapters.importers.map import BUILT_IN, read_map, refuse_unfit
from lif_adapters.importers.sheet import Layout, read_sheet
from lif_adapters.key_store import KeyStore, make_master_key, read_master_key
from lif_adapters.packs import read_pack
from lif_adapters.trail_files import read_log, read_note, read_text, stored_json
from lif_adapters.wiring import connect
from lif_core.errors import LifError
from lif_core.log.mapper import LifMapper, checksummed
from lif_core.log.recorder import Row
from lif_core.log.requests import dump, load
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import VerifierKey
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof, InclusionProof
from lif_core.views.accountability import accountability
from tests import web
from tests.faults.count import Count, Effort
from tests.people import TEXTS
from tests.workbooks import write_workbook

SLOW = 10.0
"""A decoder that takes longer than so many seconds of the processor hangs."""
MEMORY = 1_000_000
"""And takes no more than so many kilobytes, however often it is tried."""
EXAMPLES = Path(__file__).parents[2] / "examples"
MAPPER = LifMapper()
PIECES = (
    *(b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\r"),
    *(b"\n", b"\t", b'"', b"'", b"{", b"[", b"]", b"}", b",", b":", b"=", b".", b"\\", b"|"),
    *(b"-1", b"0", b"1e400", b"9" * 30, b"NaN", b"null", b"true", b"\\ud800", b"\\u0000"),
    *(b"[" * 3_000, b'{"a":' * 3_000, b"9" * 5_000, b"x" * 100_001, b"a." * 500, b"(" * 200),
    *(b"0000-00-00", b"9999-12-31", b"2018-02-30", b"{{", b"(?P<a>(b+)+)+", b"%s%n", b"../"),
)


def mutated(raw: bytes, chance: Random) -> bytes:
    """Return *raw* with one to four changes: bits, bytes and pieces, parts of it doubled or cut
    off.
    """
    data = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        stop = min(len(data), start + chance.choice((1, 2, 8, 64, 1_000)))
        match chance.randrange(7):
            case 0 if data:
                data[min(start, len(data) - 1)] ^= 1 << chance.randrange(8)
            case 1:
                data[start:stop] = chance.randbytes(stop - start)
            case 2:
                data[start:start] = chance.choice(PIECES)
            case 3:
                data[start:stop] = chance.choice(PIECES)
            case 4:
                del data[start:stop]
            case 5:
                data[start:start] = data[start:stop] * chance.choice((1, 3, 200))
            case 6:
                del data[start:]
    return bytes(data)


# What there is to be mutated


@cache
def lines() -> Sequence[bytes]:
    """Return the commands of the worked history, a line each."""
    text = files("lif_adapters.cli").joinpath("demo.jsonl").read_bytes()
    return text.splitlines()


@cache
def rows() -> Sequence[Row]:
    """Return the entries of the worked history, as they are stored."""
    with connect("memory:", readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        return app.recorder.rows(after=0, limit=10_000)


@cache
def store() -> bytes:
    """Return the file of a small store."""
    with TemporaryDirectory() as name:
        file = Path(name) / "lif.db"
        with connect(f"sqlite:{file}", create=True, readership=TEXTS) as app:
            app.handle_all(demo_requests(app.mapper)[:40])
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return file.read_bytes()


@cache
def workbook() -> bytes:
    """Return the file of a small workbook."""
    with TemporaryDirectory() as name:
        file = Path(name) / "register.xlsx"
        write_workbook(file, {"Actions": [["Ref", "Owner"], ["1", "lpp"]]}, {"Actions": ["A2:A3"]})
        return file.read_bytes()


TAIC = (
    b"report,reference,recipient,made,text,reply,response\n"
    b"TAIC_r_2023_104,018/24,KiwiRail,2024-09-25,Review route knowledge,Accepted.,\n"
    b'TAIC_r_2021_104,005/24,Auckland One Rail,2024-09-25,"Fit alerts, soon","On 29\nMay",Yes\n'
)
REGISTER = b'Inquiry,Ref,"Owner",Due,Status\nA,1,lpp,25/01/2018,done\nA,2,"x, y",TBC,\n'
ANSWERS = b"proposal,answer,stream,entry,event,field,before,now\np-1,yes,s,1,e,f,a,b\n"
KEY = f"scr+12345678+{b64encode(bytes([1]) * 33).decode()}"
ZEROS = {size: b64encode(bytes(size)).decode() for size in (32, 68)}
NOTE = f"wscb\n3\n{ZEROS[32]}\n\n\u2014 wscb {ZEROS[68]}\n"
PROOF = f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n{ZEROS[32]}\n\n{NOTE}"


# The decoders: each is given one mutated input, and may raise errors of ours


def command(chance: Random, _: Path) -> None:
    load(mutated(chance.choice(lines()), chance), MAPPER)


def request_file(chance: Random, folder: Path) -> None:
    file = folder / "commands.jsonl"
    file.write_bytes(mutated(b"\n".join(chance.sample(lines(), 4)), chance))
    for line in read_lines(file, MAPPER):
        if not isinstance(line.request, LifError):
            dump(line.request.command, MAPPER)


def entry(chance: Random, _: Path) -> None:
    position, stream, number, topic, state = chance.choice(rows())
    body = mutated(state[:-20], chance) + state[-20:]
    if chance.random() < 0.9:
        body = checksummed(stream, number, topic, body)
    record = MAPPER.to_record((position, stream, number, topic, body))
    MAPPER.check_recognised((record,))


def pack(chance: Random, folder: Path) -> None:
    file = folder / "pack.toml"
    named = chance.choice((EXAMPLES / "hospital.toml", *sorted(_packs())))
    file.write_bytes(mutated(named.read_bytes(), chance))
    read_pack(file)


def _packs() -> list[Path]:
    return list((Path(__file__).parents[2] / "src/lif_core/framework/packs").glob("*.toml"))


def register_map(chance: Random, folder: Path) -> None:
    file = folder / "map.toml"
    file.write_bytes(mutated((EXAMPLES / "taic.toml").read_bytes(), chance))
    refuse_unfit(mapping := read_map(file), MAPPER, file)
    sheet = read_sheet(_register(folder), mapping.layout, mapping.columns() - set(BUILT_IN))
    importer = Importer(mapping, MAPPER)
    for unit in read_units(sheet, mapping).units[:3]:
        for _ in importer.requests(unit):
            pass


def _register(folder: Path) -> Path:
    """Return the file of a register that the map is of."""
    file = folder / "taic.csv"
    if not file.exists():
        file.write_bytes(TAIC)
    return file


def csv_register(chance: Random, folder: Path) -> None:
    file = folder / "register.csv"
    encoding = chance.choice(("utf-8", "utf-16", "utf-16-le", "cp1252", None))
    raw = REGISTER.decode().encode(encoding or "utf-8")
    file.write_bytes(mutated(raw, chance))
    sheet = read_sheet(file, Layout(encoding=encoding if chance.random() < 0.5 else None), ())
    text = draft(sheet, file.name, "wscb")
    read = folder / "draft.toml"
    read.write_text(text, "utf-8")
    read_map(read)


def xlsx_register(chance: Random, folder: Path) -> None:
    file = folder / "register.xlsx"
    raw = io.BytesIO()
    with ZipFile(io.BytesIO(workbook())) as good, ZipFile(raw, "w") as bad:
        of = chance.choice(good.namelist())
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, mutated(content, chance) if name == of else content)
    whole = raw.getvalue()
    file.write_bytes(whole if chance.random() < 0.7 else mutated(whole, chance))
    read_sheet(file, Layout(), ())


def answers(chance: Random, folder: Path) -> None:
    file = folder / "answers.csv"
    file.write_bytes(mutated(ANSWERS, chance))
    read_answers(file)


def http_request(chance: Random, _: Path) -> None:
    client = _client()
    name, line = chance.choice(("OpenReview", "IssueRecommendation")), chance.choice(lines())
    headers = {"Content-Type": "application/json"}
    headers[chance.choice(("If-Match", "Idempotency-Key"))] = _latin(mutated(b'"3"', chance))
    answer = client.post(f"/commands/{name}", content=mutated(line, chance), headers=headers)
    path = chance.choice(("/history", "/why", "/views/accountability", "/views/conduct/reviews"))
    query = chance.choice((b"stream=review-wscb/scr-child-k&after=3&limit=2", b"valid=2018-01-01"))
    read = client.get(f"{path}?{_latin(mutated(query, chance))}")
    for each in (answer, read):
        if each.status_code >= 500:
            raise AssertionError(f"{each.request.method} {each.request.url}: {each.text[:200]}")


@cache
def _client() -> Any:
    return web.client(http_app(web.worked(), web.host))


def _latin(raw: bytes) -> str:
    """Return *raw* as a client can send it in a header or an address."""
    return "".join(chr(byte) for byte in raw[:2_000] if 32 <= byte < 127)


def trail_text(chance: Random, folder: Path) -> None:
    file = folder / "note"
    of: Callable[[str], object] = chance.choice(
        (SignedNote.of, Checkpoint.of, VerifierKey.of, InclusionProof.of, ConsistencyProof.of)
    )
    file.write_bytes(mutated(chance.choice((NOTE, PROOF, KEY)).encode(), chance))
    of(read_text(file, "--checkpoint"))
    read_note(file)


def exported_log(chance: Random, folder: Path) -> None:
    file = folder / "log.jsonl"
    text = "\n".join(json.dumps(stored_json(row)) for row in chance.sample(rows(), 3))
    file.write_bytes(mutated(text.encode(), chance))
    for row in read_log(file):
        MAPPER.to_record(row)


def keys(chance: Random, folder: Path) -> None:
    master = folder / "master"
    if not master.exists():
        make_master_key(master)
        KeyStore(folder / "keys", read_master_key(master), create=True)
    secret = master.read_bytes()
    broken = folder / "broken"
    broken.write_bytes(mutated(secret, chance))
    KeyStore(folder / "keys", read_master_key(broken))


def database(chance: Random, folder: Path) -> None:
    file = folder / "lif.db"
    for old in folder.glob("lif.db*"):
        old.unlink()
    raw = bytearray(store())
    for _ in range(chance.randint(1, 6)):
        raw[chance.randrange(100 if chance.random() < 0.3 else len(raw))] ^= 1 << chance.randrange(
            8
        )
    file.write_bytes(
        bytes(raw[: len(raw) if chance.random() < 0.9 else chance.randrange(len(raw))])
    )
    with connect(f"sqlite:{file}", read_only=chance.random() < 0.5, readership=TEXTS) as app:
        for _ in app.history():
            pass
        app.view(accountability)
        app.why("review-wscb/scr-child-k")


DECODERS: Mapping[str, tuple[Callable[[Random, Path], None], int]] = {
    "command": (command, 1),
    "request-file": (request_file, 1),
    "entry": (entry, 1),
    "pack": (pack, 2),
    "map": (register_map, 3),
    "csv": (csv_register, 1),
    "xlsx": (xlsx_register, 60),
    "answers": (answers, 1),
    "http": (http_request, 5),
    "trail": (trail_text, 1),
    "exported-log": (exported_log, 1),
    "keys": (keys, 2),
    "database": (database, 10),
}
"""Each decoder, and which of so many trials is made: some take longer."""


@frozen(kw_only=True)
class Tally:
    """The outcome of so many *trials* of a decoder: *refused* by errors of ours, and *stray*
    errors of others, or none in time, or too much memory; *example* is one of these.
    """

    trials: int = 0
    refused: int = 0
    stray: int = 0
    example: str = ""


def tried(name: str, trials: int, seed: int = 0) -> Tally:
    """Return the tally of a decoder that is tried so often, from a *seed* on."""
    decode, every = DECODERS[name]
    tally = Tally()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with TemporaryDirectory(prefix="lif-mutated-") as folder:
        for number in range(seed, seed + max(1, trials // every)):
            problem, refused, begun = "", 0, time.process_time()
            try:
                decode(Random(f"{name} {number}"), Path(folder))
            except LifError as error:
                refused, problem = 1, _untold(error)
            except Exception as error:  # whatever it is, it is stray
                problem = f"{type(error).__name__}: {error}"
            if not problem and (seconds := time.process_time() - begun) > SLOW:
                problem = f"{seconds:.0f} s"
            example = tally.example or (problem and f"{name} {number}: {problem[:200]}")
            tally = Tally(
                trials=tally.trials + 1,
                refused=tally.refused + refused,
                stray=tally.stray + bool(problem),
                example=example,
            )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > MEMORY:
        tally = attrs.evolve(tally, stray=tally.stray + 1, example=f"{name}: {grown} kB more")
    return tally


def _untold(error: LifError) -> str:
    """Return what is wrong with an *error* that cannot be told."""
    text = str(error)
    return "" if text and "Traceback" not in text else f"{type(error).__name__} says nothing"


def mutations(effort: Effort) -> Count:
    """Try every decoder, as often as *effort* says."""
    total = Count()
    seed = effort.seed
    while effort.goes_on(total):
        for name in DECODERS:
            tally = tried(name, 60, seed)
            total += Count(points=tally.trials, stray=tally.stray, example=tally.example)
        seed += 60
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts of each decoder; return 1 where one let a stray error out."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutations")
    parser.add_argument("names", nargs="*", metavar="DECODER", help=f"of {', '.join(DECODERS)}")
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    print(f"{'decoder':16}{'trials':>10}{'refused':>10}{'stray':>10}{'seconds':>10}", flush=True)
    wrong = 0
    for name in options.names or DECODERS:
        begun = time.monotonic()
        tally = tried(name, options.trials, options.seed)
        wrong += tally.stray
        seconds = f"{time.monotonic() - begun:.0f}"
        print(
            f"{name:16}{tally.trials:>10,}{tally.refused:>10,}{tally.stray:>10,}{seconds:>10}",
            flush=True,
        )
        if tally.example:
            print(f"  such as: {tally.example}", flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
