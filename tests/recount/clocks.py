"""The duties of a review: from when to when each ran, and whether it was met."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays

from tests.recount.duties import NEVER, each_day
from tests.recount.rows import Row, Rows
from tests.recount.times import Entry, Stream, day, maybe_day

DAY = timedelta(days=1)
OPENINGS = ("CaseNotified", "ReviewOpened", "DeathNotified")


@cache
def bank_holidays() -> Any:
    return holidays.country_holidays("GB", subdiv="ENG", years=range(2010, 2035))


def works(on: date) -> bool:
    return on.weekday() < 5 and on not in bank_holidays()


def working_days(since: date, until: date) -> int:
    """Return the working days in (since, until], or less than 0 of those in (until, since]."""
    if until < since:
        return -working_days(until, since)
    return sum(works(on) for on in each_day(since + DAY, until + DAY))


def after_working_days(since: date, number: int) -> date:
    """Return the day by which so many working days have gone by."""
    on = since
    while working_days(since, on) < number:
        on += DAY
    return on


def before_working_days(until: date, number: int) -> date:
    """Return the last day from which so many working days are left."""
    on = until
    while working_days(on, until) < number:
        on -= DAY
    return on


def after_months(since: date, months: int) -> date:
    """Return the same day of a later month, or its last one."""
    month = since.month - 1 + months
    year, month = since.year + month // 12, month % 12 + 1
    for number in range(since.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


@dataclass(frozen=True)
class Reached:
    """A milestone that a review reached, for one addressee or in all."""

    name: str
    to: str
    on: date
    recorded: date


def milestones(stream: Stream) -> Iterator[Reached]:
    """Yield each milestone of a review, in the order of effect."""
    for entry in stream.entries:
        recorded = entry.recorded_day
        match entry.name:
            case "CaseNotified":
                yield Reached("aware", "", day(entry.fields["aware"]), recorded)
                yield Reached("notified", "", entry.on, recorded)
                for to in entry.fields["told"]:
                    yield Reached("case told", to, entry.on, recorded)
            case "HoldDecided":
                hold = entry.fields["hold"]
                yield Reached("decided", "", entry.on, recorded)
                name = "decided to hold" if hold else "decided not to hold"
                yield Reached(name, "", entry.on, recorded)
            case "AddresseesInformed":
                yield from _told(entry, stream)
            case "ReportAccepted":
                yield Reached("report accepted", "", entry.on, recorded)
            case "ReportPublished":
                yield Reached("published", "", entry.on, recorded)
            case "ReportTakenDown":
                yield Reached("taken down", "", entry.on, recorded)


def _told(entry: Entry, stream: Stream) -> Iterator[Reached]:
    name = {"case": "case told", "report": "report sent"}.get(entry.fields["matter"])
    if name is None:
        decided = [e for e in stream.entries if e.name == "HoldDecided" and e.order < entry.order]
        hold = decided[-1].fields["hold"] if decided else None
        name = "decision to hold told" if hold else "decision not to hold told"
    for to in entry.fields["to"]:
        yield Reached(name, to, entry.on, entry.recorded_day)


@dataclass
class Clock:
    """One duty of one review, owed to one addressee or to nobody in particular."""

    review: str
    duty: Mapping[str, Any]
    to: str
    started: date
    due: date | None
    done: date | None
    recorded: date | None
    status: str
    ended: date | None
    overdue: frozenset[date]
    explained: frozenset[date] = frozenset()
    offered: frozenset[date] = frozenset()

    @property
    def name(self) -> str:
        return str(self.duty["name"])

    @property
    def sign(self) -> int:
        """-1 of what is to be done ahead: its working days are those left."""
        return -1 if self.duty.get("ahead") else 1

    @property
    def slack(self) -> int | None:
        """The days to spare; of what must not be done before a day, those past it."""
        if not self.done or not self.due:
            return None
        days = (self.due - self.done).days
        return -days if self.duty.get("not_before") else days

    def row(self, valid: date) -> Row:
        done = self.done
        explained = len(self.overdue & self.explained)
        is_open = self.status in ("open", "overdue")
        return {
            "review": self.review,
            "clock": self.name,
            "to": self.to,
            "started": self.started,
            "due": self.due,
            "done": done,
            "status": self.status,
            "latency": (done - self.started).days if done else None,
            "so_far": max(0, (valid - self.started).days) if is_open else None,
            "working_days": self.sign * working_days(self.started, done) if done else None,
            "slack": self.slack,
            "days_overdue_so_far": len(self.overdue),
            "explained": explained,
            "offered": len(self.overdue & (self.offered - self.explained)),
            "unexplained": len(self.overdue) - explained,
            "recording_lag": (self.recorded - done).days if done and self.recorded else None,
        }


def due_of(duty: Mapping[str, Any], started: date) -> date | None:
    """Return the last day of a duty, or of one that is to be done ahead of something."""
    if duty.get("ahead"):
        return before_working_days(started, duty["working_days"])
    if "working_days" in duty:
        return after_working_days(started, duty["working_days"])
    if "days" in duty:
        return started + DAY * int(duty["days"])
    if "months" in duty:
        return after_months(started, duty["months"])
    return None


def status_of(
    duty: Mapping[str, Any], due: date | None, done: date | None, ended: date | None, valid: date
) -> str:
    if done:
        if due is None:
            return "done"
        if duty.get("not_before"):
            return "met" if done >= due else "short"
        return "met" if done <= due else "late"
    if ended:
        return "ended"
    return "overdue" if due and valid > due else "open"


def clocks_of(stream: Stream, pack: Mapping[str, Any], valid: date) -> list[Clock]:
    """Return the duties of a review that have begun."""
    opening = next((e for e in stream.entries if e.name in OPENINGS), None)
    if opening is None or stream.inconsistent:
        return []
    reached = list(milestones(stream))
    clocks: list[Clock] = []
    for duty in pack["duties"]:
        starts = [r for r in reached if r.name == duty.get("start")]
        if opening.fields["kind"] not in duty["kinds"] or not starts:
            continue
        for to in duty.get("owed_to", [""]):
            stops = [r for r in reached if r.name == duty["stop"] and to in ("", r.to)]
            clock = _clock(stream, duty, to, starts[0].on, stops[0] if stops else None, valid)
            if not duty.get("not_before") or clock.done:
                clocks.append(clock)
    return clocks


def _clock(
    stream: Stream,
    duty: Mapping[str, Any],
    to: str,
    started: date,
    stop: Reached | None,
    valid: date,
) -> Clock:
    ends = [e.on for e in stream.entries if e.name in ("ReviewClosed", "ReviewDiscontinued")]
    ended = None if to or not ends else ends[0]
    done = stop.on if stop else None
    due = due_of(duty, started)
    until = done or ended or valid
    late = due is not None and not duty.get("not_before")
    return Clock(
        review=stream.name.removeprefix("review-"),
        duty=duty,
        to=to,
        started=started,
        due=due,
        done=done,
        recorded=stop.recorded if stop else None,
        status=status_of(duty, due, done, ended, valid),
        ended=ended,
        overdue=frozenset(each_day(due, until)) if late and due else frozenset(),
    )


def explain(clock: Clock, stream: Stream, valid: date, expires: int) -> Clock:
    """Find the days of a clock that are explained, and those with an explanation offered."""
    offered: set[date] = set()
    explained: set[date] = set()
    for entry in stream.entries:
        if entry.name != "ReviewDelayExplained" or entry.fields["clock"] != clock.name:
            continue
        accepted = next(
            (
                e
                for e in stream.entries
                if e.name == "ReviewExplanationAccepted"
                and e.fields["explanation"] == entry.fields["explanation"]
                and e.position > entry.position
            ),
            None,
        )
        for version, replaced in entry.spoken():
            end = maybe_day(version.fields.get("until")) or entry.recorded_day + expires * DAY
            end = min(end, replaced)
            since = max(version.recorded_day, version.on)
            offered |= set(each_day(since, min(end, valid)))
            if accepted:
                on_record = [v for v in entry.versions if v.position < accepted.position][-1]
                cap = maybe_day(on_record.fields.get("until")) or NEVER
                from_day = max(since, accepted.recorded_day, accepted.on)
                explained |= set(each_day(from_day, min(end, cap, valid)))
    clock.explained = frozenset(explained)
    clock.offered = frozenset(offered)
    return clock


def clocks(
    streams: Mapping[str, Stream], pack: Mapping[str, Any], valid: date
) -> list[tuple[Stream, Clock]]:
    """Return all duties of all reviews, with the days that are explained."""
    expires = pack.get("horizons", {}).get("explanation", 90)
    return [
        (stream, explain(clock, stream, valid, expires))
        for stream in streams.values()
        if stream.name.startswith("review-")
        for clock in clocks_of(stream, pack, valid)
    ]


def median(times: Sequence[tuple[int, bool]]) -> int | None:
    """Return the first time by which half are done: Kaplan and Meier's; (time, done) each."""
    share = 1.0
    for time in sorted({time for time, done in times if done}):
        at_risk = sum(t >= time for t, _ in times)
        done_then = sum(t == time and done for t, done in times)
        share *= 1 - done_then / at_risk
        if share <= 0.5 + 1e-12:
            return time
    return None


