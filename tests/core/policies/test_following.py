"""Policies and watches: every entry is reacted to once, whatever happens; nothing is dropped."""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from lif_adapters.sqlite import SQLiteRecorder
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import EscalationRaised
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError
from lif_core.framework import Escalate, Framework, Frameworks, load
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Reads, Receipt, Recorder, Stamp, Tracking
from lif_core.policies.policy import DayPolicy, Followed, Policy, Refusal
from lif_core.policies.runner import LONGEST
from lif_core.policies.shipped import DAY_POLICIES
from lif_core.values.fields import REF_LENGTH
from lif_core.views.accountability import Accountability
from tests.people import CHAIR, POLICY, TEXTS, by, day
from tests.policies import ACCEPT, ACCEPT_AND_PLAN, PLAN

ON = day("2018-01-10")
BOARD = by("xb")
NOW = datetime(2018, 6, 1, 10, tzinfo=UTC)


def application(recorder: Recorder, frameworks: Frameworks | None = None) -> Application:
    return Application(recorder, clock=lambda: NOW, frameworks=frameworks, readership=TEXTS)


@pytest.fixture(params=["memory", "sqlite"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Recorder]:
    found = MemoryRecorder() if request.param == "memory" else SQLiteRecorder(tmp_path / "l.db")
    yield found
    found.close()


@pytest.fixture
def app(recorder: Recorder) -> Application:
    """A board with two committees, and an inquiry to make recommendations of: four entries."""
    app = application(recorder)
    for ref, kind in (
        ("xb", BodyKind.BOARD),
        ("xb/1", BodyKind.COMMITTEE),
        ("xb/2", BodyKind.COMMITTEE),
    ):
        app.handle(RegisterBody(by=BOARD, on=ON, body=ref, name=ref, kind=kind))
    app.handle(OpenReview(by=BOARD, on=ON, review="xb/i", kind="inquiry", title="Inquiry"))
    return app


def issue(ref: str, *addressed: str) -> r.IssueRecommendation:
    return r.IssueRecommendation(
        by=BOARD,
        on=ON,
        recommendation=ref,
        source="review-xb/i",
        text="Do it",
        addressed=addressed or ("xb/1",),
    )


def reply(body: str, text: str = "Well") -> r.ReplyToRecommendation:
    return r.ReplyToRecommendation(by=by(body), on=ON, recommendation="xb/r", reply=text)


def void(entry: int) -> VoidEntry:
    return VoidEntry(
        by=BOARD, on=ON, stream="recommendation-xb/r", entry=entry, reasons="Not what was meant"
    )


def said(app: Application, after: int = 4) -> list[str]:
    """Who said what, past what the board begins with."""
    return [
        f"{record.event.by.body} {type(record.event).__name__} {record.stream.partition('-')[2]}"
        for record in app.history(after=after)
    ]


def rules(followed: Followed) -> list[tuple[str, int | str, str]]:
    return [(name, at, getattr(error, "rule", str(error))) for name, at, error in followed.refused]


def policy(name: str, react: Callable[[Record], Iterable[Command]]) -> Policy:
    return Policy(name=name, react=lambda record, _: react(record))


# What a policy is given, and what becomes of what it asks


def test_reactions_are_recorded_and_reacted_to_in_turn(app: Application) -> None:
    app.handle(issue("xb/r", "xb/1"))
    followed = app.follow(ACCEPT_AND_PLAN)

    assert [
        "xb RecommendationIssued xb/r",
        "xb/1 RecommendationAccepted xb/r",
        "xb/1 RecommendationPlanned xb/r",
    ] == said(app)
    assert list(app.history(after=5)) == list(followed.records)
    assert (7, ()) == (followed.read, followed.refused)


def test_followed_again_there_is_nothing_new(app: Application) -> None:
    app.handle(issue("xb/r"))
    app.follow(ACCEPT_AND_PLAN)
    before = list(app.history())

    assert Followed() == app.follow(ACCEPT_AND_PLAN)
    assert before == list(app.history())


def test_a_record_says_what_it_is_a_reaction_to(app: Application) -> None:
    """The cause by its position; the correlation of the cause, or else its stream."""
    app.handle(issue("xb/r"))
    app.handle(issue("xb/s"), correlation="case 7")
    accepted = app.follow([ACCEPT]).records

    assert [
        ("accept-what-is-asked:5:0", "position 5", "recommendation-xb/r"),
        ("accept-what-is-asked:6:0", "position 6", "case 7"),
    ] == [(one.command_id, one.causation, one.correlation) for one in accepted]


def test_each_command_of_a_reaction_is_decided_on_its_own(app: Application) -> None:
    """One that is refused is told, with its cause, and keeps nothing else out."""
    app.handle(issue("xb/r", "xb/1", "xb/2"))
    followed = app.follow(ACCEPT_AND_PLAN)

    assert [
        "xb RecommendationIssued xb/r",
        "xb/1 RecommendationAccepted xb/r",
        "xb/2 RecommendationAccepted xb/r",
        "xb/1 RecommendationPlanned xb/r",
    ] == said(app)
    assert [("plan-what-is-accepted", 7, "recommendation.already-planned")] == rules(followed)
    assert ["accept-what-is-asked:5:0", "accept-what-is-asked:5:1"] == [
        record.command_id for record in followed.records[:2]
    ]


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_pages_of_any_size_lead_to_the_same(app: Application, page: int) -> None:
    refs = [f"xb/{n}" for n in range(5)]
    app.handle_all([issue(ref) for ref in refs])
    followed = app.follow(ACCEPT_AND_PLAN, page=page)

    asked = {f"xb RecommendationIssued {ref}" for ref in refs}
    done = {f"xb/1 Recommendation{what} {ref}" for ref in refs for what in ("Accepted", "Planned")}
    assert sorted(asked | done) == sorted(said(app))
    assert (19, 10) == (followed.read, len(followed.records))


def test_it_is_told_step_by_step_as_it_becomes_durable(app: Application) -> None:
    app.handle(issue("xb/r", "xb/1", "xb/2"))
    steps: list[Followed] = []

    def watch(step: Followed) -> None:
        assert set(step.records) <= set(app.history())
        steps.append(step)

    followed = app.follow(ACCEPT_AND_PLAN, page=2, progress=watch)

    assert followed.read == sum(step.read for step in steps) == 8
    assert list(followed.records) == [record for step in steps for record in step.records]
    assert list(followed.refused) == [refusal for step in steps for refusal in step.refused]
    assert 1 == len(followed.refused)


def test_a_policy_is_given_the_pack_that_governs_the_stream_on_that_day(app: Application) -> None:
    about: dict[str, Any] = {"by": CHAIR, "kind": "guidance", "title": "Guidance"}
    app.handle(OpenReview(on=day("2018-01-20"), review="wscb/a", **about))
    app.handle(OpenReview(on=day("2016-01-20"), review="wscb/b", **about))
    given: list[str] = []

    def react(_: Record, framework: Framework) -> tuple[Command, ...]:
        given.append(framework.name)
        return ()

    app.follow([Policy(name="look", react=react)])

    assert [*["general"] * 4, "wolverhampton-2017", "general"] == given


def test_the_names_of_policies_are_labels_and_not_the_same(app: Application) -> None:
    with pytest.raises(MalformedError, match="one line"):
        policy("two\nlines", lambda _: ())
    with pytest.raises(MalformedError, match="accept-what-is-asked"):
        app.follow([ACCEPT, attrs.evolve(PLAN, name=ACCEPT.name)])


def test_a_long_reference_makes_no_reaction_too_long_for_its_ids(app: Application) -> None:
    ref = "xb/" + "r" * (REF_LENGTH - 3)
    app.handle(issue(ref))
    (record,) = app.follow([ACCEPT]).records

    assert REF_LENGTH >= len(record.correlation or "")
    assert (record.correlation or "").startswith("recommendation-xb/rrr")


# Corrections


def test_a_void_entry_starts_nothing(app: Application) -> None:
    app.handle_all([issue("xb/r"), issue("xb/s"), void(1)])
    app.follow([ACCEPT])

    assert ["xb/1 RecommendationAccepted xb/s"] == said(app, after=7)


def test_what_another_process_voided_starts_nothing(app: Application) -> None:
    """Though this one keeps the stream as it recorded it."""
    app.handle(issue("xb/r"))
    application(app.recorder).handle(void(1))
    followed = app.follow([ACCEPT])

    assert (6, (), ()) == (followed.read, followed.records, followed.refused)


def test_an_amended_entry_is_reacted_to_as_amended(app: Application) -> None:
    better = Replacement(r.RecommendationIssued.of(issue("xb/r", "xb/2")))
    amend = AmendEntry(
        by=BOARD,
        on=ON,
        stream="recommendation-xb/r",
        entry=1,
        replacement=better,
        reasons="To the other one",
    )
    app.handle_all([issue("xb/r", "xb/1"), amend])
    app.follow([ACCEPT])

    assert ["xb/2 RecommendationAccepted xb/r"] == said(app, after=6)


def test_what_one_page_corrects_the_next_policy_does_not_see(app: Application) -> None:
    """The first one voids what the second one would react to, in the same run."""
    strict = policy(
        "void-what-is-issued",
        lambda record: (void(1),) if isinstance(record.event, r.RecommendationIssued) else (),
    )
    app.handle(issue("xb/r"))
    app.follow([strict, ACCEPT])

    assert ["xb RecommendationIssued xb/r", "xb EntryVoided xb/r"] == said(app)


def test_policies_are_not_given_corrections(app: Application) -> None:
    given: list[Record] = []

    def look(record: Record) -> Iterable[Command]:
        given.append(record)
        return ()

    app.handle_all([issue("xb/r"), void(1), void(2)])
    app.follow([policy("look", look)])

    assert [1, 2, 3, 4, 5] == [record.position for record in given]


def test_what_is_voided_after_it_was_followed_stays_answered(app: Application) -> None:
    """Whoever voids the cause decides what becomes of the answer."""
    app.handle(issue("xb/r"))
    app.follow([ACCEPT])
    app.handle(void(1))

    assert () == app.follow([ACCEPT]).records
    assert "xb/1 RecommendationAccepted xb/r" in said(app)


# Exactly once


def test_a_lost_position_does_no_harm(app: Application) -> None:
    """The ids of what was done are known: it is not done again, though it could be by now."""
    app.handle(issue("xb/r"))
    app.follow([ACCEPT])
    app.handle(
        r.DeclineRecommendation(by=by("xb/1"), on=ON, recommendation="xb/r", reasons="No longer")
    )
    before = list(app.history())
    copy = MemoryRecorder()
    rows = app.recorder.rows(after=0, limit=100)
    stored = [app.mapper.to_stored_event(app.mapper.to_record(row)) for row in rows]
    handled = app.recorder.handled("accept-what-is-asked:5:0")
    assert handled is not None
    receipt = Receipt(
        command_id="accept-what-is-asked:5:0", digest=handled.digest, start=5, stop=6
    )
    copy.append(lambda _: stored, [receipt])  # a copy of the log, without how far it was followed

    followed = application(copy).follow([ACCEPT])

    assert (7, (), ()) == (followed.read, followed.records, followed.refused)
    assert before == list(application(copy).history())


def test_a_follower_that_is_overtaken_leaves_it_to_the_other(app: Application) -> None:
    """The other one follows while this one's policy is thinking; nothing is done or told twice."""
    app.handle(issue("xb/r", "xb/1", "xb/2"))
    other = application(app.recorder)
    theirs: list[Followed] = []

    def react(record: Record) -> Iterable[Command]:
        if not theirs:
            theirs.append(Followed())
            theirs[0] = other.follow(ACCEPT_AND_PLAN)
        return PLAN.react(record, app.frameworks.general)

    ours = app.follow([ACCEPT, policy(PLAN.name, react)])

    assert ["plan-what-is-accepted:6:0"] == [record.command_id for record in theirs[0].records]
    assert ["accept-what-is-asked:5:0", "accept-what-is-asked:5:1"] == [
        record.command_id for record in ours.records
    ]
    assert [("plan-what-is-accepted", 7, "recommendation.already-planned")] == rules(theirs[0])
    assert [] == rules(ours)
    assert 4 == len(said(app))


def test_threads_that_follow_at_once_do_what_one_would(app: Application) -> None:
    app.handle_all([issue(f"xb/{n}") for n in range(30)])
    alone = application(MemoryRecorder())
    rows = app.recorder.rows(after=0, limit=100)
    stored = [app.mapper.to_stored_event(app.mapper.to_record(row)) for row in rows]
    alone.recorder.append(lambda _: stored)
    alone.follow(ACCEPT_AND_PLAN, page=7)
    together = threading.Barrier(3)
    followed: list[Followed] = []

    def follow() -> None:
        together.wait(60)
        followed.append(app.follow(ACCEPT_AND_PLAN, page=7))

    threads = [threading.Thread(target=follow) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(alone.history()) == list(app.history())
    assert 60 == sum(len(one.records) for one in followed)


def test_a_follower_shares_no_commit_with_threads_that_record(app: Application) -> None:
    """Whoever records while it follows is told of its own command only."""
    app.handle_all([issue(f"xb/{n}") for n in range(20)])
    refused: list[LifError] = []

    def record(body: str) -> None:
        for n in range(20):
            asked = r.ReplyToRecommendation(
                by=by(body), on=ON, recommendation=f"xb/{n}", reply=f"Reply {n}"
            )
            try:
                app.handle(asked)
            except LifError as error:
                refused.append(error)

    threads = [threading.Thread(target=record, args=("xb/1",)) for _ in range(2)]
    threads += [threading.Thread(target=app.follow, args=(ACCEPT_AND_PLAN,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    app.follow(ACCEPT_AND_PLAN)
    counted = [what.split()[1] for what in said(app)]

    assert [] == refused
    assert 20 == counted.count("RecommendationAccepted") == counted.count("RecommendationPlanned")


# What goes wrong


def test_policies_that_answer_each_other_come_to_an_end(app: Application) -> None:
    """Each answer is an entry of its own; after so many in a row, the next is refused and told."""

    def answering(one: str, other: str) -> Policy:
        def react(record: Record) -> Iterable[Command]:
            event = record.event
            if isinstance(event, r.RecommendationReplied) and event.by.body == one:
                yield reply(other, event.reply + "!")

        return policy(f"{other} replies", react)

    circle = [answering("xb/1", "xb/2"), answering("xb/2", "xb/1")]
    app.handle_all([issue("xb/r", "xb/1", "xb/2"), reply("xb/1")])
    followed = app.follow(circle)

    assert 10 == LONGEST == len(followed.records)
    assert [f"position {n}" for n in range(6, 16)] == [one.causation for one in followed.records]
    assert [("xb/2 replies", 16, "policy.chain-too-long")] == rules(followed)
    assert Followed() == app.follow(circle)


def test_what_only_looks_like_a_reaction_is_none(app: Application) -> None:
    """A caller's own causes make no chain, however long, nor does an id in the form of ours."""
    app.handle(issue("xb/r"))
    for n in range(LONGEST + 5):
        app.handle(reply("xb/1", f"{n}"), causation=f"position {5 + n}", command_id=f"mine:{n}:0")
    app.handle(reply("xb/1", "last"), causation="position 99", command_id="mine:99:0")
    app.handle(void(2))
    thanks = policy(
        "thank",
        lambda record: (
            [reply("xb/1", "Thanks for the last")] if record.position == 5 + LONGEST + 6 else ()
        ),
    )
    followed = app.follow([thanks])

    assert () == followed.refused
    assert 1 == len(followed.records)


@pytest.mark.parametrize("error", [MalformedError("text", "blank"), RefusedError("review.closed")])
def test_a_reaction_that_cannot_be_made_is_refused_whole(
    app: Application, error: LifError
) -> None:
    """And told once; no entry can keep a policy from the ones after it."""

    def react(record: Record) -> Iterable[Command]:
        yield from ACCEPT.react(record, app.frameworks.general)
        if record.stream == "recommendation-xb/r":
            raise error

    app.handle_all([issue("xb/r"), issue("xb/s")])
    followed = app.follow([policy("half", react)])

    assert ["xb/1 RecommendationAccepted xb/s"] == said(app, after=6)
    assert (Refusal("half", 5, error),) == followed.refused
    assert Followed() == app.follow([policy("half", react)])


def test_a_bug_in_a_policy_is_raised_and_saves_nothing_of_its_page(app: Application) -> None:
    """The pages before stay; once it is mended, it goes on from there, and misses nothing."""

    def react(record: Record) -> Iterable[Command]:
        yield from ACCEPT.react(record, app.frameworks.general)
        if record.position == 8:
            raise LookupError("a bug")

    app.handle_all([issue(f"xb/{n}") for n in range(4)])
    with pytest.raises(LookupError, match="a bug"):
        app.follow([policy(ACCEPT.name, react)], page=3)

    assert 6 == app.recorder.tracked(ACCEPT.name)
    assert [f"xb/1 RecommendationAccepted xb/{n}" for n in (0, 1)] == said(app, after=8)

    app.follow([ACCEPT], page=3)
    assert [f"xb/1 RecommendationAccepted xb/{n}" for n in range(4)] == said(app, after=8)


class Disturbed(MemoryRecorder):
    """A log where something happens just before the next append."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    def append(
        self,
        stamp: Stamp,
        receipts: Any = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Any = (),
    ) -> list[int]:
        if self.meanwhile:
            self.meanwhile.pop()()
        return list(super().append(stamp, receipts, tracking, read, packs))


def disturbed() -> tuple[Application, Disturbed]:
    recorder = Disturbed()
    app = application(recorder)
    for ref in ("xb", "xb/1"):
        app.handle(RegisterBody(by=BOARD, on=ON, body=ref, name=ref, kind=BodyKind.COMMITTEE))
    app.handle(OpenReview(by=BOARD, on=ON, review="xb/i", kind="inquiry", title="Inquiry"))
    app.handle(issue("xb/r"))
    return app, recorder


def test_a_bug_in_a_store_is_raised_and_the_page_is_followed_later() -> None:
    app, recorder = disturbed()

    def broken() -> None:
        raise LookupError("a bug")

    recorder.meanwhile.append(broken)
    with pytest.raises(LookupError, match="a bug"):
        app.follow([ACCEPT])

    assert 0 == recorder.tracked(ACCEPT.name)
    assert 1 == len(app.follow([ACCEPT]).records)


def test_a_store_that_is_busy_is_followed_later() -> None:
    app, recorder = disturbed()

    def busy() -> None:
        raise ConflictError("the store is busy")

    recorder.meanwhile.append(busy)
    with pytest.raises(ConflictError, match="busy"):
        app.follow([ACCEPT])

    assert 0 == recorder.tracked(ACCEPT.name)
    assert 1 == len(app.follow([ACCEPT]).records)


def test_a_follower_that_loses_a_race_does_nothing_and_says_nothing() -> None:
    """The winner read it all, its own answer too."""
    app, recorder = disturbed()
    other = application(recorder)
    recorder.meanwhile.append(lambda: other.follow([ACCEPT]))

    assert Followed() == app.follow([ACCEPT])
    assert ["xb/1 RecommendationAccepted xb/r"] == said(app)


def test_a_follower_decides_again_on_what_others_recorded_meanwhile() -> None:
    """As any command: the other's entry took the place in the stream, and its refusal stands."""
    app, recorder = disturbed()
    other = application(recorder)
    withdraw = r.WithdrawRecommendation(
        by=BOARD, on=ON, recommendation="xb/r", reasons="Overtaken by events"
    )
    recorder.meanwhile.append(lambda: other.handle(withdraw))

    assert [("accept-what-is-asked", 4, "recommendation.ended")] == rules(app.follow([ACCEPT]))


# Watches


def greeting(*keys: str, fail: LifError | None = None) -> DayPolicy:
    """Says under each key that the day has come."""

    def look(_: Accountability, __: Frameworks, on: date) -> Iterator[tuple[str, Command]]:
        for key in keys:
            yield key, reply("xb/1", f"It is {on}")
        if fail is not None:
            raise fail

    return DayPolicy(name="greet", look=look)


def test_what_a_watch_asks_under_a_key_is_done_once(app: Application) -> None:
    """Whatever day it is, and though it would say it in other words by then."""
    app.handle(issue("xb/r"))
    (first,) = app.follow((), day_policies=[greeting("a")], on=day("2018-02-01")).records

    assert ("greet:a", "greet on 2018-02-01") == (first.command_id, first.causation)
    assert Followed() == app.follow((), day_policies=[greeting("a")], on=day("2018-02-02"))
    assert 1 == len(app.follow((), day_policies=[greeting("a", "b")]).records)


def test_keys_that_are_long_are_told_apart(app: Application) -> None:
    app.handle(issue("xb/r"))
    keys = ["k" * 300 + end for end in "ab"]

    for on in ("2018-02-01", "2018-02-02"):
        (record,) = app.follow((), day_policies=[greeting(keys.pop())], on=day(on)).records
        assert REF_LENGTH >= len(record.command_id or "")


def test_a_watch_looks_at_today_in_london_unless_told_otherwise(app: Application) -> None:
    app.handle(issue("xb/r"))
    (record,) = app.follow((), day_policies=[greeting("a")]).records

    assert reply("xb/1", "It is 2018-06-01").reply == getattr(record.event, "reply", None)


def test_what_a_watch_leads_to_is_followed(app: Application) -> None:
    thanks = policy(
        "thank",
        lambda record: (
            [reply("xb/1", "Thanks")]
            if getattr(record.event, "reply", "").startswith("It is")
            else ()
        ),
    )
    app.handle(issue("xb/r"))
    followed = app.follow([thanks], day_policies=[greeting("a")])

    assert ["greet:a", "thank:6:0"] == [record.command_id for record in followed.records]


def test_a_watch_sees_what_the_policies_came_to(app: Application) -> None:
    app.handle(issue("xb/r"))
    seen: list[int] = []

    def look(view: Accountability, _: Frameworks, __: date) -> Iterable[tuple[str, Command]]:
        seen.append(view.totals.duties)
        return ()

    app.follow(ACCEPT_AND_PLAN, day_policies=[DayPolicy(name="look", look=look)])

    assert [1] == seen


def test_a_watch_that_always_finds_more_comes_to_an_end(app: Application) -> None:
    """It goes on when it is next followed."""
    number = iter(range(10_000))

    def look(_: Accountability, __: Frameworks, ___: date) -> Iterable[tuple[str, Command]]:
        n = next(number)
        yield f"{n}", reply("xb/1", f"{n}")

    app.handle(issue("xb/r"))

    assert LONGEST == len(
        app.follow((), day_policies=[DayPolicy(name="count", look=look)]).records
    )


def test_what_a_watch_asks_and_is_refused_is_told_once_a_run_and_asked_again(
    app: Application,
) -> None:
    def look(_: Accountability, __: Frameworks, on: date) -> Iterable[tuple[str, Command]]:
        yield "other", reply("xb/2")
        yield "one", reply("xb/1")

    watch = DayPolicy(name="greet", look=look)
    app.handle(issue("xb/r", "xb/1"))
    told = [("greet", "other", "recommendation.not-addressed")]

    assert told == rules(app.follow((), day_policies=[watch]))
    assert told == rules(app.follow((), day_policies=[watch]))


def test_a_watch_that_fails_is_told_and_what_it_asked_before_is_done(app: Application) -> None:
    error = MalformedError("reply", "blank")
    app.handle(issue("xb/r"))
    followed = app.follow((), day_policies=[greeting("a", fail=error)])

    assert (Refusal("greet", "", error),) == followed.refused
    assert 1 == len(followed.records)


@pytest.mark.parametrize("key", ["", " a", "a\nb"])
def test_a_key_is_a_label(app: Application, key: str) -> None:
    app.handle(issue("xb/r"))
    ((name, at, error),) = app.follow((), day_policies=[greeting(key)]).refused

    assert ("greet", "", "key") == (name, at, getattr(error, "field", None))


def test_of_two_processes_that_look_on_two_days_one_is_first() -> None:
    """What the other one said under this key is what was to be said: nothing is refused."""
    app, recorder = disturbed()
    other = application(recorder)
    recorder.meanwhile.append(
        lambda: other.follow((), day_policies=[greeting("a")], on=day("2018-02-01"))
    )

    assert ((), ()) == attrs.astuple(
        app.follow((), day_policies=[greeting("a")], on=day("2018-02-02")), recurse=False
    )[1:]
    assert ["xb/1 RecommendationReplied xb/r"] == said(app)


# The watches that ship


@pytest.fixture
def strict() -> Frameworks:
    """What ships, with a pack that escalates after 30 days."""
    shipped = load()
    packs = [attrs.evolve(pack, escalate=Escalate(after_days=30)) for pack in shipped.packs]
    return Frameworks(shipped.general, tuple(packs))


def owed(frameworks: Frameworks, ref: str = "wscb/r-1") -> Application:
    """A recommendation that the policy committee owes by 30 April 2018."""
    app = application(MemoryRecorder(), frameworks)
    about: dict[str, Any] = {"by": CHAIR, "on": ON}
    namespace = ref.partition("/")[0]
    review = f"{namespace}/1"
    app.handle(OpenReview(**about, review=review, kind="guidance", title="Guidance"))
    app.handle(
        r.IssueRecommendation(
            **about,
            recommendation=ref,
            source=f"review-{review}",
            text="Do it",
            addressed=("wscb",),
        )
    )
    app.handle(r.AcceptRecommendation(**about, recommendation=ref))
    app.handle(
        r.PlanRecommendation(
            **about, recommendation=ref, owner="wsb/lpp", due=day("2018-04-30"), action="Rewrite"
        )
    )
    return app


def raised(app: Application, on: str) -> list[tuple[str, str, str, str]]:
    """The escalations that looking as of that day leads to."""
    followed = app.follow((), day_policies=DAY_POLICIES, on=day(on))
    assert () == followed.refused
    found = [one.event for one in followed.records if isinstance(one.event, r.EscalationRaised)]
    return [(one.escalation, one.to, one.by.body, str(one.on)) for one in found]


def test_a_duty_overdue_by_more_than_the_pack_says_is_escalated_once(strict: Frameworks) -> None:
    """For its owner, to the board whose reference it bears, on the day it was looked at."""
    app = owed(strict)

    assert [] == raised(app, "2018-05-30")
    assert [("overdue-2018-04-30", "wscb", "wsb/lpp", "2018-05-31")] == raised(app, "2018-05-31")
    assert [] == raised(app, "2018-06-10")
    (record,) = list(app.history())[-1:]
    assert "Due on 2018-04-30, and 31 days overdue on 2018-05-31." == getattr(
        record.event, "concern", None
    )
    assert "escalate-overdue:wscb/r-1:2018-04-30" == record.command_id


def test_another_due_date_that_passes_is_another_escalation(strict: Frameworks) -> None:
    app = owed(strict)
    raised(app, "2018-05-31")
    app.handle(
        r.ChangeDueDate(
            by=CHAIR, on=day("2018-06-01"), recommendation="wscb/r-1", due=day("2018-07-01"),
            reasons="More time",
        )
    )  # fmt: skip

    assert [] == raised(app, "2018-07-31")
    assert ["overdue-2018-07-01"] == [one[0] for one in raised(app, "2018-08-01")]


def test_what_was_done_is_not_escalated(strict: Frameworks) -> None:
    app = owed(strict)
    app.handle(
        r.ImplementRecommendation(
            by=POLICY, on=day("2018-05-20"), recommendation="wscb/r-1", evidence="Done"
        )
    )

    assert [] == raised(app, "2018-12-01")


def test_what_somebody_escalated_or_took_back_is_not_escalated_again(strict: Frameworks) -> None:
    """By hand before it was looked at; and where what was raised should not have been."""
    by_hand, taken_back = owed(strict), owed(strict)
    by_hand.handle(
        r.RaiseEscalation(
            by=POLICY, on=day("2018-05-05"), recommendation="wscb/r-1", to="wscb",
            escalation="overdue-2018-04-30", concern="Stuck",
        )
    )  # fmt: skip
    assert [] == raised(by_hand, "2018-06-01")

    raised(taken_back, "2018-06-01")
    taken_back.handle(
        VoidEntry(
            by=CHAIR, on=day("2018-06-02"), stream="recommendation-wscb/r-1", entry=4,
            reasons="It was done; the record was late",
        )
    )  # fmt: skip
    assert [] == raised(taken_back, "2018-06-03")


def test_without_a_pack_that_says_so_nothing_is_escalated() -> None:
    shipped = load()
    packs = tuple(attrs.evolve(pack, escalate=None) for pack in shipped.packs)

    assert [] == raised(owed(Frameworks(shipped.general, packs)), "2019-12-01")


def test_a_pack_may_name_the_body_that_it_is_escalated_to(strict: Frameworks) -> None:
    escalate = Escalate(after_days=0, to="wscb/qac")
    packs = tuple(attrs.evolve(pack, escalate=escalate) for pack in strict.packs)
    app = owed(Frameworks(strict.general, packs))

    assert [] == raised(app, "2018-04-30")
    assert ["wscb/qac"] == [one[1] for one in raised(app, "2018-05-01")]


def test_what_is_joint_is_escalated_to_each_of_the_boards(strict: Frameworks) -> None:
    """Two boards together are no body to escalate to: each is told, once."""
    app = owed(strict, "wsb/r-1")
    followed = app.follow((), day_policies=DAY_POLICIES, on=day("2018-06-30"))
    again = app.follow((), day_policies=DAY_POLICIES, on=day("2018-07-31"))
    raised = [record.event for record in followed.records]

    assert ["overdue-2018-04-30 wscb", "overdue-2018-04-30 wsab"] == [
        event.escalation for event in raised if isinstance(event, EscalationRaised)
    ]
    assert ((), (), ()) == (followed.refused, again.refused, again.records)


def test_no_pack_escalates_before_it_is_due() -> None:
    with pytest.raises(ValueError, match="after_days"):
        Escalate(after_days=-1)
