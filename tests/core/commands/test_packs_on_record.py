"""A store records which packs it was written under, and says so where one is missing or other."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from lif_adapters.sqlite import SQLiteRecorder
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.edition import IssueEdition, MandateEdition, ProposeEdition
from lif_core.aggregates.ledger import LEDGER, CorrectClock
from lif_core.aggregates.review import OpenReview, RecordVoice
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import BodyEntry, Framework, Frameworks, load, parse
from lif_core.log.memory import MemoryRecorder
from lif_core.log.packs import PackStatus
from lif_core.log.recorder import Recorder
from lif_core.log.requests import Request
from lif_core.values.authority import Authority
from tests.lives import but
from tests.people import CHAIR, TEXTS, day

NOW = datetime(2018, 5, 18, 12, tzinfo=UTC)
PACK = """
name = "ours"
title = "Our board"
governs = ["ours", "joint"]
bodies = [
    { ref = "ours", name = "Our board", kind = "board" },
    { ref = "joint/training", name = "Training", kind = "committee", boards = ["ours"] },
]
review_kinds = [{ kind = "look", name = "A look", principles = false }]
small_counts = 5
"""
OURS = parse(PACK, "ours.toml")
CHANGED = attrs.evolve(OURS, small_counts=3)
THEIRS = attrs.evolve(
    OURS,
    name="theirs",
    governs=("theirs",),
    bodies=(BodyEntry(ref="theirs", name="Their board", kind="board"),),
)
SAME, OTHER, MISSING, REPLACED = PackStatus


@pytest.fixture(params=["memory", "sqlite"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Recorder]:
    recorder = MemoryRecorder() if request.param == "memory" else SQLiteRecorder(tmp_path / "l.db")
    yield recorder
    recorder.close()


class Program:
    """A program that reads and writes a store with some *packs* beside those that ship."""

    def __init__(self, recorder: Recorder, *packs: Framework) -> None:
        self.now = NOW
        frameworks = load().plus(*packs)
        self.app = Application(
            recorder, clock=lambda: self.now, frameworks=frameworks, readership=TEXTS
        )

    def packs(self) -> list[tuple[int, str, PackStatus]]:
        return [(row.position, row.name, row.status) for row in self.app.packs()]

    def open(self, ref: str, on: str = "2018-05-18") -> None:
        self.app.handle(opened(ref, on))


def by(ref: str) -> Authority:
    body = ref.partition("/")[0]
    return Authority(person="A. Chair", role="chair", body=body)


def opened(ref: str, on: str = "2018-05-18") -> OpenReview:
    return OpenReview(by=by(ref), on=day(on), review=ref, kind="look", title="A look")


def heard(ref: str) -> RecordVoice:
    return RecordVoice(by=by(ref), on=day("2018-05-18"), review=ref, voice="What was said")


REGISTER = RegisterBody(
    by=CHAIR, on=day("2018-05-18"), body="ours", name="Our board", kind=BodyKind.BOARD
)
"""Without a pack a namespace is nobody's yet, and another board may begin it."""


def void(ref: str) -> VoidEntry:
    stream = f"review-{ref}"
    return VoidEntry(by=by(ref), on=day("2018-05-18"), stream=stream, entry=1, reasons="A slip")


def names(recorder: Recorder) -> list[tuple[int, str]]:
    return [(row.position, row.pack.name) for row in recorder.packs()]


def rule(act: Callable[[], object]) -> str | None:
    try:
        act()
    except RefusedError as refused:
        return refused.rule
    return None


# On record


def test_the_first_entry_under_a_pack_records_it_and_no_later_one_does(recorder: Recorder) -> None:
    """With the general one, whose rights fill what it leaves open; not what is only at hand."""
    program = Program(recorder, OURS, THEIRS)
    assert [] == program.packs()
    for number in (1, 2, 3):
        program.open(f"ours/{number}")

    assert [(1, "general", SAME), (1, "ours", SAME)] == program.packs()
    (general, ours) = program.app.packs()
    assert (load().general.digest, ()) == (general.digest, general.governs)
    assert (OURS.digest, ("ours", "joint"), NOW) == (ours.digest, ours.governs, ours.since)


def test_another_program_on_the_same_store_records_it_no_second_time(recorder: Recorder) -> None:
    Program(recorder, OURS).open("ours/1")
    Program(recorder, OURS).open("ours/2")

    assert [1, 1] == [row.position for row in recorder.packs()]


def test_each_board_records_its_own_pack_when_it_first_decides(recorder: Recorder) -> None:
    program = Program(recorder, OURS, THEIRS)
    program.open("ours/1")
    program.open("theirs/1")

    assert [(1, "general", SAME), (1, "ours", SAME), (2, "theirs", SAME)] == program.packs()


def test_a_pack_is_recorded_that_is_first_asked_after_a_body_has_moved(recorder: Recorder) -> None:
    """In one transaction: what was found out about bodies before is forgotten then."""
    program = Program(recorder, OURS)
    program.app.handle(but(REGISTER, body="one"))
    program.app.handle_all([but(REGISTER, body="two"), opened("ours/1")])

    assert [(1, "general", SAME), (2, "ours", SAME)] == program.packs()


