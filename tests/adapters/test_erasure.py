"""Erasure: what was said of a person is gone from every file, and the log is as it was.

All people are fictional.
"""

import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from lif_adapters import connect
from lif_adapters.key_store import KeyStore, make_master_key, read_master_key
from lif_adapters.postgres.address import address_of
from lif_core.aggregates.data_subject import EraseDataSubject, PlaceLegalHold
from lif_core.aggregates.recommendation import IssueRecommendation
from lif_core.aggregates.review import OpenReview, ReviewOpened
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, EntryAmended, Replacement, VoidEntry
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError, UnreadableError
from lif_core.log.keyring import person_of
from lif_core.log.mapper import LifMapper, checksummed
from lif_core.log.recorder import Row
from lif_core.log.registry import Registry
from lif_core.log.requests import dump
from lif_core.policies.policy import Policy
from lif_core.trail.examination import examine
from lif_core.trail.leaf import leaf_of
from lif_core.values.authority import Authority, Deliberation
from lif_core.views import PROJECTIONS
from tests.canaries import with_canaries
from tests.command_line import Lif
from tests.examples import example
from tests.lives import but
from tests.logs import NOW
from tests.people import CHAIR, EVERYTHING, day

MASTER = bytes(range(32))
CHILD, SIBLING = "wscb/p-17", "wscb/p-18"
OPEN = OpenReview(
    by=CHAIR,
    on=day("2018-01-25"),
    review="wscb/1",
    kind="single-agency-review",
    title="The case of Quebec",
)
ISSUE = IssueRecommendation(
    by=CHAIR,
    on=day("2018-02-01"),
    recommendation="wscb/r-1",
    source="review-wscb/1",
    text="Ask after Quebec each week",
    addressed=("wscb",),
)
RECOMMENDATIONS = PROJECTIONS["recommendations"]
TEXTS = (b"Quebec", b"A. Chair", b"C. Lerk")


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys", MASTER)


@pytest.fixture
def app(tmp_path: Path, keys: KeyStore) -> Iterator[Application]:
    with connect(
        f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, keys=keys, readership=EVERYTHING
    ) as app:
        yield app


def erase(app: Application, person: str, **fields: Any) -> tuple[Record, ...]:
    keyring = app.mapper.keyring
    assert keyring is not None
    subject = keyring.id_of(person)
    asked = {"by": CHAIR, "on": day("2018-03-01"), "reasons": "Asked for", **fields}
    return app.handle(EraseDataSubject(subject=subject, **asked))


def title(app: Application) -> str:
    """Return the title in the first entry."""
    event = next(app.history()).event
    assert isinstance(event, OpenReview)
    return event.title


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def holding(folder: Path, *contents: bytes) -> list[str]:
    """Return the files that have one of the *contents* in them."""
    return [
        str(path)
        for path, content in files(folder).items()
        if any(each in content for each in contents)
    ]


# Encryption


@pytest.mark.parametrize("cls", Registry().events.values(), ids=lambda cls: cls.__name__)
def test_no_personal_text_of_any_event_is_stored(cls: Any, keys: KeyStore) -> None:
    """By the marks of its fields, at any depth; and what is read is what was recorded."""
    mapper = LifMapper(keyring=keys)
    event = with_canaries(example(cls), "Quebec")
    if cls is EntryAmended:
        replacement = Replacement(with_canaries(event.replacement.event, "Quebec"))
        event = but(event, replacement=replacement)
    stream = mapper.registry.stream(event)
    record = Record(1, stream, 1, NOW, event, entered_by="Quebec", about=(keys.id_of(CHILD),))
    stored = mapper.to_stored_event(record)
    row = (1, stream, 1, stored.topic, stored.state)

    assert b"Quebec" not in stored.state
    assert record == mapper.to_record(row)

    keys.destroy(keys.id_of(CHILD))
    keys.destroy(keys.id_of(person_of(stream.partition("-")[2].partition("/")[0], "Quebec")))
    keys.destroy(keys.id_of(person_of(event.by.body.partition("/")[0], "Quebec")))
    assert "Quebec" not in repr(mapper.to_record(row))