STATUSES = ("met", "late", "done", "open", "overdue", "ended")


def counts(rows: Iterable[Clock]) -> dict[str, int]:
    """Return how many clocks are of each status; one that was done too soon is late."""
    statuses = ["late" if c.status == "short" else c.status for c in rows]
    return {status: statuses.count(status) for status in STATUSES}


def tables(streams: Mapping[str, Stream], pack: Mapping[str, Any], valid: date) -> dict[str, Rows]:
    """Return the tables about clocks."""
    rows = [clock for _, clock in clocks(streams, pack, valid)]
    totals: list[Row] = []
    for name in sorted({c.name for c in rows}):
        of_name = [c for c in rows if c.name == name]
        times = [(((c.done or c.ended or valid) - c.started).days, bool(c.done)) for c in of_name]
        so_far = [
            max(0, (valid - c.started).days) for c in of_name if c.status in ("open", "overdue")
        ]
        totals.append(
            {
                "clock": name,
                "started": len(of_name),
                **counts(of_name),
                "latency_median": median(times),
                "longest_open": max(so_far, default=None),
            }
        )
    return {
        "clocks": Rows(("review", "clock", "to"), [c.row(valid) for c in rows]),
        "clock_totals": Rows(("clock",), totals),
        "totals": Rows((), [{f"clocks_{k}": v for k, v in counts(rows).items()}]),
    }
