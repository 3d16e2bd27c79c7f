"""A regime that ends and goes on for what began before. By example; all cases are fictional."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lif_core.aggregates import review as v
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.errors import RefusedError
from lif_core.framework import load, parse
from lif_core.log.memory import MemoryRecorder
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from tests.people import TEXTS, day

OLD = """
name = "old"
title = "Our board, to 29 September 2019"
governs = ["ours"]
in_force = 2017-01-01
until = 2019-09-29
transition = 2020-09-29
bodies = [
    { ref = "ours", name = "Our board", kind = "board" },
    { ref = "ours/cases", name = "The case committee", kind = "committee" },
    { ref = "ours/partners", name = "The partners", kind = "committee" },
]
[[review_kinds]]
kind = "case"
name = "A case review"
case = true
principles = false
findings = false
criteria = [{ code = "harm", name = "Harm" }]
[[rights]]
commands = ["DecideHold", "AcceptReport", "VoidEntry"]
bodies = ["ours/cases"]
[[duties]]
name = "decision"
kinds = ["case"]
start = "notified"
stop = "decided"
months = 1
"""
NEW = (
    OLD.replace('"old"', '"new"')
    .replace(
        "in_force = 2017-01-01\nuntil = 2019-09-29\ntransition = 2020-09-29",
        "in_force = 2019-09-29",
    )
    .replace('bodies = ["ours/cases"]', 'bodies = ["ours/partners"]')
    .replace("months = 1", "working_days = 15")
)
BOARD = Authority(person="B. Manager", role="board manager", body="ours")
CASES = Authority(person="C. Cases", role="chair", body="ours/cases")
PARTNERS = Authority(person="P. Artner", role="lead partner", body="ours/partners")


class Ours:
    """A board under an old regime and a new one, whose clock follows what is decided."""

    def __init__(self, old: str = OLD) -> None:
        self.now = datetime(2017, 1, 1, tzinfo=UTC)
        frameworks = load().plus(parse(old, "old.toml"), parse(NEW, "new.toml"))
        self.app = Application(
            MemoryRecorder(), clock=lambda: self.now, frameworks=frameworks, readership=TEXTS
        )

    def handle(self, command: type[Any], on: str, by: Authority, **fields: Any) -> None:
        self.now = datetime.combine(day(on), datetime.min.time(), UTC).replace(hour=12)
        self.app.handle(command(by=by, on=day(on), **fields))

    def notified(self, ref: str, on: str) -> None:
        case: dict[str, Any] = {"kind": "case", "subject": "A case", "aware": day(on)}
        self.handle(v.NotifyCase, on, BOARD, review=ref, **case)

    def held(self, ref: str, on: str, by: Authority) -> None:
        hold: dict[str, Any] = {"hold": True, "reasons": "Harm", "criteria": ("harm",)}
        self.handle(v.DecideHold, on, by, review=ref, **hold)

    def may_hold(self, ref: str, on: str) -> list[str]:
        """The committees that may decide on a case on that day; one that may has decided."""
        return [by.body for by in (CASES, PARTNERS) if self._is_entitled(ref, on, by)]

    def _is_entitled(self, ref: str, on: str, by: Authority) -> bool:
        try:
            self.held(ref, on, by)
        except RefusedError as error:
            if error.rule != "authority.not-entitled":
                raise
            return False
        return True


@pytest.mark.parametrize(
    ("notified", "decided", "by"),
    [
        ("2019-09-28", "2019-09-28", "ours/cases"),
        ("2019-09-28", "2019-09-29", "ours/cases"),
        ("2019-09-28", "2020-09-28", "ours/cases"),
        ("2019-09-28", "2020-09-29", "ours/partners"),
        ("2019-09-29", "2019-09-29", "ours/partners"),
    ],
    ids=[
        "before the end", "from its day on", "the last day of the transition",
        "after the transition", "begun under the new regime",
    ],
)  # fmt: skip
def test_a_case_keeps_who_may_decide_for_as_long_as_the_transition_goes_on(
    notified: str, decided: str, by: str
) -> None:
    """The old regime ended on 29 September 2019, and went on for a year for what was open."""
    board = Ours()
    board.notified("ours/1", notified)

    assert [by] == board.may_hold("ours/1", decided)


def test_without_a_last_day_of_the_transition_it_goes_on_to_the_end_of_the_case() -> None:
    board = Ours(OLD.replace("transition = 2020-09-29\n", ""))
    board.notified("ours/1", "2019-09-28")

    assert ["ours/cases"] == board.may_hold("ours/1", "2025-01-01")


def test_an_entry_of_the_old_regime_is_corrected_by_whom_that_says() -> None:
    """The board notified it; the committee of the old regime may void it, the partners may not."""
    board = Ours()
    board.notified("ours/1", "2019-09-28")
    void: dict[str, Any] = {"stream": "review-ours/1", "entry": 1, "reasons": "Another case"}
    with pytest.raises(RefusedError) as caught:
        board.handle(VoidEntry, "2019-10-02", PARTNERS, **void)
    board.handle(VoidEntry, "2019-10-03", CASES, **void)

    assert "correction.of-another-body" == caught.value.rule


def test_a_clock_of_the_old_regime_runs_on_beside_one_of_the_new() -> None:
    """A month from 28 September 2019; 15 working days from Monday 30 September."""
    board = Ours()
    board.notified("ours/1", "2019-09-28")
    board.notified("ours/2", "2019-09-30")
    old, new = board.app.view(accountability, valid=day("2019-10-25")).clocks

    assert (day("2019-10-28"), "open") == (old.due, old.status)
    assert (day("2019-10-21"), "overdue") == (new.due, new.status)