def test_what_is_refused_or_quiet_was_written_under_no_pack(recorder: Recorder) -> None:
    """Of two groups in one commit, only the one that is recorded says its pack."""
    program = Program(recorder, OURS, THEIRS)
    unknown = heard("theirs/1")
    assert rule(lambda: program.app.handle(unknown)) == "review.unknown"
    assert [] == program.packs()
    program.app.handle_each([[opened("theirs/1"), heard("theirs/2")], [opened("ours/1")]])
    program.app.handle_each([[opened("ours/1")]])

    assert [(1, "general", SAME), (1, "ours", SAME)] == program.packs()


def test_a_migration_records_when_the_pack_was_used_not_what_the_register_says(
    recorder: Recorder,
) -> None:
    """The register recorded it in 2017, under whatever rules it had."""
    program = Program(recorder, OURS)
    earlier = NOW - timedelta(days=365)
    program.app.handle_all([Request(command=opened("ours/1", "2017-05-01"), recorded_at=earlier)])

    assert [NOW, NOW] == [row.since for row in program.app.packs()]


def test_since_when_goes_by_a_correction_of_the_clock(recorder: Recorder) -> None:
    program = Program(recorder, OURS)
    program.now = NOW + timedelta(days=5000)
    program.open("ours/1")
    program.now = NOW + timedelta(hours=2)
    correct = CorrectClock(
        by=by("ours"), on=day("2018-05-18"), ledger=LEDGER, first=1, last=1, read_as=NOW,
        reasons="It was set wrong",
    )  # fmt: skip
    program.app.handle(correct)

    assert [NOW, NOW] == [row.since for row in program.app.packs()]


# Other


def test_reading_with_another_pack_says_so_and_writes_nothing(recorder: Recorder) -> None:
    Program(recorder, OURS).open("ours/1")
    reader = Program(recorder, CHANGED)
    before = list(recorder.packs())
    list(reader.app.history())

    assert [(1, "general", SAME), (1, "ours", OTHER)] == reader.packs()
    assert before == list(recorder.packs())


def test_the_next_entry_under_another_pack_records_that(recorder: Recorder) -> None:
    """What was decided before was decided under the one before."""
    Program(recorder, OURS).open("ours/1")
    program = Program(recorder, CHANGED)
    program.open("ours/2")
    program.open("ours/3")

    assert [(1, "general", SAME), (1, "ours", REPLACED), (2, "ours", SAME)] == program.packs()
    assert (2, "ours", OTHER) == Program(recorder, OURS).packs()[-1]


def test_two_programs_that_take_turns_under_two_editions_of_a_pack_each_say_so(
    recorder: Recorder,
) -> None:
    """Both run for long; every entry is found to be of the right one."""
    one, other = Program(recorder, OURS), Program(recorder, CHANGED)
    one.open("ours/1")
    one.open("ours/2")
    other.open("ours/3")
    one.open("ours/4")
    one.open("ours/5")
    digests = [(row.position, row.pack.digest) for row in recorder.packs() if row.position > 1]

    assert [(3, CHANGED.digest), (4, OURS.digest)] == digests


def test_a_pack_is_other_where_what_it_extends_is(recorder: Recorder) -> None:
    """Its own file is the same; the pack that ships with `lif` is not."""
    text = 'name = "ours"\ntitle = "T"\nextends = "working-together-2023"\n'
    governs = 'governs = ["ours"]\nin_force = 2018-01-01\n'
    bodies = 'bodies = [{ ref = "ours", name = "Our board", kind = "board" }]\n'
    kind = '[[review_kinds]]\nkind = "look"\nname = "A look"\nprinciples = false\n'
    pack = parse(text + governs + bodies + kind, "ours.toml")
    Program(recorder, pack).open("ours/1")
    later = attrs.evolve(pack, duties=pack.duties[1:])

    assert [SAME, OTHER] == [status for *_, status in Program(recorder, later).packs()]


def test_the_general_pack_is_recorded_where_that_alone_is_other(recorder: Recorder) -> None:
    """A later `lif` gives a right to somebody else, and the pack of the board says nothing."""
    Program(recorder, OURS).open("ours/1")
    program = Program(recorder, OURS)
    general = attrs.evolve(load().general, rights=load().general.rights[1:])
    frameworks = Frameworks(general, (OURS,))
    program.app = Application(recorder, clock=lambda: NOW, frameworks=frameworks, readership=TEXTS)
    assert [(1, "general", OTHER), (1, "ours", SAME)] == program.packs()
    program.open("ours/2")

    assert (2, "general", SAME) == program.packs()[-1]