def test_a_text_that_was_moved_is_not_taken_for_another(app: Application) -> None:
    """Two texts of one entry swapped, or one put into another entry, with checksums that fit."""
    by = Authority(
        person="A. Chair",
        role="independent chair",
        body="wscb",
        deliberation=Deliberation(options=("Wait", "Do not wait")),
    )
    app.handle(but(OPEN, by=by), about=(CHILD,))
    app.handle(but(OPEN, review="wscb/2"), about=(CHILD,))
    first, second = app.recorder.rows(after=0, limit=2)
    stored, other = json.loads(first[4]), json.loads(second[4])
    options = stored["event"]["by"]["deliberation"]["options"]
    stored["event"]["by"]["deliberation"]["options"] = options[::-1]
    with pytest.raises(UnreadableError, match=r"review-wscb/1 entry 1 .*altered.*options\[0\]"):
        app.mapper.to_record(rewritten(first, stored))

    other["event"]["title"] = json.loads(first[4])["event"]["title"]
    with pytest.raises(UnreadableError, match=r"review-wscb/2 entry 1 .*event\.title"):
        app.mapper.to_record(rewritten(second, other))


def rewritten(row: Row, stored: Any) -> Row:
    """Return the *row* with other stored bytes, and the checksum that fits."""
    position, stream, number, topic, _ = row
    state = json.dumps(stored, separators=(",", ":")).encode()
    return position, stream, number, topic, checksummed(stream, number, topic, state)


def test_without_keys_the_log_can_be_read_and_verified_and_not_written(
    app: Application, tmp_path: Path
) -> None:
    """Counts and proofs need no texts; to record one as it is would let it stay for ever."""
    app.handle(OPEN)
    with connect(f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, readership=EVERYTHING) as other:
        assert "[encrypted]" == title(other)
        assert (
            examine(lambda: other.recorder.rows(after=0, limit=9), other.mapper).alteration is None
        )
        with pytest.raises(MalformedError, match="open it with its keys"):
            other.handle(but(OPEN, review="wscb/2"))


# Whom a text is about


def test_a_text_about_several_is_erased_with_any_of_them(app: Application) -> None:
    """And a later text of the stream, of which nobody is said, is about all of them."""
    app.handle(OPEN, about=(CHILD, SIBLING))
    app.handle(ISSUE, about=(SIBLING,))
    erase(app, CHILD)

    (issued,) = app.history("recommendation-wscb/r-1")

    assert "[erased]" == title(app)
    assert "Ask after Quebec each week" == issued.event.text  # type: ignore[attr-defined]


def test_what_an_amendment_put_there_is_erased_as_well(app: Application) -> None:
    """Also where two texts of a list read the same since."""
    options = Deliberation(options=("Ask Quebec", "Ask nobody"))
    by = Authority(person="A. Chair", role="independent chair", body="wscb", deliberation=options)
    app.handle(OPEN, about=(CHILD,))
    app.handle(
        AmendEntry(
            by=CHAIR,
            on=day("2018-02-02"),
            stream="review-wscb/1",
            entry=1,
            replacement=Replacement(ReviewOpened.of(but(OPEN, by=by, title="Quebec, again"))),
            reasons="Quebec asked",
        )
    )
    erase(app, CHILD)
    _, amended = app.history("review-wscb/1")

    assert "Quebec" not in repr(amended)
    assert 4 == repr(amended).count("[erased]")


def test_a_stream_about_nobody_in_particular_has_a_key_of_its_own(app: Application) -> None:
    """So that its texts can be erased, and the names in them stay."""
    app.handle(OPEN)
    erase(app, "wscb/review-wscb/1")

    assert ("[erased]", "A. Chair") == (title(app), next(app.history()).event.by.person)


def test_a_name_is_erased_with_its_bearer_and_in_no_other_board(app: Application) -> None:
    app.handle(OPEN, entered_by="C. Lerk")
    erase(app, "wscb/C. Lerk")
    erase(app, "wsab/A. Chair", by=Authority(person="B", role="independent chair", body="wsab"))
    record = next(app.history())

    assert ("[erased]", "A. Chair") == (record.entered_by, record.event.by.person)


