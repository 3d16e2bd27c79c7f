"""Whole lives under the packs that ship, and under others that extend them: each duty with its
source, the Scottish calendar, a regime in transition, three grounds at once and a gate. All cases
are fictional; dates are reckoned by hand.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lif_core.aggregates.review import (
    AcceptReport,
    AnalyseDeath,
    CloseReview,
    DecideHold,
    HoldDecided,
    InformAddressees,
    Matter,
    Modifiable,
    NotifyCase,
    NotifyDeath,
    PublishReport,
    ReportPublished,
    TakeDownReport,
)
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.framework import DutyEntry, Framework, load, parse
from lif_core.items.clocks import ClockRow
from lif_core.log.memory import MemoryRecorder
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from lif_core.views.calendar import calendar
from lif_core.views.conduct import conduct
from tests.core.aggregates.test_review_lives import LIVES
from tests.lives import (
    ACCEPT,
    ANALYSIS,
    CASE,
    CLOSE,
    CONDUCT,
    COPY,
    DEATH,
    FAMILY,
    FINDING,
    HOLD,
    INFORM,
    NO_ACTION,
    PUBLISH,
    REF,
    at,
    but,
)
from tests.people import CHAIR, TEXTS, day

SHIPPED = {pack.name: pack for pack in load().packs}
WHOLE = [
    pytest.param(pack, duty, id=f"{name}: {duty.name}")
    for name, pack in SHIPPED.items()
    for duty in pack.duties
]


class Store:
    """A store with some packs beside those that ship, whose clock follows what is decided."""

    def __init__(self, *packs: Framework) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        frameworks = load().plus(*packs)
        self.app = Application(
            MemoryRecorder(), clock=lambda: self.now, frameworks=frameworks, readership=TEXTS
        )

    def decide(self, *commands: Command) -> None:
        for command in commands:
            at_noon = datetime.combine(command.on, datetime.min.time(), UTC).replace(hour=12)
            self.now = max(self.now, at_noon)
            self.app.handle(command)

    def refused(self, command: Command) -> str | None:
        try:
            self.decide(command)
        except RefusedError as error:
            return error.rule
        return None

    def clocks(self, valid: str) -> Sequence[ClockRow]:
        return self.app.view(accountability, valid=day(valid)).clocks

    def standing(self, valid: str) -> dict[str, str]:
        """How each clock stands; of several addressees, each by its name."""
        return {
            f"{row.clock}: {row.to}" if row.to else row.clock: row.status
            for row in self.clocks(valid)
        }

    def overdue(self, valid: str) -> list[str]:
        return [row.detail for row in self.app.view(calendar, valid=day(valid)).overdue]


# Each duty has a source


@pytest.mark.parametrize(("pack", "duty"), WHOLE)
def test_every_duty_of_a_pack_that_ships_has_a_whole_source(
    pack: Framework, duty: DutyEntry
) -> None:
    """Title, provision, address, the day on which it was looked for; confirmed, or known only."""
    source = duty.source

    assert source is not None
    assert all((source.title, source.provision))
    assert source.address.startswith(("https://", "http://"))
    assert source.checked is not None
    assert source.checked >= day("2026-11-29")
    assert source.confirmed in (True, False)


def test_what_of_the_duties_is_confirmed_is_told_from_what_is_only_known() -> None:
    """By name, so that nobody confirms one in passing; to be looked up before it is relied on."""
    known = {
        name: [duty.name for duty in pack.duties if duty.source and not duty.source.confirmed]
        for name, pack in SHIPPED.items()
    }

    assert {
        "wolverhampton-2017": [
            "panel told",
            "last day of serious case reviews",
            "last day of child death reviews",
            "panel copy",
            "online",
            "adult review completion",
            "section 11 audit",
            "section 175 audit",
            "annual report of the children's board",
        ],
        "working-together-2023": ["panel copy", "online"],
    } == known


# The lives of the packs that ship

PARTNERSHIP = parse(
    (Path(__file__).parents[3] / "examples" / "partnership.toml").read_text("utf-8"),
    "partnership.toml",
)
PARTNER = Authority(person="L. Partner", role="lead safeguarding partner", body="nscp")
STAFF = Authority(person="R. Group", role="chair", body="nscp/reviews")
LATER = timedelta(days=7 * 365)


def of_2024(kind: str, *commands: Command) -> tuple[Command, ...]:
    """The *commands*, seven years of days later, decided by the partnership of the example."""
    later = [
        but(command, on=command.on + LATER, by=PARTNER, review=f"nscp/{kind}")
        for command in commands
    ]
    first: dict[str, Any] = {"kind": kind}
    if isinstance(later[0], NotifyCase):
        first["aware"] = later[0].on
    elif isinstance(later[0], NotifyDeath):
        first |= {"died": later[0].on, "area": "northshire"}
    return (but(later[0], **first), *later[1:])


ALL = ("national-panel", "ofsted", "secretary-of-state")
SERIOUS = but(HOLD, criteria=("abuse-or-neglect", "death"))
BY_2023 = {
    "rapid-review": of_2024(
        "rapid-review",
        but(CASE, told=ALL),
        *at("2017-04-21", SERIOUS, FINDING),
        *at("2017-05-09", ACCEPT, NO_ACTION),
        *at("2017-06-01", CLOSE),
    ),
    "lcspr": of_2024(
        "lcspr",
        CASE,
        but(HOLD, criteria=("abuse-or-neglect", "death", "improvements")),
        *(but(command, organisations=("nscp/police",)) if command is CONDUCT[0] else command
          for command in CONDUCT[:2]),
        *FAMILY,
        FINDING,
        *at("2017-11-01", NO_ACTION, ACCEPT),
        but(COPY, to=("national-panel", "secretary-of-state"), on=day("2017-11-01")),
        but(PUBLISH, on=day("2017-11-17")),
        CLOSE,
    ),
    "child-death": of_2024(
        "child-death",
        DEATH,
        but(ANALYSIS, category="any", factors=()),
        *at("2017-11-10", ACCEPT, CLOSE),
    ),
}  # fmt: skip
OF_THE_LAW = {
    "wolverhampton-2017": {
        "scr": {
            "notification", "notification to Ofsted: ofsted", "decision",
            "panel told: national-panel", "panel told: ofsted", "completion",
            "panel copy: national-panel",
        },
        "sar": {"adult review completion"},
        "cdr": {"review of a death"},
        "rapid-review": {
            "incident notification", "incident notification to the panel: national-panel",
            "rapid review",
        },
        "lcspr": {"practice review publication"},
    },
    "working-together-2023": {
        "rapid-review": {
            "incident notification", "rapid review",
            *(f"incident notification to the panel: {to}" for to in ALL),
        },
        "lcspr": {
            "publication", "panel copy: national-panel", "panel copy: secretary-of-state",
        },
        "child-death": {"review of a death"},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kinds in OF_THE_LAW.items() for kind in kinds]
)
def test_the_duties_of_a_life_begin_are_met_and_each_has_its_source(name: str, kind: str) -> None:
    """From the notification to the end; nobody recorded that a duty had begun."""
    store = Store(PARTNERSHIP)
    commands = LIVES[kind] if name == "wolverhampton-2017" else BY_2023[kind]
    store.decide(*commands)
    valid = max(command.on for command in commands) + timedelta(days=1)
    standing = store.standing(valid.isoformat())
    sources = {duty.name: duty.source for duty in SHIPPED[name].duties if kind in duty.kinds}

    assert OF_THE_LAW[name][kind] == set(standing)
    assert {"done" if name_of == "review of a death" else "met" for name_of in standing} == set(
        standing.values()
    )
    for row in store.clocks(valid.isoformat()):
        source = sources[row.clock]
        assert source is not None
        assert all((source.title, source.provision, source.address, source.checked))
    late = {detail.partition(": ")[0] for detail in store.overdue(valid.isoformat())}
    assert late <= {duty.name for duty in SHIPPED[name].duties if duty.is_of_a_board}


def test_every_duty_of_a_review_in_the_packs_that_ship_is_in_these_lives_or_has_its_test() -> None:
    """A duty that no life begins is only a line."""
    elsewhere = {
        "panel told why not",  # of a case that is not reviewed: in test_review_opening
        "last day of serious case reviews",  # in transition: below
        "last day of child death reviews",  # in transition: below
        "online",  # is seen once a report is taken down: below
    }
    for name, pack in SHIPPED.items():
        lived = {clock.partition(": ")[0] for each in OF_THE_LAW[name].values() for clock in each}
        duties = {duty.name for duty in pack.duties if not duty.is_of_a_board}

        assert duties - elsewhere == lived


@pytest.mark.parametrize(("days", "status"), [(364, "short"), (365, "met")])
def test_a_report_that_was_online_for_less_than_a_year_was_taken_down_too_soon(
    days: int, status: str
) -> None:
    """Published on 22 November 2017."""
    store = Store()
    store.decide(*LIVES["scr"])
    on = PUBLISH.on + timedelta(days)
    store.decide(TakeDownReport(by=CHAIR, on=on, review=REF, reasons="It was long ago."))

    assert status == store.standing("2019-06-01")["online"]


# The Scottish calendar

SCOTTISH = """
name = "highland"
title = "A Scottish committee (invented)"
governs = ["hcpc"]
in_force = 2018-01-01
calendar = "GB-SCT"
addressees = [{ code = "inspectorate", name = "The inspectorate" }]
bodies = [{ ref = "hcpc", name = "A child protection committee", kind = "board" }]
[[review_kinds]]
kind = "learning-review"
name = "Learning review"
case = true
principles = false
findings = false
addressees = ["inspectorate"]
[[duties]]
name = "notification"
kinds = ["learning-review"]
start = "aware"
stop = "notified"
working_days = 2
[[duties]]
name = "decision"
kinds = ["learning-review"]
start = "notified"
stop = "decided"
working_days = 5
[[duties]]
name = "told"
kinds = ["learning-review"]
start = "decided to hold"
stop = "decision to hold told"
working_days = 5
owed_to = ["inspectorate"]
[[duties]]
name = "report"
kinds = ["learning-review"]
start = "decided to hold"
stop = "report accepted"
months = 4
[[duties]]
name = "copy"
kinds = ["learning-review"]
start = "published"
stop = "report sent"
working_days = 3
ahead = true
owed_to = ["inspectorate"]
"""
ENGLISH = SCOTTISH.replace("GB-SCT", "GB-ENG")
LEAD = Authority(person="M. Lead", role="chair", body="hcpc")
SCOTTISH_DUE = {
    "notification": "2018-11-29",  # Thursday; known on Tuesday 27 November
    "decision": "2018-12-06",  # St Andrew's day, Friday 30 November, is none of the five
    "told": "2019-01-07",  # nor are Christmas, Boxing day, and 1 and 2 January
    "report": "2019-04-27",
    "copy": "2019-04-21",  # three are left to the 24th: Easter Monday, the 22nd, is one
}
ENGLISH_DUE = {
    **SCOTTISH_DUE,
    "decision": "2018-12-05",
    "told": "2019-01-04",
    "copy": "2019-04-17",
}


@pytest.mark.parametrize(
    ("pack", "due"), [(SCOTTISH, SCOTTISH_DUE), (ENGLISH, ENGLISH_DUE)], ids=["GB-SCT", "GB-ENG"]
)
def test_a_life_by_the_calendar_of_its_country(pack: str, due: dict[str, str]) -> None:
    """The same days, under the holidays of Scotland, which keeps 2 January, and of England."""
    store = Store(parse(pack, "highland.toml"))
    review: dict[str, Any] = {"by": LEAD, "review": "hcpc/1"}
    told: dict[str, Any] = {**review, "to": ("inspectorate",)}
    case = NotifyCase(
        **review, on=day("2018-11-28"), kind="learning-review", subject="A child",
        aware=day("2018-11-27"),
    )  # fmt: skip
    hold = DecideHold(
        **review, on=day("2018-12-27"), hold=True, reasons="There is much to learn.",
        criteria=("any",),
    )  # fmt: skip
    store.decide(case, hold)
    store.decide(InformAddressees(**told, on=day("2019-01-07"), matter=Matter.DECISION))
    store.decide(AcceptReport(**review, on=day("2019-04-10"), response="All is accepted."))
    store.decide(InformAddressees(**told, on=day("2019-04-18"), matter=Matter.REPORT))
    store.decide(PublishReport(**review, on=day("2019-04-24"), place="https://example.org"))
    store.decide(CloseReview(**review, on=day("2019-04-25")))
    rows = store.clocks("2019-05-01")

    assert due == {row.clock: str(row.due) for row in rows}
    late = {"decision"} if pack is SCOTTISH else {"decision", "told", "copy"}
    assert late == {row.clock for row in rows if row.status == "late"}
    assert {"met"} == {row.status for row in rows if row.clock not in late}


# A regime in transition

OLD_REGIME = """
name = "lscb-2015"
title = "The board, to the end of its regime (invented)"
extends = "wolverhampton-2017"
until = 2019-09-29
transition = 2020-09-29
"""
NEW_REGIME = """
name = "partners-2019"
title = "The safeguarding partners who took over from the board (invented)"
extends = "working-together-2023"
governs = ["wscb"]
in_force = 2019-09-29
bodies = [{ ref = "wscb", name = "The partnership", kind = "board", areas = ["wolverhampton"] }]
"""
LEAD_PARTNER = Authority(person="L. Partner", role="lead safeguarding partner", body="wscb")


@pytest.fixture
def transition() -> Store:
    """A case and a death, each notified before 29 September 2019, under two regimes."""
    store = Store(parse(OLD_REGIME, "old.toml"), parse(NEW_REGIME, "new.toml"))
    store.decide(
        but(CASE, on=day("2019-09-27"), aware=day("2019-09-26")),
        but(DEATH, on=day("2019-09-27"), died=day("2019-09-20"), review="wscb/cdr-1"),
    )
    return store


def test_a_case_from_before_the_end_of_a_regime_is_lived_through_under_it(
    transition: Store,
) -> None:
    """Decided by the chair in October 2019, told, reported, published; its last day is that of the
    transition, and it has the kinds, grounds and duties of 2015 throughout.
    """
    partner = but(HOLD, on=day("2019-10-25"), by=LEAD_PARTNER)
    assert "authority.not-in-role" == transition.refused(partner)
    transition.decide(but(HOLD, on=day("2019-10-25")))
    transition.decide(but(INFORM, on=day("2019-10-30"), to=("national-panel", "ofsted")))
    assert ("open", "open") == (
        transition.standing("2020-04-25")["completion"],
        transition.standing("2020-04-25")["last day of serious case reviews"],
    )
    assert "completion" in transition.overdue("2020-04-26")
    transition.decide(*at("2020-09-10", *FAMILY, FINDING, ACCEPT, NO_ACTION))
    transition.decide(*at("2020-09-11", COPY), *at("2020-09-23", PUBLISH, CLOSE))
    rows = {row.clock: row for row in transition.clocks("2020-12-31") if row.review == REF}

    assert ("late", day("2020-04-25")) == (rows["completion"].status, rows["completion"].due)
    last = rows["last day of serious case reviews"]
    assert (day("2019-09-29"), day("2020-09-29"), "met") == (last.started, last.due, last.status)
    (held,) = (
        record.event
        for record in transition.app.history(f"review-{REF}")
        if isinstance(record.event, HoldDecided)
    )
    assert ("regulation 5(2)(b)(i)",) == held.grounds


def test_what_is_not_finished_by_the_last_day_is_overdue_from_then_on(transition: Store) -> None:
    """Four months for a death, twelve for a serious case review."""
    deaths, cases = "last day of child death reviews", "last day of serious case reviews"

    assert deaths not in transition.standing("2019-09-28")
    for name, last, after in (
        (deaths, "2020-01-29", "2020-01-30"),
        (cases, "2020-09-29", "2020-09-30"),
    ):
        assert "open" == transition.standing(last)[name]
        assert "overdue" == transition.standing(after)[name]
        assert name in transition.overdue(after)


def test_a_death_is_analysed_in_the_transition_by_the_panel_that_it_was_notified_to(
    transition: Store,
) -> None:
    """The committee of the old regime keeps its right to the end of the transition."""
    review: dict[str, Any] = {"review": "wscb/cdr-1"}
    transition.decide(
        AnalyseDeath(
            by=DEATH.by, on=day("2019-12-01"), category="10", modifiable=Modifiable.NO, **review
        ),
        but(ACCEPT, on=day("2020-01-29"), **review),
        but(CLOSE, on=day("2020-01-29"), **review),
    )

    assert "met" == transition.standing("2020-02-01")["last day of child death reviews"]


@pytest.mark.parametrize("kind", ["scr", "cdr"])
def test_after_the_end_nothing_begins_under_the_old_regime(transition: Store, kind: str) -> None:
    """The kinds of review of 2015 are no longer known; those of the partners are."""
    case = but(CASE, on=day("2019-09-29"), review="wscb/2", kind=kind)
    assert "review.unknown-kind" == transition.refused(case)
    rapid = but(case, kind="rapid-review", aware=day("2019-09-27"), by=LEAD_PARTNER)
    transition.decide(rapid)

    rows = transition.clocks("2019-10-01")
    clocks = {row.clock: row.due for row in rows if row.review == "wscb/2"}
    assert {"incident notification", "incident notification to the panel", "rapid review"} == set(
        clocks
    )
    assert day("2019-10-18") == clocks["rapid review"]


# Three grounds at once, and a gate

GATED = """
name = "gated"
title = "The board, which publishes once the national panel has the report (invented)"
extends = "wolverhampton-2017"
[[duties]]
name = "publication"
kinds = ["scr"]
start = "decided to hold"
stop = "published"
months = 9
gates = ["report sent to national-panel"]
"""
THREE = ("abuse-or-neglect", "death", "died-in-custody", "died-detained")
GROUNDS = ("regulation 5(2)(b)(i)", "died in custody", "died while detained")
GATED_LIFE = (
    CASE,
    but(HOLD, criteria=THREE),
    INFORM,
    *CONDUCT,
    *FAMILY,
    FINDING,
    *at("2017-11-10", NO_ACTION, ACCEPT),
)
"""The life of a serious case review on three grounds at once, up to its report."""


def test_three_grounds_at_once_and_a_gate() -> None:
    """Each ground alone would bind; the report is not published before the panel has it, and not
    any more once it turns out that it never had.
    """
    store = Store(parse(GATED, "gated.toml"))
    store.decide(CASE)
    declined = but(HOLD, hold=False, criteria=THREE, on=day("2017-05-02"))
    assert "review.must-be-held" == store.refused(declined)
    store.decide(*GATED_LIFE[1:])
    assert "review.gate" == store.refused(PUBLISH)
    store.decide(COPY, PUBLISH, CLOSE)
    stream = f"review-{REF}"
    events = {type(record.event): record for record in store.app.history(stream)}
    held, published = events[HoldDecided].event, events[ReportPublished].event

    assert isinstance(held, HoldDecided)
    assert GROUNDS == held.grounds
    assert isinstance(published, ReportPublished)
    assert ("report sent to national-panel",) == published.gates
    (row,) = store.app.view(conduct, valid=day("2018-02-01")).reviews
    assert GROUNDS == row.grounds
    assert "met" == store.standing("2018-02-01")["publication"]
    copy = max(r.stream_position for r in store.app.history(stream) if r.event.on == COPY.on)
    store.decide(
        VoidEntry(by=CHAIR, on=day("2018-02-01"), stream=stream, entry=copy, reasons="Not sent")
    )
    assert "open" == store.standing("2018-02-02")["publication"]
