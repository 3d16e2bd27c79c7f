"""A clock that was wrong stamps nothing in silence, and what it stamped is read right."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.main import EXIT_CODES, run
from lif_adapters.json_values import json_record
from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.wiring import connect
from lif_core.aggregates.ledger import LEDGER, LEDGER_STREAM, ClockCorrected, CorrectClock
from lif_core.commands.application import TOLERANCE, Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.errors import ClockError, RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.log.requests import Request
from lif_core.views.accountability import accountability
from tests.lives import CASE, HOLD, OPEN, but
from tests.people import CHAIR, QUALITY, TEXTS, day

NOON = datetime(2018, 5, 18, 12, tzinfo=UTC)
WRONG = datetime(2034, 5, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A clock that says what it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Recorder]:
    kept = MemoryRecorder() if request.param == "memory" else SQLiteRecorder(tmp_path / "l.db")
    yield kept
    kept.close()


@pytest.fixture
def app(recorder: Recorder, clock: Clock) -> Application:
    """A log whose first entry is right, and whose second and third were recorded 'in 2034'."""
    app = Application(recorder, clock=clock, readership=TEXTS)
    app.handle(but(CASE, on=day("2018-05-10"), aware=day("2018-05-10")))
    clock.now = WRONG
    app.handle(but(HOLD, on=day("2018-05-18")))
    clock.now = WRONG + HOUR
    app.handle(but(OPEN, on=day("2018-05-18"), review="wscb/2"))
    clock.now = NOON + 3 * HOUR
    return app


CORRECT = CorrectClock(
    by=CHAIR,
    on=day("2018-05-18"),
    ledger=LEDGER,
    first=2,
    last=3,
    read_as=NOON + HOUR,
    reasons="The server was set to 2034 for two hours.",
)
NEXT = but(OPEN, on=day("2018-05-18"), review="wscb/3")


def instants(app: Application) -> list[datetime]:
    return [record.recorded_at for record in app.history()]


# The bound


def test_what_a_wrong_clock_stamped_does_not_stamp_the_rest_in_silence(app: Application) -> None:
    """Both instants are told, and what to do; nothing is recorded."""
    with pytest.raises(ClockError) as error:
        app.handle(NEXT)

    assert (WRONG + HOUR, NOON + 3 * HOUR) == (error.value.last, error.value.now)
    assert "2034-05-18T13:00:00+00:00" in str(error.value)
    assert "2018-05-18T15:00:00+00:00" in str(error.value)
    assert "CorrectClock" in str(error.value)
    assert 3 == len(list(app.history()))


def test_a_migration_is_told_the_same(app: Application) -> None:
    """Its own instants are right, and the log is not."""
    request = Request(command=NEXT, recorded_at=NOON + 2 * HOUR)

    with pytest.raises(ClockError):
        app.handle_all([request])


def test_each_group_is_told_so(app: Application) -> None:
    """Those that have nothing to record have nothing to be told."""
    quiet = but(OPEN, on=day("2018-05-18"), review="wscb/2")

    assert [ClockError, tuple] == [type(each) for each in app.handle_each([[NEXT], [quiet]])]


@pytest.mark.parametrize(
    ("behind", "refused"), [(TOLERANCE, False), (TOLERANCE + timedelta(seconds=1), True)]
)
def test_clocks_may_differ_by_a_little(
    recorder: Recorder, clock: Clock, behind: timedelta, refused: bool
) -> None:
    """As those of several machines do: time then stands still in the log."""
    app = Application(recorder, clock=clock, readership=TEXTS)
    app.handle(but(OPEN, on=day("2018-05-18")))
    clock.now = NOON - behind

    if refused:
        with pytest.raises(ClockError):
            app.handle(NEXT)
    else:
        app.handle(NEXT)
        assert [NOON, NOON] == instants(app)


def test_how_much_is_for_the_host_to_say(recorder: Recorder, clock: Clock) -> None:
    app = Application(recorder, clock=clock, tolerance=HOUR, readership=TEXTS)
    app.handle(but(OPEN, on=day("2018-05-18")))
    clock.now = NOON - HOUR

    assert 1 == len(app.handle(NEXT))


def test_another_that_records_with_a_wrong_clock_is_seen_at_the_commit(
    recorder: Recorder, clock: Clock
) -> None:
    """The log was right when it was decided on, and is not when it is recorded."""
    app, other = (
        Application(recorder, clock=clock, readership=TEXTS),
        Application(recorder, clock=lambda: WRONG, readership=TEXTS),
    )
    app.handle(but(OPEN, on=day("2018-05-18")))
    other.handle(but(OPEN, on=day("2018-05-18"), review="wscb/2"))

    with pytest.raises(ClockError):
        app.handle(NEXT)


# The way back


def test_the_correction_is_on_record_and_recording_goes_on(app: Application, clock: Clock) -> None:
    """What is stored stays as it is; time goes back once, at the correction."""
    (record,) = app.handle(CORRECT)
    clock.now += HOUR
    app.handle(NEXT)

    assert (LEDGER_STREAM, NOON + 3 * HOUR) == (record.stream, record.recorded_at)
    assert ClockCorrected.of(CORRECT, stamped=WRONG) == record.event
    assert [NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 4 * HOUR] == instants(app)
    assert [None, WRONG, WRONG + HOUR, None, None] == [each.stamped for each in app.history()]
    assert () == app.handle(CORRECT)


def test_what_was_known_when_goes_by_the_correction(app: Application, clock: Clock) -> None:
    """That evening the decision was on record, whatever the clock said."""
    evening = day("2018-05-18")
    before = app.view(accountability, valid=evening, known=evening).clock("wscb/scr-1", "decision")
    app.handle(CORRECT)
    after = app.view(accountability, valid=evening, known=evening).clock("wscb/scr-1", "decision")
    an_hour = list(app.history(known=NOON + HOUR))

    assert (None, day("2018-05-18")) == (before.done, after.done)
    assert (None, 0) == (before.recording_lag, after.recording_lag)
    assert [1, 2] == [record.position for record in an_hour]


def test_views_that_are_kept_or_saved_are_made_anew(recorder: Recorder, app: Application) -> None:
    """They were made from instants that are read otherwise now; another process sees it too."""
    reader = Application(recorder, clock=lambda: NOON + 9 * HOUR, readership=TEXTS)
    whole: dict[str, Any] = {"valid": day("2018-05-30")}
    lag = reader.view(accountability, **whole).clock("wscb/scr-1", "decision").recording_lag
    app.save(accountability, **whole)
    app.handle(CORRECT)

    assert lag == (WRONG.date() - day("2018-05-18")).days
    for each in (
        app,
        reader,
        Application(recorder, clock=lambda: NOON + 9 * HOUR, readership=TEXTS),
    ):
        row = each.view(accountability, **whole).clock("wscb/scr-1", "decision")
        assert 0 == row.recording_lag


def test_no_entry_is_read_later_than_its_correction(app: Application, clock: Clock) -> None:
    """The clock ran on wrongly for longer than there was time for."""
    clock.now = NOON + HOUR
    app.handle(but(CORRECT, read_as=NOON + HOUR / 2))

    assert [NOON, NOON + HOUR / 2, NOON + HOUR, NOON + HOUR] == instants(app)


def test_a_correction_is_itself_corrected_by_another(app: Application) -> None:
    """The later one holds."""
    app.handle(CORRECT)
    app.handle(but(CORRECT, read_as=NOON + 2 * HOUR, reasons="It was later."))

    assert [NOON, NOON + 2 * HOUR, NOON + 3 * HOUR] == instants(app)[:3]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (but(CORRECT, ledger="wscb/ledger"), "ledger.unknown"),
        (but(CORRECT, first=3, last=2), "ledger.no-such-entries"),
        (but(CORRECT, last=4), "ledger.no-such-entries"),
        (but(CORRECT, read_as=NOON - HOUR), "ledger.out-of-order"),  # before the entry before
        (but(CORRECT, read_as=WRONG), "ledger.out-of-order"),  # it was the clock that was right
        (but(CORRECT, last=2), "ledger.out-of-order"),  # the third is still of 2034
        (but(CORRECT, by=QUALITY), "authority.not-entitled"),
    ],
)
def test_a_correction_that_leaves_time_out_of_order_is_refused(
    app: Application, command: CorrectClock, rule: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        app.handle(command)

    assert rule == refusal.value.rule


def test_a_correction_of_the_clock_is_not_voided(app: Application) -> None:
    """Entries would be of 2034 again, behind later ones that are not: it is corrected anew."""
    app.handle(CORRECT)
    void = VoidEntry(
        by=CHAIR, on=CORRECT.on, stream=LEDGER_STREAM, entry=1, reasons="It was right"
    )

    with pytest.raises(RefusedError) as refusal:
        app.handle(void)
    assert "ledger.corrected-anew" == refusal.value.rule


# Seen


def test_the_instant_that_was_stamped_is_shown_beside(app: Application) -> None:
    app.handle(CORRECT)
    members = [json_record(record, app.mapper) for record in app.history()]

    assert [None, WRONG.isoformat(), (WRONG + HOUR).isoformat(), None] == [
        each.get("stamped") for each in members
    ]


def test_the_command_line_says_it_and_corrects_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that a wrong clock has written to, of which the command line knows nothing."""
    url, later = f"sqlite:{tmp_path / 'l.db'}", datetime.now(UTC) + timedelta(days=3000)
    with connect(url, clock=lambda: later, readership=TEXTS) as app:
        app.handle(but(OPEN, on=day("2018-05-18")))
    by = {"person": "A. Chair", "role": "independent chair", "body": "wscb"}
    about = {"by": by, "on": "2018-05-18"}
    opening = {"command": "OpenReview", "review": "wscb/3", "kind": "lga-peer", "title": "Again"}
    correct = {
        "command": "CorrectClock", "ledger": LEDGER, "first": 1, "last": 1,
        "read_as": "2018-05-18T12:00:00+00:00", "reasons": "Set to the wrong year",
    }  # fmt: skip
    ask = tmp_path / "ask.jsonl"

    ask.write_text(json.dumps(opening | about))
    codes = {error: code for error, code, _ in EXIT_CODES}
    assert codes[ClockError] == run(["record", str(ask), "--create", "--db", url])
    assert "CorrectClock" in capsys.readouterr().err
    ask.write_text(json.dumps(correct | about) + "\n" + json.dumps(opening | about))
    assert 0 == run(["record", str(ask), "--create", "--db", url])
    with connect(url, readership=TEXTS) as app:
        assert "2018-05-18T12:00:00+00:00" == instants(app)[0].isoformat()