def test_a_reaction_is_about_whom_the_entry_is_about(app: Application) -> None:
    """A policy may take a text from one stream to another, and is asked nothing itself."""

    def copy(record: Record, _: object) -> Iterator[OpenReview]:
        if isinstance(record.event, ReviewOpened) and record.event.review < "wscb/7":
            review = f"wscb/{int(record.event.review[-1]) + 7}"
            yield but(OPEN, review=review, title=f"Again: {record.event.title}")

    app.handle(OPEN, about=(CHILD,))
    app.handle(but(OPEN, review="wscb/2"))
    erase(app, "wscb/review-wscb/2")
    app.follow([Policy(name="copy", react=copy)], day_policies=())
    erase(app, CHILD)
    titles = [each.event.title for each in app.history(category="review")]  # type: ignore[attr-defined]

    assert ["[erased]", "[erased]", "[erased]", "Again: [erased]"] == titles


# What is refused


def test_nothing_more_is_recorded_of_who_was_erased(app: Application) -> None:
    """Nor in the stream that is about them, unless the text is said to be about others."""
    app.handle(OPEN, about=(CHILD,))
    erase(app, CHILD)
    later = but(OPEN, on=day("2018-03-02"), review="wscb/2")
    void = VoidEntry(
        by=CHAIR, on=day("2018-03-02"), stream="review-wscb/1", entry=1, reasons="Twice"
    )
    for command, about in ((later, (CHILD,)), (later, (SIBLING, CHILD)), (void, ())):
        with pytest.raises(RefusedError) as refused:
            app.handle(command, about=about)
        assert "data-subject.erased" == refused.value.rule

    assert app.handle(later, about=(SIBLING,))
    assert app.handle(void, about=(SIBLING,))


def test_an_erasure_is_for_ever(app: Application) -> None:
    """It is not voided; said again, it is on record; and a legal hold keeps it off."""
    app.handle(OPEN, about=(CHILD,))
    (erased,) = erase(app, CHILD)
    assert () == erase(app, CHILD)
    with pytest.raises(RefusedError) as refused:
        app.handle(
            VoidEntry(
                by=CHAIR, on=day("2018-03-02"), stream=erased.stream, entry=1, reasons="Wrong"
            )
        )
    assert "data-subject.for-ever" == refused.value.rule

    subject = app.mapper.keyring.id_of(SIBLING)  # type: ignore[union-attr]
    app.handle(PlaceLegalHold(by=CHAIR, on=day("2018-01-01"), subject=subject, reasons="Inquest"))
    with pytest.raises(RefusedError) as refused:
        erase(app, SIBLING)
    assert "data-subject.legal-hold" == refused.value.rule


def test_another_process_that_has_the_key_in_memory_records_nothing(
    app: Application, tmp_path: Path
) -> None:
    """Nor does it read what was erased: it rests on what is on record of each person."""
    beside = KeyStore(tmp_path / "keys", MASTER)
    with connect(
        f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, keys=beside, readership=EVERYTHING
    ) as other:
        other.handle(OPEN, about=(CHILD,))
        other.handle(ISSUE, about=(CHILD,))
        assert "Quebec" in repr(other.view(RECOMMENDATIONS, valid=day("2018-02-01")))
        erase(app, CHILD)
        with pytest.raises(RefusedError, match=r"data-subject\.erased"):
            other.handle(but(ISSUE, recommendation="wscb/r-2"), about=(CHILD,))
        with pytest.raises(RefusedError):  # what it had in memory would be said again, and quiet
            other.handle(OPEN, about=(CHILD,))

        assert "Quebec" not in repr(other.view(RECOMMENDATIONS, valid=day("2018-02-01")))
        assert "[erased]" == title(other)


