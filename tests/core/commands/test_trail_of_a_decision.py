"""How a decision was come to stands in it; who typed it stands beside it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

import pytest
from msgspec.structs import replace

from lif_core.aggregates.body import MeetingRecorded, RecordMeeting
from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    DeclineRecommendation,
    RecommendationAccepted,
)
from lif_core.aggregates.review import OpenReview, ReviewOpened
from lif_core.commands.application import Application
from lif_core.commands.batch import Group
from lif_core.commands.writer import Work
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError, UnreadableError
from lif_core.framework import Framework
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row
from lif_core.log.requests import Request, dump, from_json, load, schema
from lif_core.policies.policy import DayPolicy, Policy
from lif_core.queries.meetings import Meetings
from lif_core.values.authority import Authority, Deliberation, Dissent, Paper
from tests.people import CHAIR, QUALITY, TEXTS, day

DAY = day("2018-01-25")
REVIEW = "review-wscb/1"
IN_FULL = Deliberation(
    meeting="january",
    reasons="Three agencies knew of it",
    options=("hold it", "a table-top review"),
    dissent=(Dissent(body="wsb/police", person="P. Lead", reasons="The trial comes first"),),
    papers=(Paper(title="The rapid review", where="file 7"),),
)


def application() -> Application:
    return Application(
        MemoryRecorder(), clock=lambda: datetime(2019, 1, 1, tzinfo=UTC), readership=TEXTS
    )


def at_a_meeting(deliberation: Deliberation = IN_FULL, by: Authority = CHAIR) -> Authority:
    return replace(by, deliberation=deliberation)


def opened(by: Authority = CHAIR, on: date = DAY) -> OpenReview:
    return OpenReview(by=by, on=on, review="wscb/1", kind="single-agency-review", title="A case")


def meeting(on: date = DAY, *, quorate: bool = True, by: Authority = CHAIR) -> RecordMeeting:
    return RecordMeeting(
        by=by,
        on=on,
        body=by.body,
        meeting="january",
        required=("wsb/police",),
        present=("wsb/police",) if quorate else (),
        quorate=quorate,
    )


def refusal(app: Application, command: Command) -> str:
    with pytest.raises(RefusedError) as refused:
        app.handle(command)
    return refused.value.rule


# The deliberation


def test_a_decision_keeps_how_it_was_come_to() -> None:
    """Reasons, options, dissent, papers and meeting are read back as they were said."""
    app = application()
    app.handle_all([meeting(), opened(at_a_meeting())])
    (record,) = app.history(REVIEW)

    assert IN_FULL == record.event.by.deliberation


def test_a_decision_without_a_deliberation_stores_not_a_byte_of_it() -> None:
    app = application()
    app.handle(opened())
    state = app.recorder.rows(after=0, limit=1)[0][4]

    assert {"person": "A. Chair", "role": "independent chair", "body": "wscb"} == json.loads(
        state
    )["event"]["by"]


def test_what_a_deliberation_does_not_say_is_not_stored() -> None:
    app = application()
    app.handle(opened(at_a_meeting(Deliberation(reasons="It is time"))))
    state = app.recorder.rows(after=0, limit=1)[0][4]

    assert {"reasons": "It is time"} == json.loads(state)["event"]["by"]["deliberation"]


def test_a_deliberation_that_says_nothing_is_refused() -> None:
    with pytest.raises(MalformedError, match=r"by\.deliberation: says nothing"):
        opened(at_a_meeting(Deliberation()))


def test_reasons_stand_in_one_place() -> None:
    """A command that asks for reasons has them in its own field."""
    with pytest.raises(MalformedError, match=r"by\.deliberation\.reasons"):
        DeclineRecommendation(
            by=at_a_meeting(), on=DAY, recommendation="wscb/r-1", reasons="No board can do it"
        )


def test_a_replacement_is_held_to_the_same() -> None:
    """An amendment is no way past what a command is refused for."""
    event = RecommendationAccepted(
        by=at_a_meeting(Deliberation()), on=DAY, recommendation="wscb/r-1", for_body=None
    )
    with pytest.raises(MalformedError, match=r"replacement\.event\.by\.deliberation"):
        Replacement(event)


@pytest.mark.parametrize(
    ("deliberation", "field"),
    [
        (Deliberation(meeting="two\nlines"), "by.deliberation.meeting"),
        (Deliberation(reasons=" "), "by.deliberation.reasons"),
        (Deliberation(options=("a", "a")), "by.deliberation.options[1]"),
        (Deliberation(options=["a"]), "by.deliberation.options"),  # type: ignore[arg-type]
        (Deliberation(dissent=(Dissent(body="X", reasons="no"),)), "by.deliberation.dissent[0]"),
        (Deliberation(papers=(Paper(title="\0"),)), "by.deliberation.papers[0].title"),
        ("at a meeting", "by.deliberation"),
    ],
)
def test_every_part_of_it_is_checked_like_any_field(deliberation: Any, field: str) -> None:
    with pytest.raises(MalformedError) as error:
        opened(at_a_meeting(deliberation))

    assert error.value.field.startswith(field)


# The meeting


def test_the_meeting_must_be_on_record() -> None:
    assert "deliberation.unknown-meeting" == refusal(application(), opened(at_a_meeting()))


def test_the_meeting_must_be_of_the_body_that_decides() -> None:
    """A decision of the board is not taken at a meeting of its committee."""
    app = application()
    app.handle(meeting(by=QUALITY))

    assert "deliberation.unknown-meeting" == refusal(app, opened(at_a_meeting()))


def test_a_decision_is_not_taken_before_its_meeting() -> None:
    """On the day of the meeting, or later, as where the chair acts on what was agreed."""
    app = application()
    app.handle(meeting())

    assert "deliberation.before-the-meeting" == refusal(
        app, opened(at_a_meeting(), on=day("2018-01-24"))
    )
    assert app.handle(opened(at_a_meeting(), on=day("2018-01-26")))


def test_a_meeting_that_was_voided_is_not_on_record() -> None:
    app = application()
    app.handle(meeting())
    app.handle(VoidEntry(by=CHAIR, on=DAY, stream="body-wscb", entry=1, reasons="Another board"))

    assert "deliberation.unknown-meeting" == refusal(app, opened(at_a_meeting()))


def test_an_amendment_names_a_meeting_that_is_on_record_too() -> None:
    app = application()
    app.handle(opened())
    replacement = Replacement(ReviewOpened.of(opened(at_a_meeting())))
    amend = AmendEntry(
        by=CHAIR, on=DAY, stream=REVIEW, entry=1, replacement=replacement, reasons="At a meeting"
    )

    assert "deliberation.unknown-meeting" == refusal(app, amend)
    app.handle(meeting())
    assert app.handle(amend)


def test_a_body_that_dissents_must_be_on_record() -> None:
    dissent = Deliberation(dissent=(Dissent(body="elsewhere", reasons="Too late"),))

    assert "reference.unknown" == refusal(application(), opened(at_a_meeting(dissent)))


def test_a_decision_rests_on_the_record_of_its_meeting() -> None:
    """Where the meeting is voided by another at the same moment, it is decided again."""
    app = application()
    app.handle(meeting())
    other = Application(app.recorder, clock=app.clock, readership=TEXTS)
    other.handle(VoidEntry(by=CHAIR, on=DAY, stream="body-wscb", entry=1, reasons="Another"))

    assert "deliberation.unknown-meeting" == refusal(app, opened(at_a_meeting()))


def test_the_meeting_of_a_decision_is_the_one_on_record_as_known() -> None:
    """Amended later, it says otherwise from then on; voided, it is none."""
    app = application()
    now = app.clock()
    app.handle_all([meeting(quorate=False), opened(at_a_meeting())])
    (decision,) = app.history(REVIEW)
    meetings = Meetings(app.history)

    assert MeetingRecorded.of(meeting(quorate=False)) == meetings.of(decision)
    assert meetings.of(replace(decision, event=MeetingRecorded.of(meeting()))) is None
    later = Application(app.recorder, clock=lambda: now.replace(month=2), readership=TEXTS)
    later.handle(VoidEntry(by=CHAIR, on=DAY, stream="body-wscb", entry=1, reasons="Another"))
    assert Meetings(app.history).of(decision) is None
    assert Meetings(app.history).of(decision, known=now) is not None


# Its public form


def test_a_deliberation_is_read_from_a_file_of_commands() -> None:
    mapper = LifMapper()
    command = opened(at_a_meeting())

    assert command == load(dump(command, mapper), mapper).command
    assert "Deliberation" in schema("OpenReview", mapper)["$defs"]


def test_a_member_of_a_deliberation_that_there_is_not_is_refused() -> None:
    line = json.loads(dump(opened(at_a_meeting()), LifMapper()))
    line["by"]["deliberation"]["dissent"][0]["role"] = "lead"
    with pytest.raises(MalformedError) as error:
        from_json(line, LifMapper())

    assert "by.deliberation.dissent[0].role" == error.value.field


# Who entered it


def test_who_entered_a_decision_stands_beside_it() -> None:
    """Who decided is in the event; who typed is in the record, as the program says."""
    app = application()
    app.handle(opened(), entered_by="M. Clerk")
    (record,) = app.history(REVIEW)

    assert ("A. Chair", "M. Clerk") == (record.event.by.person, record.entered_by)


def test_all_of_a_batch_was_entered_by_the_same() -> None:
    app = application()
    app.handle_all([meeting(), opened()], entered_by="M. Clerk")
    app.handle_each([[opened()], [opened(on=day("2018-01-26"))]], entered_by="N. Clerk")

    assert ["M. Clerk", "M. Clerk"] == [record.entered_by for record in app.history()]


def test_what_one_thread_enters_is_never_put_down_to_another() -> None:
    """Both may share a commit."""
    app = application()
    asked = Request(command=opened(), command_id="c")
    app._commits.submit(Work([Group((meeting(),), "M. Clerk"), Group((asked,), "N. Clerk")]))

    assert [("M. Clerk", None), ("N. Clerk", "c")] == [
        (record.entered_by, record.command_id) for record in app.history()
    ]


def test_the_same_command_entered_by_another_is_the_same_command() -> None:
    """With an id, and without one: it is recorded once, as first entered."""
    app = application()
    first = app.handle(opened(), entered_by="M. Clerk", command_id="c")

    assert first == app.handle(opened(), entered_by="N. Clerk", command_id="c")
    assert () == app.handle(opened(), entered_by="N. Clerk")
    assert ["M. Clerk"] == [record.entered_by for record in app.history()]


@pytest.mark.parametrize("name", ["", " M. Clerk", "two\nlines", "x" * 201])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    app = application()
    with pytest.raises(MalformedError, match="entered_by"):
        app.handle(opened(), entered_by=name)
    with pytest.raises(MalformedError, match="entered_by"):
        app.handle_all([opened()], entered_by=name)
    with pytest.raises(MalformedError, match="entered_by"):
        app.handle_each([[opened()]], entered_by=name)

    assert [] == list(app.history())


def test_a_file_of_commands_does_not_say_who_enters_it() -> None:
    """Whoever writes the file is not to say who runs the program."""
    line = {**json.loads(dump(opened(), LifMapper())), "entered_by": "Somebody"}
    with pytest.raises(MalformedError, match="entered_by"):
        from_json(line, LifMapper())


def open_a_review(record: Record, _: Framework) -> Iterator[Command]:
    if isinstance(record.event, MeetingRecorded):
        yield opened()


def look_at_the_day(*_: object) -> Iterator[tuple[str, Command]]:
    yield "key", opened(on=day("2018-01-26"))


def test_what_a_policy_asks_was_entered_by_the_policy() -> None:
    """Each by its own name, whatever else is recorded in the same commit."""
    app = application()
    app.handle(meeting(), entered_by="M. Clerk")
    followed = app.follow(
        [Policy(name="open-a-review", react=open_a_review)], day_policies=(), on=DAY
    )
    other = application()
    looked = other.follow((), day_policies=[DayPolicy(name="look", look=look_at_the_day)], on=DAY)

    assert ["open-a-review"] == [record.entered_by for record in followed.records]
    assert ["look"] == [record.entered_by for record in looked.records]


# The stored form


def row(record: Record, change: bytes = b"") -> Row:
    stored = LifMapper().to_stored_event(record)
    body = stored.state[: stored.state.rindex(b',"crc32"')].replace(
        b'"event"', change + b'"event"'
    )
    named = f"{record.stream}\n1\n{stored.topic}\n".encode()
    state = body + b',"crc32":"%08x"}' % crc32(named + body)
    return (1, record.stream, 1, stored.topic, state)


RECORD = Record(
    1,
    "recommendation-wscb/r-1",
    1,
    datetime(2018, 1, 25, tzinfo=UTC),
    RecommendationAccepted.of(AcceptRecommendation(by=CHAIR, on=DAY, recommendation="wscb/r-1")),
)


def test_a_member_beside_the_event_that_is_not_known_is_refused() -> None:
    """It was written by a later program, which may mean something by it."""
    with pytest.raises(UnreadableError, match="strange"):
        LifMapper().to_record(row(RECORD, b'"strange":1,'))
