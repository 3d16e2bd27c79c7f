"""Accountability: what each body owed, from when to when, and how many days late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.recount.bodies import Succession
from tests.recount.rows import Row, Rows
from tests.recount.times import Entry, Stream, Version, maybe_day

DAY = timedelta(days=1)
NEVER = date.max
NOTHING_AFTER = (date.max, 0)
DATES = ("RecommendationPlanned", "DueDateChanged", "RecommendationReopened")
ENDS = {
    "RecommendationImplemented": "implemented",
    "RecommendationWithdrawn": "withdrawn",
    "RecommendationSuperseded": "superseded",
}


def each_day(since: date, until: date) -> Iterable[date]:
    """Return the days of the half-open interval [since, until)."""
    return (since + DAY * n for n in range((until - since).days))


@dataclass
class Period:
    """A time for which a duty was open: [since, until), *until* the day of the view if it is."""

    since: date
    until: date
    opened: tuple[date, int]
    planned: bool = True
    ended: tuple[date, int] = NOTHING_AFTER
    closed: bool = False
    ending: str = ""
    dates: list[Entry] = field(default_factory=list)

    def current(self) -> date | None:
        """Return the date in force last."""
        dated = [e for e in self.dates if e.fields.get("due")]
        return maybe_day(dated[-1].fields["due"]) if dated else None

    def first(self) -> date | None:
        """Return the first date agreed."""
        dated = [e for e in self.dates if e.fields.get("due")]
        return maybe_day(dated[0].fields["due"]) if dated else None

    def in_force(self, on: date) -> date | None:
        """Return the date in force on a day, as recorded by then."""
        spoken: list[tuple[date, int, date | None]] = []
        for entry in self.dates:
            known = [v for v in entry.versions if v.recorded_day <= on]
            if known and known[-1].on <= on:
                spoken.append((known[-1].on, entry.position, maybe_day(known[-1].fields["due"])))
        if spoken:
            return max(spoken)[2]
        return maybe_day(self.dates[0].versions[0].fields["due"]) if self.dates else None


@dataclass(frozen=True)
class Explanation:
    """The days that an explanation covers, and those of them that it explains."""

    offered: frozenset[date]
    explained: frozenset[date]


@dataclass
class Held:
    """A time for which one body held a duty while it was open, and the days in it."""

    body: str
    since: date
    until: date
    period: "Period"
    now: bool = False
    overdue: int = 0
    explained: int = 0
    offered: int = 0
    by_first_date: int = 0
    accrued: int = 0

    @property
    def open_days(self) -> int:
        return (self.until - self.since).days

    def days(self) -> dict[str, int]:
        return {
            "days_overdue_so_far": self.overdue,
            "explained": self.explained,
            "offered": self.offered,
            "unexplained": self.overdue - self.explained,
            "by_first_date": self.by_first_date,
            "accrued": self.accrued,
            "open_days": self.open_days,
        }


NO_DAYS = ("days_overdue_so_far", "explained", "offered", "unexplained", "by_first_date",
           "accrued", "open_days")  # fmt: skip


@dataclass
class Duty:
    """A recommendation that came to be owed."""

    recommendation: str
    outcome: str
    planned: bool
    periods: list[Period]
    held: list[Held]
    done: date | None
    overdue_now: bool
    boards: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return bool(self.periods) and not self.periods[-1].closed

    @property
    def undated(self) -> bool:
        return self.open and self.periods[-1].current() is None


def periods_of(stream: Stream, valid: date) -> list[Period]:
    """Return the times for which a recommendation was owed."""
    periods: list[Period] = []
    for entry in stream.entries:
        is_open = bool(periods) and not periods[-1].closed
        if entry.name in ("RecommendationPlanned", "RecommendationReopened"):
            if is_open:
                periods[-1].dates.append(entry)
            else:
                planned = entry.name == "RecommendationPlanned"
                periods.append(Period(entry.on, valid, entry.order, planned, dates=[entry]))
        elif entry.name == "DueDateChanged" and periods:
            periods[-1].dates.append(entry)
        elif entry.name == "RecommendationImplemented" and not periods:
            at_once = (entry.on, entry.position + 1)
            periods.append(Period(entry.on, entry.on, entry.order, False, at_once))
            periods[-1].closed, periods[-1].ending = True, "implemented"
        elif entry.name in ENDS and is_open:
            periods[-1].until, periods[-1].closed = entry.on, True
            periods[-1].ended = entry.order
            periods[-1].ending = ENDS[entry.name]
    return periods


def _ends_by(entry: Entry, version: Version, stream: Stream, expires: int) -> date:
    """Return the day on which a version of an explanation is over at the latest."""
    until = maybe_day(version.fields.get("until"))
    end = until if until else entry.recorded_day + DAY * expires
    for change in stream.entries:
        redated = change.name in ("DueDateChanged", "RecommendationReopened")
        if redated and change.position > version.position:
            end = min(end, change.on)
    return end


def explanation(entry: Entry, stream: Stream, valid: date, expires: int) -> Explanation:
    """Return the days of one explanation, by its versions and its acceptance."""
    accepted = next(
        (
            e
            for e in stream.entries
            if e.name == "RecommendationExplanationAccepted"
            and e.fields["explanation"] == entry.fields["explanation"]
            and e.position > entry.position
        ),
        None,
    )
    offered: set[date] = set()
    explained: set[date] = set()
    for version, replaced in entry.spoken():
        since = max(version.recorded_day, version.on)
        end = min(_ends_by(entry, version, stream, expires), replaced, valid)
        offered |= set(each_day(since, end))
        if accepted:
            on_record = [v for v in entry.versions if v.position < accepted.position][-1]
            cap = _ends_by(entry, on_record, stream, expires)
            from_day = max(since, accepted.recorded_day, accepted.on)
            explained |= set(each_day(from_day, min(end, cap)))
    return Explanation(frozenset(offered), frozenset(explained))


Change = tuple[date, int, str]


def changes_of(stream: Stream, succession: Succession, valid: date) -> list[Change]:
    """Return each day on which another body came to own a duty, by whatever way."""
    given: list[tuple[Entry, str]] = []
    for entry in stream.entries:
        match entry.name:
            case "RecommendationPlanned":
                given.append((entry, entry.fields["owner"]))
            case "TransferAccepted":
                given.append((entry, entry.by))
            case "RecommendationImplemented" if not given:  # done without a plan
                given.append((entry, entry.by))
    changes: list[Change] = []
    for index, (entry, body) in enumerate(given):
        changes.append((entry.on, entry.position, body))
        following = given[index + 1][0].on if index + 1 < len(given) else NEVER
        for on, holder in succession.handings(body, stream.name, entry.on):
            if (on < following or on == entry.on) and on <= valid:
                changes.append((on, entry.position, holder))
    return changes


def tenures(stream: Stream, periods: Sequence[Period], changes: Sequence[Change]) -> list[Held]:
    """Return who held a duty while it was open, in order."""
    held: list[Held] = []
    for period in periods:
        before = [c for c in changes if c[:2] < period.opened]
        within = [c for c in changes if period.opened <= c[:2] < period.ended]
        times = [(max(on, period.since), body) for on, _, body in (*before[-1:], *within)]
        for index, (since, body) in enumerate(times):
            last = index + 1 == len(times)
            until = period.until if last else times[index + 1][0]
            held.append(Held(body, since, until, period, last and not period.closed))
    return held


def count(held: Iterable[Held], explanations: Sequence[Explanation]) -> None:
    """Count the days of each tenure, one by one."""
    explained = frozenset[date]().union(*(e.explained for e in explanations))
    offered = frozenset[date]().union(*(e.offered for e in explanations)) - explained
    for tenure in held:
        period = tenure.period
        current, first = period.current(), period.first()
        for on in each_day(tenure.since, tenure.until):
            if current and on >= current:
                tenure.overdue += 1
                tenure.explained += on in explained
                tenure.offered += on in offered
            tenure.by_first_date += bool(first and on >= first)
            in_force = period.in_force(on)
            tenure.accrued += bool(in_force and on >= in_force)


def duty_of(stream: Stream, succession: Succession, valid: date, expires: int) -> Duty | None:
    """Return the duty that a recommendation came to be, if it did."""
    names = [e.name for e in stream.entries]
    planned = any(n in ("RecommendationPlanned", "RecommendationReopened") for n in names)
    if not planned and "RecommendationImplemented" not in names:
        return None
    periods = periods_of(stream, valid)
    held = tenures(stream, periods, changes_of(stream, succession, valid))
    explanations = [
        explanation(e, stream, valid, expires)
        for e in stream.entries
        if e.name == "RecommendationDelayExplained"
    ]
    count(held, explanations)
    ending = [e for e in stream.entries if e.name in ENDS]
    last = periods[-1]
    due = last.current()
    outcome = ENDS[ending[-1].name] if last.closed else "planned" if last.planned else "reopened"
    return Duty(
        recommendation=stream.name.removeprefix("recommendation-"),
        outcome=outcome,
        planned=planned,
        periods=periods,
        held=held,
        done=last.until if last.closed else None,
        overdue_now=bool(not last.closed and due and valid > due),
    )


def row(duty: Duty) -> dict[str, Any]:
    """Return the row of a duty."""
    last = duty.periods[-1] if duty.periods else None
    sums: dict[str, int] = {}
    for tenure in duty.held:
        for name, value in tenure.days().items():
            sums[name] = sums.get(name, 0) + value
    return {
        "recommendation": duty.recommendation,
        "outcome": duty.outcome,
        "owner": duty.held[-1].body if duty.held else None,
        "agreed": last.first() if last else None,
        "due": last.current() if last else None,
        "done": duty.done,
        "overdue_now": duty.overdue_now,
        "undated": duty.undated,
        "planned": duty.planned,
        **{name: sums.get(name, 0) for name in NO_DAYS},
    }


def duties(
    streams: Mapping[str, Stream], succession: Succession, valid: date, expires: int
) -> list[tuple[Stream, Duty]]:
    """Return the duties of all recommendations that are consistent."""
    rows: list[tuple[Stream, Duty]] = []
    for stream in streams.values():
        if not stream.name.startswith("recommendation-") or stream.inconsistent:
            continue
        if duty := duty_of(stream, succession, valid, expires):
            rows.append((stream, duty))
    return rows


def totals_of(tenures_: Iterable[Held]) -> dict[str, Any]:
    """Return the days of several tenures together, and their exposure."""
    sums = dict.fromkeys(NO_DAYS, 0)
    for tenure in tenures_:
        for name, value in tenure.days().items():
            sums[name] += value
    return {**sums, "exposure": exposure(sums["accrued"], sums["open_days"])}


def exposure(accrued: int, open_days: int) -> float | None:
    """Return the days accrued for every hundred days held open."""
    return 100 * accrued / open_days if open_days else None


def came_due(duty: Duty, body: str) -> tuple[bool, bool]:
    """Return whether a duty came due with a body, and whether it was late there."""
    late = any(t.accrued for t in duty.held if t.body == body)
    done = False
    for period in duty.periods:
        last = [t for t in duty.held if t.period is period]
        if period.ending == "implemented" and last and period.dates:
            done = done or last[-1].body == body
    return late or done, late


def body_row(body: str, rows: Sequence[tuple[Stream, Duty]]) -> Row:
    """Return the row of a body."""
    of_body = [(s, d) for s, d in rows if any(t.body == body for t in d.held)]
    now = [d for _, d in of_body if d.held[-1].body == body and d.open]
    due = [came_due(d, body) for _, d in of_body]
    return {
        "body": body,
        "held": len(of_body),
        "open": len(now),
        "overdue_now": sum(d.overdue_now for d in now),
        "undated": sum(d.undated for d in now),
        "due": sum(d for d, _ in due),
        "ever_late": sum(late for _, late in due),
        **totals_of(t for _, d in of_body for t in d.held if t.body == body),
    }


def accountability(
    streams: Mapping[str, Stream],
    passing: Succession,
    pack: Mapping[str, Any],
    valid: date,
) -> dict[str, Rows]:
    """Return the tables about duties."""
    expires = pack.get("horizons", {}).get("explanation", 90)
    rows = duties(streams, passing, valid, expires)
    held = [t for _, d in rows for t in d.held]
    bodies = [body_row(body, rows) for body in sorted({t.body for t in held})]
    total = {
        "duties": len(rows),
        "duties_open": sum(d.open for _, d in rows),
        "overdue_now": sum(d.overdue_now for _, d in rows),
        "undated": sum(d.undated for _, d in rows),
        "unplanned": sum(not d.planned for _, d in rows),
        "due": sum(b["due"] for b in bodies),
        "ever_late": sum(b["ever_late"] for b in bodies),
        **totals_of(held),
    }
    return {
        "duties": Rows(("recommendation",), [row(d) for _, d in rows]),
        "ownership": Rows(
            ("recommendation",),
            [
                {
                    "recommendation": d.recommendation,
                    "body": t.body,
                    "since": t.since,
                    "until": None if t.now else t.until,
                    **t.days(),
                }
                for _, d in rows
                for t in d.held
            ],
        ),
        "bodies": Rows(("body",), bodies),
        "totals": Rows((), [total]),
    }