def test_a_text_that_was_decided_on_before_an_erasure_is_not_recorded_after_it(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the key is there still: it rests on what is on record of the person."""
    app.handle(OPEN, about=(CHILD,))
    beside = KeyStore(tmp_path / "keys", MASTER)
    with connect(
        f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, keys=beside, readership=EVERYTHING
    ) as other:
        append = other.recorder.append

        def overtaken(*args: Any, **fields: Any) -> Any:
            erase(app, CHILD)
            return append(*args, **fields)

        monkeypatch.setattr(KeyStore, "destroy", lambda *_: None)
        monkeypatch.setattr(other.recorder, "append", overtaken)
        with pytest.raises(RefusedError, match=r"data-subject\.erased"):
            other.handle(ISSUE, about=(CHILD,))


# What remains in the files


def test_no_text_and_no_key_is_in_any_file(
    app: Application, keys: KeyStore, tmp_path: Path
) -> None:
    """Of the database, its log of writes, saved views, receipts; nor in a copy after a crash."""
    app.handle(OPEN, about=(CHILD,), entered_by="C. Lerk", command_id="m/1")
    app.handle(ISSUE, about=(CHILD,))
    app.follow(on=day("2018-02-02"))
    for projection in PROJECTIONS.values():
        if not projection.readers:
            app.save(projection, valid=day("2018-02-02"))
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("lif.db", "lif.db-wal", "lif.db-shm"):
        shutil.copy(tmp_path / name, crashed / name)
    child = keys._key(keys.id_of(CHILD), make=False)
    assert child is not None
    wrapped = keys._path(keys.id_of(CHILD)).read_bytes()
    views = keys._path(keys.key_of_views()).read_bytes()
    guess = sha256(dump(OPEN, app.mapper)).digest()[:16]

    assert [] == holding(tmp_path, *TEXTS, child, guess)

    leaves = [leaf_of(row) for row in app.recorder.rows(after=0, limit=99)]
    erase(app, CHILD)
    after = [leaf_of(row) for row in app.recorder.rows(after=0, limit=99)]

    assert [] == holding(tmp_path, *TEXTS, child, wrapped, views)
    assert leaves == after[:-1]
    for db in (tmp_path / "lif.db", crashed / "lif.db"):
        with connect(f"sqlite:{db}", clock=lambda: NOW, keys=keys, readership=EVERYTHING) as read:
            assert "Quebec" not in repr(list(read.history()))
            for projection in PROJECTIONS.values():
                if not projection.readers:
                    assert "Quebec" not in repr(read.view(projection, valid=day("2018-02-02")))


def test_in_postgresql_no_text_is_in_what_the_server_keeps(
    postgres_url: str, keys: KeyStore
) -> None:
    """Nor in a saved view there; and it is gone for another program with the same keys."""
    with connect(postgres_url, clock=lambda: NOW, keys=keys, readership=EVERYTHING) as app:
        app.handle(OPEN, about=(CHILD,), entered_by="C. Lerk", command_id="m/1")
        app.handle(ISSUE, about=(CHILD,))
        app.save(RECOMMENDATIONS, valid=day("2018-02-02"))

        assert "Quebec" in repr(app.view(RECOMMENDATIONS, valid=day("2018-02-02")))
        assert [] == [text for text in TEXTS for row in table_rows(postgres_url) if text in row]
        erase(app, CHILD)
        assert "[erased]" == title(app)
    with connect(postgres_url, clock=lambda: NOW, keys=keys, readership=EVERYTHING) as app:
        assert "Quebec" not in repr(app.view(RECOMMENDATIONS, valid=day("2018-02-02")))


def table_rows(url: str) -> list[bytes]:
    """Return the rows of all tables of a schema, as the server keeps them, in bytes."""
    address = address_of(url)
    with psycopg.connect(url.partition("?")[0]) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (address.schema,)
        ).fetchall()
        return [
            b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            for (table,) in tables
            for row in connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(address.schema, table))
            ).fetchall()
        ]


def test_saved_views_are_used_until_somebody_is_erased(
    app: Application, tmp_path: Path, keys: KeyStore
) -> None:
    """What is saved is read again with the keys, and made afresh after an erasure."""
    app.handle(OPEN, about=(CHILD,))
    app.handle(ISSUE, about=(CHILD,))
    assert app.save(RECOMMENDATIONS, valid=day("2018-02-02")) > 0
    with connect(
        f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, keys=keys, readership=EVERYTHING
    ) as again:
        view = again.view(RECOMMENDATIONS, valid=day("2018-02-02"))
        assert "Quebec" in repr(view)
        assert 0 == again.save(RECOMMENDATIONS, valid=day("2018-02-02"))
        erase(again, SIBLING)
        assert again.save(RECOMMENDATIONS, valid=day("2018-02-02")) > 0
        assert view == again.view(RECOMMENDATIONS, valid=day("2018-02-02"))


def test_what_was_interrupted_is_completed_when_the_store_is_opened(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log says who is to be erased; so it is with a key store that was restored as well."""
    app.handle(OPEN, about=(CHILD,))
    shutil.copytree(tmp_path / "keys", tmp_path / "restored")
    with monkeypatch.context() as patched:
        patched.setattr(KeyStore, "_overwrite", interrupted)
        with pytest.raises(UnreadableError, match="do it again"):
            erase(app, CHILD)
    assert "The case of Quebec" == title(app)

    for folder in ("keys", "restored"):
        beside = KeyStore(tmp_path / folder, MASTER)
        with connect(
            f"sqlite:{tmp_path}/lif.db", clock=lambda: NOW, keys=beside, readership=EVERYTHING
        ) as again:
            assert "[erased]" == title(again)
            if folder == "restored":  # without the key of the entry that says who was erased
                with pytest.raises(UnreadableError, match="is not in the key store"):
                    list(again.history())


def interrupted(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_command_from_before_there_were_keys_is_not_recorded_again(tmp_path: Path) -> None:
    """Its receipt has another digest."""
    url = f"sqlite:{tmp_path}/lif.db"
    with connect(url, clock=lambda: NOW, readership=EVERYTHING) as app:
        recorded = app.handle(OPEN, command_id="m/1")
    with connect(
        url, clock=lambda: NOW, keys=KeyStore(tmp_path / "keys", MASTER), readership=EVERYTHING
    ) as app:
        assert recorded == app.handle(OPEN, command_id="m/1")
        with pytest.raises(RefusedError, match=r"record\.command-id-reused"):
            app.handle(but(OPEN, title="Another"), command_id="m/1")


# The store of keys


def test_a_store_of_keys_opens_with_its_master_key_alone(tmp_path: Path) -> None:
    """Nor after it was given another one."""
    store = KeyStore(tmp_path / "keys", MASTER)
    body = store.encrypt(b"Quebec", (store.id_of(CHILD),), b"here")
    store.rewrap(MASTER[::-1])
    with pytest.raises(MalformedError, match="not the one of this store"):
        KeyStore(tmp_path / "keys", MASTER)
    again = KeyStore(tmp_path / "keys", lambda: MASTER[::-1])

    assert b"Quebec" == again.decrypt(body, (again.id_of(CHILD),), b"here")
    with pytest.raises(ValueError, match="not what was encrypted"):
        again.decrypt(body, (again.id_of(CHILD),), b"there")
    with pytest.raises(ValueError, match="not in the key store"):
        again.decrypt(body, (again.id_of(SIBLING),), b"here")
    again._path(again.id_of(CHILD)).write_bytes(b"damaged")
    with pytest.raises(UnreadableError, match="restore the key store"):
        KeyStore(tmp_path / "keys", MASTER[::-1]).decrypt(body, (again.id_of(CHILD),), b"here")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_key_that_another_process_made_is_on_the_disk_before_it_is_used(
    keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been killed before its name was: what was recorded under it would be lost."""
    keys.encrypt(b"text", [keys.id_of(CHILD)], b"here")
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor)))
    beside = KeyStore(keys.folder, MASTER)
    beside.encrypt(b"text", [beside.id_of(CHILD)], b"here")

    for folder in (keys.folder.parent, keys.folder, keys.folder / "keys"):
        assert any(os.path.samestat(folder.stat(), state) for state in synced)


def test_the_folder_of_keys_is_on_the_disk_before_their_store_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another process made the folder, and was killed: a store of keys without it
    could make no key, ever.
    """
    (folder := tmp_path / "keys").mkdir()
    (folder / "keys").mkdir()
    synced: list[os.stat_result] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor)))
    monkeypatch.setattr(os, "link", interrupted)
    with pytest.raises(MalformedError, match="No space left"):
        KeyStore(folder, MASTER)

    assert any(os.path.samestat(folder.stat(), state) for state in synced)