def test_what_is_on_record_is_asked_once_for_as_long_as_nobody_else_records(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit costs no question more."""
    asked = [0]
    packs = recorder.packs

    def counted() -> Any:
        asked[0] += 1
        return packs()

    monkeypatch.setattr(recorder, "packs", counted)
    one, other = Program(recorder, OURS, THEIRS), Program(recorder, OURS)
    for number in range(5):
        one.open(f"ours/{number}")
    one.open("theirs/1")
    assert 1 == asked[0]
    other.open("ours/5")
    one.open("ours/6")
    one.open("ours/7")
    assert 3 == asked[0]


# Missing


def test_without_its_pack_nothing_is_decided_in_the_streams_of_a_board(recorder: Recorder) -> None:
    """Any kind of review would be taken, of anybody; other boards go on, and so does reading."""
    Program(recorder, OURS).open("ours/1")
    program = Program(recorder, THEIRS)

    assert [(1, "general", SAME), (1, "ours", MISSING)] == program.packs()
    assert ["record.pack-missing"] * 3 == [
        rule(lambda command=command: program.app.handle(command))  # type: ignore[misc]
        for command in (opened("ours/2"), heard("ours/1"), void("ours/1"))
    ]
    assert 1 == len(list(program.app.history()))
    program.open("theirs/1")
    Program(recorder, OURS).open("ours/2")
    assert 3 == len(list(program.app.history()))


def test_what_is_joint_to_the_boards_of_a_missing_pack_is_not_decided_either(
    recorder: Recorder,
) -> None:
    Program(recorder, OURS).open("ours/1")

    assert "record.pack-missing" == rule(lambda: Program(recorder).open("joint/1"))


def test_a_program_that_runs_learns_of_a_pack_that_it_has_not(recorder: Recorder) -> None:
    """It decided under the general one while nobody knew better."""
    ours, other = Program(recorder, OURS), Program(recorder)
    other.app.handle(REGISTER)
    ours.open("ours/1")

    assert "record.pack-missing" == rule(lambda: other.open("ours/2"))


class Shared(MemoryRecorder):
    """A log to which another appends just before the next."""

    meanwhile: Callable[[], None] | None = None

    def append(self, *args: Any, **kwargs: Any) -> Any:
        act, self.meanwhile = self.meanwhile, None
        if act:
            act()
        return super().append(*args, **kwargs)


def test_of_two_that_start_at_once_the_one_without_the_pack_is_refused() -> None:
    """It had read that nothing was on record, and was second."""
    recorder = Shared()
    first, second = Program(recorder, OURS), Program(recorder)
    recorder.meanwhile = lambda: first.open("ours/1")

    assert "record.pack-missing" == rule(lambda: second.app.handle(REGISTER))
    assert [(1, "general"), (1, "ours")] == [
        (row.position, row.pack.name) for row in recorder.packs()
    ]


def test_of_two_that_start_at_once_under_a_pack_one_records_it() -> None:
    recorder = Shared()
    first, second = Program(recorder, OURS), Program(recorder, OURS)
    recorder.meanwhile = lambda: first.open("ours/1")
    second.open("ours/2")

    assert [(1, "general"), (1, "ours")] == [
        (row.position, row.pack.name) for row in recorder.packs()
    ]


def test_an_edition_is_not_mandated_nor_issued_without_the_pack_that_it_names(
    recorder: Recorder,
) -> None:
    """It governs another board, so that nothing was decided by it yet."""
    edition: dict[str, Any] = {"by": CHAIR, "on": day("2018-05-18"), "edition": "wscb/edition-1"}
    propose = ProposeEdition(**edition, title="Ours", pack="ours", boards=("wscb",))
    mandate = MandateEdition(**edition)
    issue = IssueEdition(**edition, place="The board's page", agencies=("wsb/police",))
    ours, without = Program(recorder, OURS), Program(recorder)

    assert "edition.unknown-pack" == rule(lambda: without.app.handle(propose))
    ours.app.handle(propose)
    assert "edition.unknown-pack" == rule(lambda: without.app.handle(mandate))
    ours.app.handle(mandate)
    assert "edition.unknown-pack" == rule(lambda: without.app.handle(issue))
    ours.app.handle(issue)


# Two editions


def test_two_editions_of_a_boards_rules_are_each_recorded_with_their_first_entry(
    recorder: Recorder,
) -> None:
    """What began under the first goes on under it: under that alone, for as long as the transition
    lasts, and under both afterwards, since rights are then those of the second.
    """
    first = attrs.evolve(OURS, until=day("2018-06-01"), transition=day("2018-07-01"))
    second = attrs.evolve(OURS, name="ours-2", in_force=day("2018-06-01"))
    program = Program(recorder, first, second)
    program.now = NOW + timedelta(days=100)
    program.open("ours/1", "2018-05-18")
    program.app.handle(but(heard("ours/1"), on=day("2018-06-30")))
    assert ["general", "ours"] == [name for _, name, _ in program.packs()]
    program.app.handle(but(heard("ours/1"), on=day("2018-07-01")))

    assert [(1, "general", SAME), (1, "ours", SAME), (3, "ours-2", SAME)] == program.packs()


def test_two_packs_of_one_name_are_not_taken_together() -> None:
    """By the name a store knows them."""
    with pytest.raises(MalformedError, match="two packs of one name: general"):
        load().plus(attrs.evolve(OURS, name="general"))
    with pytest.raises(MalformedError, match="two packs of one name: ours"):
        Frameworks(load().general, (OURS, CHANGED))
