"""Commands in, records out: once, in order, whole or not at all, as known at any time."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lif_adapters.wiring import connect
from lif_core.aggregates import body, recommendation
from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    ImplementRecommendation,
    IssueRecommendation,
    PlanRecommendation,
)
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.requests import Request
from lif_core.values.authority import Authority
from lif_core.values.working_days import last_instant
from lif_core.views.accountability import accountability
from tests.people import CHAIR, QUALITY, TEXTS, TRAINING, day

START = datetime(2018, 1, 25, 9, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture(params=["memory:", "sqlite:{}/lif.db"], ids=["memory", "sqlite"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    with connect(request.param.format(tmp_path), clock=Clock(), readership=TEXTS) as application:
        yield application


def opened() -> OpenReview:
    return OpenReview(
        by=CHAIR,
        on=day("2018-01-20"),
        review="wscb/1",
        kind="single-agency-review",
        title="A case",
    )


def issued(ref: str = "wscb/r-1", **changes: object) -> IssueRecommendation:
    fields: dict[str, object] = {
        "by": CHAIR,
        "on": day("2018-01-25"),
        "recommendation": ref,
        "source": "review-wscb/1",
        "text": "Update the procedure",
        "addressed": ("wscb",),
    }
    return IssueRecommendation(**{**fields, **changes})  # type: ignore[arg-type]


def accepted(ref: str = "wscb/r-1", on: str = "2018-01-25") -> AcceptRecommendation:
    return AcceptRecommendation(by=CHAIR, on=day(on), recommendation=ref)


def planned(ref: str = "wscb/r-1", owner: str = "wscb/qac") -> PlanRecommendation:
    return PlanRecommendation(
        by=CHAIR,
        on=day("2018-01-26"),
        recommendation=ref,
        owner=owner,
        due=day("2018-04-30"),
        action="Rewrite it",
    )


def implemented(by: Authority = QUALITY, on: str = "2018-05-10") -> ImplementRecommendation:
    return ImplementRecommendation(
        by=by, on=day(on), recommendation="wscb/r-1", evidence="Version 3"
    )


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    return caught.value.rule


def names(app: Application) -> list[str]:
    return [type(record.event).__name__ for record in app.history()]


# Recording


def test_positions_streams_and_times_are_in_order(app: Application) -> None:
    app.handle_all([opened(), issued(), accepted()])
    records = list(app.history())

    assert [1, 2, 3] == [record.position for record in records]
    assert ["review-wscb/1", "recommendation-wscb/r-1", "recommendation-wscb/r-1"] == [
        record.stream for record in records
    ]
    assert [1, 1, 2] == [record.stream_position for record in records]
    assert {START} == {record.recorded_at for record in records}


def test_what_handle_returns_is_what_is_on_record(app: Application) -> None:
    assert app.handle(opened()) == tuple(app.history())


def test_one_refused_keeps_out_all_of_its_transaction(app: Application) -> None:
    assert "recommendation.not-accepted" == refused(
        lambda: app.handle_all([opened(), issued(), planned()])
    )
    assert [] == names(app)


def test_the_error_says_which_request_it_was(app: Application) -> None:
    with pytest.raises(RefusedError) as caught:
        app.handle_all([opened(), issued(), planned()])

    assert 2 == caught.value.at


def test_a_group_that_is_refused_does_not_keep_out_the_others(app: Application) -> None:
    outcomes = app.handle_each([[opened()], [issued(), planned()], [issued("wscb/r-2")]])

    assert [True, False, True] == [isinstance(outcome, tuple) for outcome in outcomes]
    assert ["ReviewOpened", "RecommendationIssued"] == names(app)
    assert ["wscb/r-2"] == [r.stream.partition("-")[2] for r in app.history() if r.position == 2]


def test_a_command_that_is_not_in_the_registry_is_malformed(app: Application) -> None:
    event = recommendation.RecommendationIssued.of(issued())

    with pytest.raises(MalformedError, match="not a command"):
        app.handle(event)


# Command ids


def test_the_same_command_id_again_returns_what_it_returned(app: Application) -> None:
    app.handle(opened())
    first = app.handle(issued(), command_id="m-1/1")

    assert first == app.handle(issued(), command_id="m-1/1")
    assert 2 == len(names(app))


def test_a_command_that_led_to_nothing_leads_to_nothing_for_ever(app: Application) -> None:
    """A retry must not act on a state that came later."""
    app.handle_all([opened(), issued(), accepted(), planned()])
    app.handle(implemented())
    assert () == app.handle(implemented(), command_id="late")

    app.handle(VoidEntry(by=CHAIR, on=day("2018-05-11"), stream="recommendation-wscb/r-1", entry=4,
                         reasons="Another recommendation was meant"))  # fmt: skip

    assert () == app.handle(implemented(), command_id="late")
    assert 1 == len(app.handle(implemented(), command_id="new"))


def test_a_command_id_is_of_one_command_only(app: Application) -> None:
    app.handle(opened(), command_id="m-1")

    assert "record.command-id-reused" == refused(lambda: app.handle(issued(), command_id="m-1"))


def test_an_id_twice_in_one_transaction_counts_once(app: Application) -> None:
    twice = [Request(command=opened(), command_id="a"), Request(command=opened(), command_id="a")]
    records = app.handle_all(twice)

    assert [1, 1] == [record.position for record in records]
    assert ["ReviewOpened"] == names(app)


def test_a_refused_command_may_be_asked_again_under_its_id(app: Application) -> None:
    assert "reference.unknown" == refused(lambda: app.handle(issued(), command_id="m-1"))
    app.handle(opened())

    assert 1 == len(app.handle(issued(), command_id="m-1"))


def test_the_ids_for_tracing_are_on_the_record(app: Application) -> None:
    (record,) = app.handle(opened(), command_id="c", correlation="case 7", causation="mail 3")

    assert ("c", "case 7", "mail 3") == (record.command_id, record.correlation, record.causation)


# Times of recording


def test_the_time_of_recording_never_goes_backwards(app: Application) -> None:
    """A clock set back does not change what was known when."""
    app.handle(opened())
    app.clock.now -= timedelta(minutes=3)  # type: ignore[attr-defined]  # the clock of these tests
    (record,) = app.handle(issued())

    assert START == record.recorded_at


def test_a_migration_may_supply_it_and_the_record_says_so(app: Application) -> None:
    at = START - timedelta(days=200)
    (record,) = app.handle(opened(), recorded_at=at)
    (later,) = app.handle(issued())

    assert (at, True) == (record.recorded_at, record.migrated)
    assert (START, False) == (later.recorded_at, later.migrated)


def test_what_the_clock_said_of_a_migrated_entry_is_kept(app: Application) -> None:
    (record,) = app.handle(opened(), recorded_at=START - timedelta(days=200))

    assert (START, None) == (record.entered_at, record.claimed_at)
    assert [record] == list(app.history())


def test_what_an_older_register_claims_is_kept_beside_the_clock(app: Application) -> None:
    """It dates nothing: the log's own order stands."""
    app.handle(opened())
    at = START - timedelta(days=200)
    (record,) = app.handle_all([Request(command=issued(), claimed_at=at)])

    assert (START, at, None, False) == (
        record.recorded_at,
        record.claimed_at,
        record.entered_at,
        record.migrated,
    )
    assert [record] == list(app.history("recommendation-wscb/r-1"))