def test_a_key_of_views_from_after_an_erasure_that_is_listed_no_more_is_replaced(
    keys: KeyStore,
) -> None:
    """As after a loss of power that took the list, and not what was written because of it."""
    before = keys.key_of_views()
    (keys.folder / "views").write_text(f"{before} 38")

    assert before != keys.key_of_views()
    assert keys.key_of_views() == keys.key_of_views()


def test_what_is_in_a_store_of_keys_tells_nobody_whose_they_are(
    app: Application, keys: KeyStore, tmp_path: Path
) -> None:
    """Its files are their owner's alone, and names no person."""
    app.handle(OPEN, about=(CHILD,), entered_by="C. Lerk")
    app.save(RECOMMENDATIONS, valid=day("2018-02-02"))
    erase(app, CHILD)
    paths = [keys.folder, *keys.folder.rglob("*")]

    assert {0o700, 0o600} >= {stat.S_IMODE(os.stat(path).st_mode) for path in paths}
    assert "p-17" not in "".join(map(str, paths))


def test_how_long_a_text_is_shows_roughly(keys: KeyStore) -> None:
    sizes = [
        len(keys.encrypt(b"a" * size, (keys.id_of(CHILD),), b"")) for size in (1, 28, 29, 9_000)
    ]

    assert [60, 60, 92, 9_244] == sizes


