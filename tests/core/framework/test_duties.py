"""The duties that a pack gives: they begin by themselves, each is owed to its own addressee, and a
gate holds a decision back. By example; all cases are fictional.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from lif_core.aggregates import review as v
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import load, parse
from lif_core.items.clocks import ClockRow
from lif_core.log.memory import MemoryRecorder
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from lif_core.views.calendar import calendar
from lif_core.views.corrections import corrections
from tests.people import TEXTS, day

SECRETARY = Authority(person="A. Secretary", role="secretary", body="ours")
REF = "ours/case-1"
STREAM = f"review-{REF}"
PACK = """
name = "ours"
title = "Our board"
governs = ["ours"]
in_force = 2018-01-01
addressees = [
    { code = "panel", name = "The panel" },
    { code = "inspectorate", name = "The inspectorate" },
]
[[bodies]]
ref = "ours"
name = "Our board"
kind = "board"
[[review_kinds]]
kind = "case"
name = "A case review"
case = true
principles = false
findings = false
addressees = ["panel", "inspectorate"]
milestones = ["quality panel", "called", "answered"]
criteria = [
    { code = "harm", name = "Harm" },
    { code = "custody", name = "In custody" },
    { code = "concern", name = "Concern" },
]
[[review_kinds.grounds]]
ground = "the act, section 1"
name = "Harm"
met = ["harm"]
[[review_kinds.grounds]]
ground = "the act, section 2"
name = "In custody"
met = ["custody"]
[[review_kinds.grounds]]
ground = "the guidance"
name = "Harm, and concern"
met = ["concern"]
any_of = ["harm", "custody"]
mandatory = false
"""
TOLD = """
[[duties]]
name = "decision told"
kinds = ["case"]
start = "decided to hold"
stop = "decision to hold told"
days = 5
owed_to = ["panel", "inspectorate"]
"""
COPY = """
[[duties]]
name = "copy"
kinds = ["case"]
start = "published"
stop = "report sent"
working_days = 7
ahead = true
owed_to = ["panel"]
"""


class Ours:
    """A store of our board, whose clock follows what is decided."""

    def __init__(self, *duties: str) -> None:
        self.now = datetime(2018, 1, 1, tzinfo=UTC)
        pack = parse(PACK + "".join(duties), "ours.toml")
        frameworks = load().plus(pack)
        self.app = Application(
            MemoryRecorder(), clock=lambda: self.now, frameworks=frameworks, readership=TEXTS
        )

    def decide(self, command: type[Any], on: str, **fields: Any) -> Any:
        self.now = datetime.combine(day(on), datetime.min.time(), UTC).replace(hour=12)
        return self.app.handle(command(by=SECRETARY, on=day(on), review=REF, **fields))

    def notified(self, on: str = "2018-03-01") -> None:
        self.decide(v.NotifyCase, on, kind="case", subject="A case", aware=day(on))

    def held(self, on: str, *criteria: str) -> None:
        self.decide(v.DecideHold, on, hold=True, reasons="Harm", criteria=criteria or ("harm",))

    def informed(self, on: str, matter: v.Matter, *to: str) -> None:
        self.decide(v.InformAddressees, on, matter=matter, to=to)

    def reached(self, on: str, milestone: str, at: datetime | None = None) -> None:
        self.decide(v.RecordMilestone, on, milestone=milestone, at=at)

    def void(self, on: str, entry: int) -> None:
        self._correct(VoidEntry, on, entry)

    def amend(self, on: str, entry: int, event: Any) -> None:
        self._correct(AmendEntry, on, entry, replacement=Replacement(event))

    def _correct(self, command: type[Any], on: str, entry: int, **fields: Any) -> None:
        self.now = datetime.combine(day(on), datetime.min.time(), UTC).replace(hour=12)
        about: dict[str, Any] = {"stream": STREAM, "entry": entry, "reasons": "A slip"}
        self.app.handle(command(by=SECRETARY, on=day(on), **about, **fields))

    def clocks(self, valid: str) -> list[ClockRow]:
        return list(self.app.view(accountability, valid=day(valid)).clocks)

    def overdue(self, valid: str) -> list[str]:
        return [row.detail for row in self.app.view(calendar, valid=day(valid)).overdue]


def refused(board: Ours, command: type[Any], on: str, **fields: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        board.decide(command, on, **fields)
    return caught.value.rule


def published(*duties: str) -> Ours:
    """A report accepted on 25 January and published on Thursday 15 February 2018."""
    board = Ours(*duties)
    board.notified("2018-01-02")
    board.held("2018-01-03")
    board.decide(v.AcceptReport, "2018-01-25", response="Accepted")
    board.decide(v.PublishReport, "2018-02-15", place="website")
    return board


# Each addressee for itself


def test_telling_one_addressee_is_not_telling_the_other() -> None:
    """The panel was told in time; nobody told the inspectorate."""
    board = Ours(TOLD)
    board.notified()
    board.held("2018-03-05")
    board.informed("2018-03-08", v.Matter.DECISION, "panel")
    panel, inspectorate = board.clocks("2018-03-12")

    assert ("panel", "met", day("2018-03-08")) == (panel.to, panel.status, panel.done)
    assert ("inspectorate", "overdue", 2) == (
        inspectorate.to,
        inspectorate.status,
        inspectorate.days_overdue_so_far,
    )
    assert ["decision told: inspectorate"] == board.overdue("2018-03-12")


def test_nobody_is_told_twice_nor_whoever_has_no_part() -> None:
    board = Ours(TOLD)
    board.notified()
    board.held("2018-03-05")
    telling: dict[str, Any] = {"matter": v.Matter.DECISION}
    board.informed("2018-03-08", v.Matter.DECISION, "panel")

    assert [
        "review.informed-already",
        "review.not-an-addressee",
        "review.informs-nobody",
        "review.not-accepted",
    ] == [
        refused(board, v.InformAddressees, "2018-03-09", **{**telling, **fields})
        for fields in (
            {"to": ("inspectorate", "panel")},
            {"to": ("police",)},
            {"to": ()},
            {"to": ("panel",), "matter": v.Matter.REPORT},
        )
    ]


def test_who_was_told_with_the_board_is_not_told_again() -> None:
    """The authority notified the inspectorate when it notified the board."""
    board = Ours()
    case: dict[str, Any] = {"kind": "case", "subject": "A case", "aware": day("2018-03-01")}
    board.decide(v.NotifyCase, "2018-03-01", told=("inspectorate",), **case)
    again: dict[str, Any] = {"matter": v.Matter.CASE, "to": ("inspectorate",)}

    assert "review.informed-already" == refused(board, v.InformAddressees, "2018-03-02", **again)


# They begin by themselves


def test_a_report_published_without_a_copy_to_the_panel_is_owed_late_and_listed() -> None:
    """Seven working days before Thursday 15 February is Tuesday 6 February."""
    board = published(COPY)
    (copy,) = board.clocks("2018-02-20")

    assert (day("2018-02-06"), "overdue", 14) == (
        copy.due,
        copy.status,
        copy.days_overdue_so_far,
    )
    assert ["copy: panel"] == board.overdue("2018-02-15")
    assert [] == board.clocks("2018-02-14"), "no day of publication was known"


def test_that_a_review_is_closed_does_not_send_the_copy() -> None:
    board = published(COPY)
    board.decide(v.CloseReview, "2018-03-01")
    board.informed("2018-03-08", v.Matter.REPORT, "panel")
    (before,), (after,) = board.clocks("2018-03-07"), board.clocks("2018-03-09")

    assert ("overdue", 29) == (before.status, before.days_overdue_so_far)
    assert ("late", 30, -15) == (after.status, after.days_overdue_so_far, after.working_days or 0)


def test_a_copy_that_left_seven_working_days_is_met() -> None:
    """Sent on a Saturday, it leaves as many working days as on the Friday."""
    board = Ours(COPY.replace("working_days = 7", "working_days = 1"))
    board.notified("2018-01-02")
    board.held("2018-01-03")
    board.decide(v.AcceptReport, "2018-01-25", response="Accepted")
    board.informed("2018-02-10", v.Matter.REPORT, "panel")
    board.decide(v.PublishReport, "2018-02-12", place="website")
    (copy,) = board.clocks("2018-03-01")

    assert (day("2018-02-11"), "met", 1) == (copy.due, copy.status, copy.working_days)


def test_without_a_deadline_the_latency_is_measured_and_nothing_is_late() -> None:
    """METRICS: from 4 September to 5 October 2017 are 31 days."""
    board = Ours(
        '[[duties]]\nname = "decision"\nkinds = ["case"]\nstart = "notified"\nstop = "decided"\n'
    )
    board.notified("2018-09-04")
    (waiting,) = board.clocks("2018-12-31")
    board.held("2018-10-05")
    (row,) = board.clocks("2018-12-31")

    assert (None, "open", None, 118) == (
        waiting.due,
        waiting.status,
        waiting.latency,
        waiting.so_far,
    )
    assert (None, "done", 31, None, 0) == (
        row.due,
        row.status,
        row.latency,
        row.slack,
        row.days_overdue_so_far,
    )
    view = board.app.view(accountability, valid=day("2018-12-31"))
    assert (1, 0, 0) == (view.totals.clocks_done, view.totals.clocks_met, view.totals.clocks_late)
    assert [] == board.overdue("2018-12-31")


@pytest.mark.parametrize(
    ("answered", "status"),
    [("2018-03-03T09:00+00:00", "met"), ("2018-03-03T09:01+00:00", "late"), (None, "met")],
    ids=["in the last minute", "a minute late", "at an hour that nobody recorded"],
)
def test_hours_count_where_the_record_has_them(answered: str | None, status: str) -> None:
    """Called at nine in the morning: two days of 24 hours."""
    board = Ours(
        '[[duties]]\nname = "answer"\nkinds = ["case"]\nstart = "called"\nstop = "answered"\n'
        "hours = 48\n"
    )
    board.notified()
    board.reached("2018-03-01", "called", datetime(2018, 3, 1, 9, tzinfo=UTC))
    board.reached("2018-03-03", "answered", datetime.fromisoformat(answered) if answered else None)
    (row,) = board.clocks("2018-03-31")

    assert (day("2018-03-03"), status) == (row.due, row.status)


def test_an_instant_falls_on_its_day() -> None:
    board = Ours()
    board.notified()
    late: dict[str, Any] = {"milestone": "called", "at": datetime(2018, 3, 2, 9, tzinfo=UTC)}

    assert "review.another-day" == refused(board, v.RecordMilestone, "2018-03-01", **late)


LAST_DAY = """
[[duties]]
name = "last day"
kinds = ["case"]
on = 2018-06-01
by = 2018-09-01
stop = "report accepted"
until = 2018-06-01
"""


def test_a_day_begins_a_duty_of_each_review_that_is_open_on_it() -> None:
    """One that was notified before, and is not done: it is to be done by the last day."""
    board = Ours(LAST_DAY)
    board.notified("2018-05-01")
    (row,) = board.clocks("2018-09-02")

    assert (day("2018-06-01"), day("2018-09-01"), "overdue") == (row.started, row.due, row.status)
    assert [] == board.clocks("2018-05-31")


@pytest.mark.parametrize("done", ["2018-05-31", "2018-06-01"])
def test_what_was_done_before_the_day_is_not_owed_on_it(done: str) -> None:
    board = Ours(LAST_DAY)
    board.notified("2018-05-01")
    board.held("2018-05-02")
    board.decide(v.AcceptReport, done, response="Accepted")

    assert (["met"] if done == "2018-06-01" else []) == [
        row.status for row in board.clocks("2018-09-02")
    ]


def test_what_must_not_be_done_before_is_no_work_to_do() -> None:
    """Online for 100 days at least: cut short, and not on the calendar."""
    board = published(
        '[[duties]]\nname = "online"\nkinds = ["case"]\nstart = "published"\nstop = "taken down"\n'
        "days = 100\nnot_before = true\n"
    )
    assert [] == board.clocks("2018-12-31")
    board.decide(v.TakeDownReport, "2018-03-01", reasons="By mistake")
    (row,) = board.clocks("2018-12-31")

    assert ("short", day("2018-05-26"), -86, 0) == (
        row.status,
        row.due,
        row.slack,
        row.days_overdue_so_far,
    )
    assert [] == board.overdue("2018-12-31")


# Gates and grounds

GATE = """
[[duties]]
name = "publication"
kinds = ["case"]
start = "decided to hold"
stop = "published"
months = 6
gates = ["quality panel"]
"""


def test_a_gate_holds_a_decision_back_until_it_is_reached() -> None:
    """An outside quality panel looks at the report before it is published, or on that day."""
    board = Ours(GATE)
    board.notified()
    board.held("2018-03-05")
    board.decide(v.AcceptReport, "2018-05-01", response="Accepted")

    assert "review.gate" == refused(board, v.PublishReport, "2018-05-20", place="website")
    board.reached("2018-05-20", "quality panel")
    assert "review.gate" == refused(board, v.PublishReport, "2018-05-19", place="website")
    board.decide(v.PublishReport, "2018-05-20", place="website")
    (row,) = board.clocks("2018-12-31")
    assert ("met", day("2018-05-20")) == (row.status, row.done)


def through_the_panel(milestone: str = "quality panel") -> Ours:
    """A report that was accepted, passed its gate on 18 May, was published and closed."""
    board = Ours(GATE.replace("quality panel", milestone))
    board.notified()
    board.held("2018-03-05")
    board.decide(v.AcceptReport, "2018-05-01", response="Accepted")
    if milestone == "quality panel":
        board.reached("2018-05-18", milestone)
    else:
        board.informed("2018-05-18", v.Matter.REPORT, "panel")
        board.informed("2018-05-19", v.Matter.REPORT, "inspectorate")
    board.decide(v.PublishReport, "2018-05-20", place="website")
    return board


def publication(board: Ours, valid: str) -> tuple[str, Any]:
    (row,) = board.clocks(valid)
    return row.status, row.done


def test_what_passed_a_gate_says_so() -> None:
    published = list(through_the_panel().app.history(STREAM))[-1].event

    assert isinstance(published, v.ReportPublished)
    assert ("quality panel",) == published.gates


def test_a_publication_lapses_with_the_gate_that_it_passed() -> None:
    """The quality panel never looked at it: it is not published, may be once it has, and was as
    far as was known until then.
    """
    board = through_the_panel()
    board.decide(v.CloseReview, "2018-06-01")
    before = board.clocks("2018-12-31")
    board.void("2018-06-10", 4)
    lapsed = [
        row.entry for row in board.app.view(corrections, valid=day("2018-12-31")).without_effect
    ]

    assert ("overdue", None) == publication(board, "2018-12-31")
    assert [4, 5, 6] == lapsed
    known = board.app.view(accountability, valid=day("2018-12-31"), known=day("2018-06-09"))
    assert before == list(known.clocks)
    assert "review.gate" == refused(board, v.PublishReport, "2018-06-20", place="website")
    board.reached("2018-06-20", "quality panel")
    board.decide(v.PublishReport, "2018-06-20", place="website")
    assert ("met", day("2018-06-20")) == publication(board, "2018-12-31")


def test_a_publication_is_in_contradiction_with_a_gate_that_is_moved_behind_it() -> None:
    """The panel looked at it on 25 May, as it turns out, and it was published on the 20th."""
    board = through_the_panel()
    later = v.MilestoneReached(
        by=SECRETARY, on=day("2018-05-25"), review=REF, milestone="quality panel"
    )
    board.amend("2018-06-10", 4, later)
    (row,) = board.app.view(accountability, valid=day("2018-12-31")).inconsistent

    assert ((4, 5), "ReportPublished takes effect before what it rests on") == (
        row.entries,
        row.why,
    )


@pytest.mark.parametrize(
    ("milestone", "void", "lapses"),
    [
        ("report sent to panel", 4, True),
        ("report sent to panel", 5, False),
        ("report sent", 5, False),
    ],
    ids=["the one that is needed", "another", "one of two that were enough"],
)
def test_a_gate_stands_on_whatever_reached_it(milestone: str, void: int, *, lapses: bool) -> None:
    board = through_the_panel(milestone)
    board.void("2018-06-10", void)

    assert (("overdue", None) if lapses else ("met", day("2018-05-20"))) == publication(
        board, "2018-12-31"
    )


def test_a_gate_may_be_that_one_addressee_knows() -> None:
    """That the panel has the report; that the inspectorate has it opens nothing."""
    board = Ours(GATE.replace("quality panel", "report sent to panel"))
    board.notified()
    board.held("2018-03-05")
    board.decide(v.AcceptReport, "2018-05-01", response="Accepted")
    board.informed("2018-05-02", v.Matter.REPORT, "inspectorate")

    assert "review.gate" == refused(board, v.PublishReport, "2018-05-20", place="website")
    board.informed("2018-05-03", v.Matter.REPORT, "panel")
    board.decide(v.PublishReport, "2018-05-20", place="website")


@pytest.mark.parametrize(
    "milestone",
    [
        "decided", "decided to hold", "decision to hold told", "report accepted", "taken down",
        "closed", "answered",
    ],
)  # fmt: skip
def test_whatever_a_review_reaches_may_have_a_gate(milestone: str) -> None:
    """Each decision is held back by the gate before what it reaches, and by no other."""
    board = Ours(
        f'[[duties]]\nname = "d"\nkinds = ["case"]\nstart = "notified"\nstop = "{milestone}"\n'
        'gates = ["quality panel"]\n'
    )
    life: list[tuple[type[Any], dict[str, Any]]] = [
        (v.DecideHold, {"hold": True, "reasons": "Harm", "criteria": ("harm",)}),
        (v.InformAddressees, {"matter": v.Matter.DECISION, "to": ("panel",)}),
        (v.RecordMilestone, {"milestone": "answered"}),
        (v.AcceptReport, {"response": "Accepted"}),
        (v.PublishReport, {"place": "website"}),
        (v.TakeDownReport, {"reasons": "A year is over"}),
        (v.CloseReview, {}),
    ]
    board.notified()
    rules = []
    for command, fields in life:
        try:
            board.decide(command, "2018-05-01", **fields)
        except RefusedError as error:
            rules.append(error.rule)
            if error.rule == "review.gate":
                board.reached("2018-05-01", "quality panel")
                board.decide(command, "2018-05-01", **fields)

    assert ["review.gate"] == rules


def test_three_grounds_of_one_case_are_kept_all_of_them() -> None:
    """Two of them bind: it must be held, and is not discontinued for the sake of either."""
    board = Ours(GATE)
    board.notified()
    declined: dict[str, Any] = {"hold": False, "reasons": "No", "criteria": ("custody",)}
    assert "review.must-be-held" == refused(board, v.DecideHold, "2018-03-02", **declined)
    (record,) = board.decide(
        v.DecideHold, "2018-03-05", hold=True, reasons="R", criteria=("harm", "custody", "concern")
    )

    assert ("the act, section 1", "the act, section 2", "the guidance") == record.event.grounds
    assert "review.must-be-held" == refused(board, v.DiscontinueReview, "2018-04-01", reasons="R")


def test_a_ground_may_need_one_of_several_criteria() -> None:
    board = Ours()
    board.notified()
    alone: dict[str, Any] = {"hold": True, "reasons": "R", "criteria": ("concern",)}

    assert "review.no-ground" == refused(board, v.DecideHold, "2018-03-05", **alone)


# What the loader refuses: a duty that can never start, or never end

DUTY = '[[duties]]\nname = "d"\nkinds = ["case"]\nstart = "notified"\nstop = "decided"\ndays = 5\n'
WRONG: dict[str, tuple[str, str, str, str]] = {
    "from what no such review reaches": (
        'start = "notified"', 'start = "opened"', ".start", "not a milestone of case: opened",
    ),
    "to an addressee that its kind never tells": (
        'stop = "decided"', 'stop = "decision to hold told to police"', ".stop", "not a milestone",
    ),
    "owed to a stranger": (
        "days = 5", 'days = 5\nowed_to = ["police"]', ".owed_to", "not an addressee here: police",
    ),
    "without a trigger": ('start = "notified"\n', "", "", "give start, on or every_months"),
    "with two triggers": (
        "days = 5", "days = 5\non = 2018-05-01", "", "give start, on or every_months",
    ),
    "with two deadlines": ("days = 5", "days = 5\nhours = 5", "", "one of them only"),
    "over before the pack is in force": (
        "days = 5", "days = 5\nuntil = 2017-01-01", "", "can never start",
    ),
    "for no kind": ('kinds = ["case"]\n', "", ".kinds", "names no review kind"),
    "that is done again and again": (
        'start = "notified"', "every_months = 12", "", "give working_days",
    ),
    "from its end": ('stop = "decided"', 'stop = "notified"', ".stop", "is its start"),
    "of a board by name": (
        "days = 5", 'days = 5\nboards = ["ours"]', ".boards", "a duty of a review is its boards'",
    ),
    "with a gate that nothing opens": (
        "days = 5", 'days = 5\ngates = ["signed"]', ".gates", "not a milestone of case: signed",
    ),
    "with a gate behind itself": (
        'stop = "decided"', 'stop = "published"\ngates = ["taken down"]', ".gates",
        "taken down comes only after published",
    ),
    "ahead of a day": (
        'start = "notified"', "on = 2018-05-01\nahead = true", ".ahead", "needs a start",
    ),
    "ahead and not before": (
        "days = 5", "days = 5\nahead = true\nnot_before = true", "", "not both",
    ),
    "by a day before it begins": (
        'start = "notified"\nstop = "decided"\ndays = 5',
        'on = 2018-05-01\nstop = "decided"\nby = 2018-04-01', ".by", "must not be before on",
    ),
    "on a day before anything began under the pack": (
        'start = "notified"\nstop = "decided"\ndays = 5',
        'on = 2017-12-31\nstop = "decided"\nby = 2018-04-01', ".on",
        "can never start: nothing began",
    ),
    "with a gate before a review begins": (
        'start = "notified"\nstop = "decided"',
        'start = "aware"\nstop = "notified"\ngates = ["called"]', ".gates",
        "notified begins a review: nothing is before",
    ),
    "with a gate of what is not held, before what is": (
        'stop = "decided"', 'stop = "published"\ngates = ["decided not to hold"]', ".gates",
        "no review reaches published after it",
    ),
    "with a gate of what is held, before what is not": (
        'stop = "decided"',
        'stop = "decision not to hold told to panel"\ngates = ["decision to hold told"]', ".gates",
        "no review reaches decision not to hold told to panel after it",
    ),
    "from what is not held, to what is": (
        'start = "notified"\nstop = "decided"',
        'start = "decided not to hold"\nstop = "report accepted"', ".start",
        "no review reaches report accepted after it",
    ),
    "that ends before it holds": (
        "days = 5", "days = 5\nin_force = 2018-05-01\nuntil = 2018-05-01", ".until", "later than",
    ),
}  # fmt: skip
PACKS: dict[str, tuple[str, str, str]] = {
    "a board's duty of a kind of no audit": (
        '[[duties]]\nname = "b"\nkinds = ["walk"]\nevery_months = 12\nstop = "audit concluded"\n',
        "duties[b].kinds",
        "not an audit kind: walk",
    ),
    "a board's duty of audits of no kind": (
        '[[duties]]\nname = "b"\nevery_months = 12\nstop = "audit concluded"\n',
        "duties[b].kinds",
        "names no audit kind",
    ),
    "a board's duty of a kind that it has not": (
        '[[duties]]\nname = "b"\nkinds = ["case"]\nevery_months = 12\nstop = "plan adopted"\n',
        "duties[b].kinds",
        "plan adopted is of no kind",
    ),
    "a board's duty from a milestone of reviews": (
        '[[duties]]\nname = "b"\nstart = "notified"\nstop = "plan adopted"\n',
        "duties[b].start",
        "not a trigger of a board: notified",
    ),
    "a board's duty of another": (
        '[[duties]]\nname = "b"\nboards = ["theirs"]\nevery_months = 1\nstop = "plan adopted"\n',
        "duties[b].boards",
        "not a board governed here: theirs",
    ),
    "a board's duty with a gate": (
        '[[duties]]\nname = "b"\nevery_months = 1\nstop = "plan adopted"\ngates = ["closed"]\n',
        "duties[b].gates",
        "is for duties of reviews",
    ),
    "less often than never": (
        '[[duties]]\nname = "b"\nevery_months = -1\nstop = "plan adopted"\n',
        "duties[0].every_months",
        "must be a whole number from 0 to 1,200, not -1",
    ),
    "two of one name at once": (DUTY + DUTY, "duties", "given twice: d"),
}


@pytest.mark.parametrize(("right", "wrong", "key", "problem"), WRONG.values(), ids=WRONG)
def test_a_duty_that_can_never_start_or_end_is_named(
    right: str, wrong: str, key: str, problem: str
) -> None:
    """The file and the key are; without this one mistake it is a duty."""
    parse(PACK + DUTY, "ours.toml")
    assert right in DUTY
    with pytest.raises(MalformedError) as caught:
        parse(PACK + DUTY.replace(right, wrong), "ours.toml")

    assert f"ours.toml: duties[d]{key}" == caught.value.field
    assert problem in caught.value.problem


@pytest.mark.parametrize(("duties", "key", "problem"), PACKS.values(), ids=PACKS)
def test_a_boards_duty_that_can_never_start_or_end_is_named(
    duties: str, key: str, problem: str
) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(PACK + duties, "ours.toml")

    assert (f"ours.toml: {key}", problem) == (caught.value.field, caught.value.problem)


@pytest.mark.parametrize(
    ("line", "key", "problem"),
    [
        ("until = 2018-01-01", "until", "must be later than in_force"),
        ("until = 2019-01-01\ntransition = 2018-12-31", "transition", "must not be before until"),
        ('calendar = "GB-XXX"', "calendar", "no such calendar: GB-XXX"),
        ('calendar = "Mars"', "calendar", "no such calendar: Mars"),
        ('year_begins = "13-01"', "year_begins", "write a month and a day: 04-01"),
    ],
)
def test_times_of_a_pack_that_cannot_be_are_named(line: str, key: str, problem: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(PACK.replace("in_force = 2018-01-01", f"in_force = 2018-01-01\n{line}"), "ours.toml")

    assert (f"ours.toml: {key}", problem) == (caught.value.field, caught.value.problem)


def test_a_kind_of_review_ends_after_it_began_to_be() -> None:
    text = PACK.replace("case = true", "case = true\nin_force = 2018-01-01\nuntil = 2018-01-01")
    with pytest.raises(MalformedError) as caught:
        parse(text, "ours.toml")

    assert "ours.toml: review_kinds[case].until" == caught.value.field


CONFIRMED = '{ title = "The Act", provision = "s1", confirmed = true }'
SOURCED: dict[str, tuple[str, str]] = {
    "a duty": (f"{DUTY}source = {CONFIRMED}\n", "duties[d].source"),
    "a time to answer": (
        f'[[answer_times]]\nname = "t"\ndays = 56\nsource = {CONFIRMED}\n',
        "answer_times[t].source",
    ),
    "a kind": (
        f'[[review_kinds]]\nkind = "k"\nname = "K"\nsource = {CONFIRMED}\n',
        "review_kinds[k].source",
    ),
    "a ground": (
        '[[review_kinds]]\nkind = "k"\nname = "K"\ncriteria = [{ code = "c", name = "C" }]\n'
        f'grounds = [{{ ground = "g", name = "G", met = ["c"], source = {CONFIRMED} }}]\n',
        "review_kinds[k].grounds[g].source",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "where"), SOURCED.values(), ids=SOURCED)
def test_a_source_that_is_confirmed_says_where_and_when(entry: str, where: str) -> None:
    """Whoever relies on it can look for themselves; what says neither is not confirmed."""
    whole = 'confirmed = true, address = "https://example.org", checked = 2018-01-25'
    parse(PACK + entry.replace("confirmed = true", whole), "ours.toml")
    for missing in (', address = "https://example.org"', ", checked = 2018-01-25"):
        text = entry.replace("confirmed = true", whole.replace(missing, ""))
        with pytest.raises(MalformedError) as caught:
            parse(PACK + text, "ours.toml")

        assert f"ours.toml: {where}" == caught.value.field