def test_a_migration_may_not_go_backwards(app: Application) -> None:
    app.handle(opened())

    early = START - timedelta(days=1)
    assert "record.recorded-backwards" == refused(lambda: app.handle(issued(), recorded_at=early))


def test_a_migration_may_not_come_from_the_future(app: Application) -> None:
    """A slip in the year would date every later entry."""
    late = START + timedelta(days=1)

    assert "record.recorded-in-the-future" == refused(
        lambda: app.handle(opened(), recorded_at=late)
    )
    assert [] == names(app)


def test_threads_that_wait_are_recorded_in_one_commit(app: Application) -> None:
    """Each group on its own terms: one that is refused keeps out no other's."""
    app.handle(opened())
    commits = 0
    append = app.recorder.append

    def counted(*args: object) -> object:
        nonlocal commits
        commits += 1
        time.sleep(0.02)
        return append(*args)  # type: ignore[arg-type]

    app.recorder.append = counted  # type: ignore[assignment, method-assign]
    outcomes: dict[int, str] = {}

    def issue(number: int) -> None:
        command = issued(f"wscb/{number}") if number % 2 else planned(f"wscb/{number}")
        try:
            outcomes[number] = str(len(app.handle(command)))
        except RefusedError as error:
            outcomes[number] = error.rule

    threads = [threading.Thread(target=issue, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = {n: "1" if n % 2 else "recommendation.unknown" for n in range(24)}
    assert expected == outcomes
    assert 12 > commits


# What every command is held against


@pytest.mark.parametrize(
    ("command", "field", "stream"),
    [
        (issued(source="review-wscb/none"), "source", "review-wscb/none"),
        (issued(addressed=("wscb", "wscb/none")), "addressed[]", "body-wscb/none"),
        (issued(by=Authority(person="A", role="b", body="wscc")), "by.body", "body-wscc"),
        (issued(boards=("walsall",)), "boards[]", "body-walsall"),
    ],
)
def test_a_reference_must_be_to_something_on_record(
    app: Application, command: IssueRecommendation, field: str, stream: str
) -> None:
    """An unknown committee is a mistake, not a new committee."""
    app.handle(opened())
    with pytest.raises(RefusedError) as caught:
        app.handle(command)

    assert ("reference.unknown", {"field": field, "stream": stream}) == (
        caught.value.rule,
        caught.value.facts,
    )


def test_a_body_once_registered_is_known(app: Application) -> None:
    registrar = Authority(person="R", role="registrar", body="taic")
    register = body.RegisterBody(
        by=registrar, on=day("1990-01-01"), body="taic", name="A board", kind=body.BodyKind.BOARD
    )

    assert 1 == len(app.handle(register))
    assert () == app.handle(register)


def test_only_who_has_the_right_may_decide(app: Application) -> None:
    """Seed 4.7, 5.1: the framework says which kinds of body, or which bodies."""
    app.handle_all([opened(), issued(), accepted()])
    police = Authority(person="P", role="lead", body="wsb/police")
    by_police = PlanRecommendation(
        by=police, on=day("2018-01-26"), recommendation="wscb/r-1", owner="wsb/police",
        due=day("2018-04-30"), action="x",
    )  # fmt: skip

    assert "authority.not-entitled" == refused(lambda: app.handle(by_police))
    assert 1 == len(app.handle(planned()))


def test_nothing_takes_effect_before_its_stream_began(app: Application) -> None:
    app.handle_all([opened(), issued()])

    early = accepted(on="2018-01-24")
    assert "stream.before-opening" == refused(lambda: app.handle(early))


def test_after_a_merger_the_successor_acts_for_the_merged(app: Application) -> None:
    app.handle_all([opened(), issued(), accepted(), planned(owner="wsb/lpp")])
    assert "recommendation.owner-only" == refused(lambda: app.handle(implemented(TRAINING)))
    app.handle(
        body.MergeBody(
            by=CHAIR, on=day("2018-03-01"), body="wsb/lpp", into="wsb/jld", reasons="One"
        )
    )

    assert 1 == len(app.handle(implemented(TRAINING)))


# History and views


def test_history_is_of_a_stream_a_time_and_a_place(app: Application) -> None:
    clock = app.clock
    assert isinstance(clock, Clock)
    app.handle(opened())
    clock.pass_days(1)
    app.handle_all([issued(), accepted()])
    stream = "recommendation-wscb/r-1"

    assert [2, 3] == [record.position for record in app.history(stream)]
    assert [3] == [record.position for record in app.history(after=2)]
    assert [3] == [record.position for record in app.history(stream, after=2)]
    assert [1] == [record.position for record in app.history(known=day("2018-01-25"))]
    assert [1] == [record.position for record in app.history(valid=day("2018-01-24"))]
    assert [] == list(app.history("recommendation-wscb/none"))


def test_a_known_date_means_its_end_in_london() -> None:
    """In summer the day ends at 23:00 UTC."""
    assert datetime(2018, 6, 1, 22, 59, 59, 999999, tzinfo=UTC) == last_instant(day("2018-06-01"))
    assert datetime(2018, 1, 1, 23, 59, 59, 999999, tzinfo=UTC) == last_instant(day("2018-01-01"))


def test_a_view_is_of_today_unless_another_day_is_asked_for(app: Application) -> None:
    app.handle_all([opened(), issued(), accepted(), planned()])
    app.clock.now = datetime(2018, 5, 2, 23, 30, tzinfo=UTC)  # type: ignore[attr-defined]

    assert ("2018-05-03", 3) == (
        app.view(accountability).valid,
        app.view(accountability).overdue_days("wscb/qac"),
    )
    assert "2018-02-01" == app.view(accountability, known=day("2018-02-01")).valid


def test_a_view_as_known_before_is_the_same_for_ever(app: Application) -> None:
    clock = app.clock
    assert isinstance(clock, Clock)
    app.handle_all([opened(), issued(), accepted(), planned()])
    then, at = day("2018-06-01"), clock.now
    before = app.view(accountability, valid=then, known=at)
    clock.pass_days(10)
    app.handle(implemented())
    app.handle(VoidEntry(by=CHAIR, on=day("2018-06-02"), stream="recommendation-wscb/r-1", entry=3,
                         reasons="Planned for another"))  # fmt: skip

    assert before == app.view(accountability, valid=then, known=at)
    assert before != app.view(accountability, valid=then)


def test_why_names_what_a_stream_rests_on_and_what_rests_on_it(app: Application) -> None:
    app.handle_all([opened(), issued(), accepted()])
    trail = app.why("recommendation-wscb/r-1")

    assert [2, 3] == [record.position for record in trail.entries]
    assert [1] == [record.position for record in trail.rests_on]
    assert [2, 3] == [record.position for record in app.why("review-wscb/1").rested_on_by]
    assert "stream.unknown" == refused(lambda: app.why("review-wscb/none"))


# Threads


def test_threads_may_share_an_application(app: Application) -> None:
    """Every command is recorded once, and the order is one."""
    app.handle(opened())

    def issue(thread: int) -> None:
        for number in range(15):
            app.handle(issued(f"wscb/{thread}-{number}"), command_id=f"{thread}-{number}")

    threads = [threading.Thread(target=issue, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = list(app.history())

    assert list(range(1, 92)) == [record.position for record in records]
    assert 91 == len({record.stream for record in records})


def test_of_two_who_act_on_one_stream_both_are_heard(app: Application) -> None:
    """A conflict is decided again on what is there now; nothing is overwritten."""
    app.handle_all([opened(), issued()])
    errors: list[Exception] = []

    def reply(thread: int) -> None:
        for number in range(10):
            command = recommendation.ReplyToRecommendation(
                by=CHAIR,
                on=day("2018-02-01"),
                recommendation="wscb/r-1",
                reply=f"{thread} {number}",
            )
            try:
                app.handle(command)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=reply, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == errors
    assert list(range(1, 42)) == [
        r.stream_position for r in app.history("recommendation-wscb/r-1")
    ]


# Corrections, and days that cannot be meant


def void(by: Authority, entry: int = 2) -> VoidEntry:
    return VoidEntry(
        by=by,
        on=day("2018-02-01"),
        stream="recommendation-wscb/r-1",
        entry=entry,
        reasons="Another one was meant",
    )


def test_an_entry_is_corrected_by_the_body_that_decided_it_or_a_board(app: Application) -> None:
    """Nobody else's correction changes what it said."""
    police = Authority(person="P", role="lead", body="wsb/police")
    app.handle_all([opened(), issued(addressed=("wscb", "wsb/police"))])
    app.handle(AcceptRecommendation(by=police, on=day("2018-01-26"), recommendation="wscb/r-1"))

    assert "correction.of-another-body" == refused(lambda: app.handle(void(QUALITY)))
    assert 1 == len(app.handle(void(police)))
    assert 1 == len(app.handle(void(CHAIR, entry=1)))


def test_after_a_merger_the_successor_corrects_what_the_merged_decided(app: Application) -> None:
    policy = Authority(person="L", role="chair", body="wsb/lpp")
    app.handle_all([opened(), issued(by=policy)])
    app.handle(
        body.MergeBody(by=CHAIR, on=day("2018-01-30"), body="wsb/lpp", into="wsb/jld", reasons="1")
    )

    assert 1 == len(app.handle(void(TRAINING, entry=1)))


def test_nothing_is_recorded_more_than_a_year_before_it_takes_effect(app: Application) -> None:
    """A slip in the year would leave a decision that no view shows for decades."""
    app.handle_all([opened(), issued()])

    assert "record.too-far-ahead" == refused(lambda: app.handle(accepted(on="2081-01-25")))
    assert 1 == len(app.handle(accepted(on="2019-01-20")))


def test_a_clock_without_a_zone_is_no_clock() -> None:
    with (
        connect("memory:", clock=lambda: datetime(2018, 1, 25), readership=TEXTS) as board,  # noqa: DTZ001
        pytest.raises(MalformedError, match="clock"),
    ):
        board.handle(opened())