def test_a_master_key_is_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Made once, and read back; anything else is none."""
    make_master_key(tmp_path / "master")
    assert 32 == len(read_master_key(tmp_path / "master"))
    with pytest.raises(MalformedError, match="written to a new file"):
        make_master_key(tmp_path / "master")
    (tmp_path / "other").write_text("c2hvcnQ=")
    with pytest.raises(MalformedError, match="not a master key"):
        read_master_key(tmp_path / "other")
    with pytest.raises(MalformedError, match="No such file"):
        read_master_key(tmp_path / "none")
    with pytest.raises(MalformedError, match="no store of keys"):
        KeyStore(tmp_path / "none", MASTER, create=False)


# The command line


@pytest.fixture
def stored(lif: Lif, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with keys, in which one review is about a child."""
    monkeypatch.setenv("LIF_DB", f"sqlite:{tmp_path}/lif.db")
    monkeypatch.setenv("LIF_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LIF_MASTER_KEY", str(tmp_path / "master"))
    monkeypatch.setenv("LIF_BY", "A. Chair, independent chair, wscb")
    assert 0 == lif("keys", "--new").code
    review = ("--review", "wscb/1", "--kind", "single-agency-review", "--on", "2018-01-25")
    about = ("--title", "The case of Quebec", "--about-person", CHILD)
    assert 0 == lif("record", "OpenReview", "--create", *review, *about).code
    return tmp_path


def test_a_person_is_erased_by_hand(lif: Lif, stored: Path) -> None:
    """Held, released, kept until a day, due, erased; and what is left to do is said."""
    asked = ("erase", CHILD, "--reason", "Asked for", "--on")
    assert "under a legal hold since 2018-02-01" in lif(*asked, "2018-02-01", "--hold").out
    assert "data-subject.legal-hold" in lif(*asked, "2018-02-02").err
    assert "nothing on record" in lif(*asked, "2018-02-03", "--lift").out
    assert "kept until 2020-01-01" in lif(*asked, "2018-02-04", "--until", "2020-01-01").out
    assert lif("keys", "--on", "2019-12-31").out.rstrip().endswith("no")
    assert lif("keys", "--on", "2020-01-01").out.rstrip().endswith("yes")
    (listed,) = json.loads(lif("keys", "--on", "2020-01-01", "--format", "json").out)
    assert (True, "2020-01-01", None) == (listed["due"], listed["until"], listed["erased"])
    assert "Quebec" in lif("show", "review-wscb/1").out

    erased = lif(*asked, "2020-01-02")

    assert "erased on 2020-01-02" in erased.out
    assert "issue them again" in erased.out
    assert "title: [erased]" in lif("show", "review-wscb/1").out
    assert lif("keys", "--on", "2020-01-01").out.rstrip().endswith("no")
    assert "[erased] in review-wscb/1" in erased.out
    assert "nothing on record" in lif("keys", "review-wscb/1").out
    assert 0 == lif("verify").code


def test_an_erasure_says_what_it_does_not_reach(
    lif: Lif, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tells a family that all is gone has read it: no keys then, or another name."""
    assert "stored without keys" not in lif("erase", CHILD, "--reason", "Asked for").err
    monkeypatch.setenv("LIF_DB", f"sqlite:{stored}/older.db")
    review = ("--kind", "single-agency-review", "--on", "2018-01-25", "--title", "Of Quebec")
    with monkeypatch.context() as before:
        before.delenv("LIF_KEYS")
        before.delenv("LIF_MASTER_KEY")
        lif("record", "OpenReview", "--create", "--review", "wscb/1", *review)
    lif("record", "OpenReview", "--review", "wscb/2", *review, "--about-person", SIBLING)
    sibling = lif("erase", SIBLING, "--reason", "Asked for")
    nobody = lif("erase", f"{SIBLING}x", "--reason", "Asked for")

    stays = (
        "1 of the entries on record were stored without keys: what these say of the person stays"
    )
    assert (0, "[erased] in review-wscb/2\n") == (sibling.code, sibling.out.splitlines(True)[1])
    assert sibling.err.startswith(stays)
    assert nobody.err.startswith(f"no text on record is under the key of {SIBLING}x: nothing is")
    assert "Of Quebec" in lif("show", "review-wscb/1").out


def test_the_demo_is_encrypted_where_there_are_keys(
    lif: Lif, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As whatever else any command records: what somebody tries with it is what they get."""
    demo = ("--db", stored / "demo.db")
    assert 0 == lif("demo", *demo).code
    assert "A. Chair" in lif("log", *demo).out
    monkeypatch.delenv("LIF_KEYS")
    monkeypatch.delenv("LIF_MASTER_KEY")

    assert "A. Chair" not in lif("log", *demo).out


def test_a_line_of_a_file_is_known_again_and_cannot_be_guessed(lif: Lif, stored: Path) -> None:
    """Its command id is made of what it says."""
    file = stored / "commands.jsonl"
    mapper = LifMapper()
    line = dump(but(OPEN, review="wscb/2"), mapper)
    file.write_bytes(line)
    assert "1 entries on record" in lif("record", file).out
    assert 0 == lif("record", file).code
    assert 2 == len(lif("log", "--format", "json").out.splitlines())
    file.unlink()

    assert [] == holding(stored, sha256(line).hexdigest()[:32].encode(), *TEXTS)


def test_a_dry_run_neither_makes_a_key_nor_destroys_one(lif: Lif, stored: Path) -> None:
    keys = KeyStore(stored / "keys", read_master_key(stored / "master"))
    before = files(stored / "keys")
    fields = ("--subject", keys.id_of(CHILD), "--reasons", "Asked for", "--on", "2019-01-01")
    assert "nothing recorded" in lif("record", "EraseDataSubject", *fields, "--dry-run").out
    review = ("--review", "wscb/2", "--kind", "single-agency-review", "--on", "2018-01-25")
    about = ("--title", "T", "--about-person", SIBLING)
    assert "nothing recorded" in lif("record", "OpenReview", *review, *about, "--dry-run").out

    assert before == files(stored / "keys")
    assert "Quebec" in lif("log").out


def test_the_keys_are_opened_by_another_master_key(
    lif: Lif, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without any, a log with encrypted texts can be listed and verified, not written."""
    assert 0 == lif("keys", "--new-master-key", stored / "other").code
    assert "not the one of this store" in lif("log").err
    monkeypatch.setenv("LIF_MASTER_KEY", str(stored / "other"))
    assert "Quebec" in lif("log").out
    monkeypatch.delenv("LIF_MASTER_KEY")
    assert "which file is the master key" in lif("log").err
    monkeypatch.delenv("LIF_KEYS")
    listed = lif("log")
    assert "Quebec" not in listed.out
    assert "[encrypted]" in listed.out
    assert 0 == lif("verify").code
    assert "nothing can be erased without keys" in lif("erase", CHILD, "--reason", "Asked").err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("erase", CHILD, "--reason", "x", "--hold", "--lift"), "give one of"),
        (("erase", "p-17", "--reason", "x"), "names a board but nothing of it"),
        (("erase", CHILD, "--reason", "x", "--until", "soon"), "until"),
        (("erase", CHILD, "--reason", " "), "blank"),
        (("keys", "--new"), "a store of keys is here already"),
        (("keys", "--keys", "none"), "no store of keys is here"),
    ],
)
def test_what_is_wrong_is_said(lif: Lif, stored: Path, args: tuple[str, ...], says: str) -> None:
    assert says in lif(*args).err
