"""Sustainability: how far each improvement has come, its spells and its checks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Any

from tests.recount import proportions, survival
from tests.recount.answers import KINDS
from tests.recount.bodies import Succession
from tests.recount.charts import charts
from tests.recount.duties import Change, changes_of
from tests.recount.evidence import EMBEDS, Evidence
from tests.recount.rows import Row, Rows
from tests.recount.survival import Spell
from tests.recount.times import Entry, Stream, day

FINDINGS = (
    "proposed", "accepted", "declined", "planned", "implemented", "embedded", "sustained",
    "unknown", "concern", "relapsed", "reopened", "withdrawn", "superseded",
)  # fmt: skip
LEVELS = (
    "assertion",
    "document",
    "the agency's own audit",
    "multi-agency or independent audit",
    "outcome data with a statistical signal",
)
OVER = {"RecommendationWithdrawn": "withdrawn", "RecommendationSuperseded": "superseded"}


@dataclass(frozen=True)
class Horizons:
    """The days that the pack sets."""

    sustained: int = 365
    checks: int = 2
    apart: int = 90
    fresh: int = 365
    on_time: int = 30
    at_risk: int = 5

    @classmethod
    def of(cls, pack: Mapping[str, Any]) -> "Horizons":
        said = pack.get("horizons", {})
        return cls(**{k: v for k, v in said.items() if k in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Check:
    """A check of a recommendation, at its level; one that does not verify is a note."""

    entry: Entry
    passed: bool
    level: int
    verifies: bool


@dataclass
class OpenSpell:
    """A spell as it is lived: since its embedding, with the checks that verified it."""

    since: Entry
    level: int
    passes: list[date] = field(default_factory=list)
    failed: date | None = None
    over: tuple[date, str] | None = None

    def closed(self, reference: str) -> Spell:
        start = self.since.on
        first = (self.passes[-1] - start).days if self.passes else 0
        if self.failed:
            return Spell(reference, start, "relapsed", first, (self.failed - start).days)
        if self.over and self.over[1] in OVER.values():
            return Spell(reference, start, self.over[1], first, (self.over[0] - start).days)
        return Spell(reference, start, "lasting", first, first)


@dataclass
class Improvement:
    """One recommendation: what was shown of it, and how far it so has come."""

    stream: Stream
    status: str = "proposed"
    in_place: date | None = None
    checks: list[Check] = field(default_factory=list)
    spells: list[OpenSpell] = field(default_factory=list)
    due: dict[date, date] = field(default_factory=dict)
    ended: date | None = None
    declined: date | None = None
    shown: list[Row] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    owner: str | None = None
    concerns: list[date] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return self.stream.name.removeprefix("recommendation-")

    @property
    def relapsed(self) -> date | None:
        """The day of the relapse that it is in."""
        return self.spells[-1].failed if self.status == "relapsed" else None

    @property
    def counted(self) -> list[Check]:
        return [c for c in self.checks if c.verifies]

    def finding(self, h: Horizons, valid: date) -> str:
        """Return how far it has come; without timely evidence that is not known."""
        if self.status != "embedded":
            return self.status
        spell = self.spells[-1]
        passes, start = spell.passes, spell.since.on
        if passes and len(passes) >= h.checks:
            apart = (passes[-1] - passes[0]).days >= h.apart
            if apart and (passes[-1] - start).days >= h.sustained:
                if any(start <= on <= passes[-1] for on in self.concerns):
                    return "concern"
                fresh = (valid - passes[-1]).days <= h.fresh
                return "sustained" if fresh else "unknown"
        return "unknown" if (valid - start).days >= h.sustained else "embedded"

    def coverage(self, h: Horizons, valid: date) -> tuple[int, int, int]:
        """Return the checks made on time, made at all, and due."""
        made = self.made_for()
        due = [d for d in self._asked if d <= valid]
        on_time = [d for d in due if d in made and not _is_late(made[d], d, h)]
        return len(on_time), sum(d in made for d in due), len(due)

    def next_check(self, valid: date) -> date | None:
        """Return the first day due that is yet to come, and has no check yet."""
        made = self.made_for()
        return next((d for d in self._asked if d > valid and d not in made), None)

    @property
    def _asked(self) -> list[date]:
        """The days on which a check is due, while it goes on."""
        return sorted(d for d in self.due if d <= (self.ended or self.declined or date.max))

    def made_for(self) -> dict[date, date]:
        """Return the day of the check that was made for each day due that has one."""
        near: dict[date, list[date]] = {}
        for on in sorted(c.entry.on for c in self.counted):
            known = [d for d in self._asked if self.due[d] <= on]
            if not known:
                continue
            before = [d for d in known if d <= on][-1:]
            after = [d for d in known if d > on][:1]
            nearest = before or after
            if before and after and after[0] - on < on - before[0]:
                nearest = after
            near.setdefault(nearest[0], []).append(on)
        made = {d: days[0] for d, days in near.items()}
        extra = sorted(on for days in near.values() for on in days[1:])
        for on in extra:
            missed = [d for d in self._asked if d < on and self.due[d] <= on and d not in made]
            if missed:
                made[missed[0]] = on
        return made


def _is_late(made: date, due: date, h: Horizons) -> bool:
    return (made - due).days > h.on_time


def owner_on(changes: Sequence[Change], order: tuple[date, int]) -> str | None:
    """Return who owned it when an entry took effect."""
    before = [body for on, position, body in changes if (on, position) <= order]
    return before[-1] if before else None


def lived(stream: Stream, evidence: Evidence, changes: Sequence[Change]) -> Improvement:
    """Return what a recommendation has come to, entry by entry."""
    it = Improvement(stream)
    answers: dict[str, str] = {}
    addressed: Sequence[str] = ()
    by_check: dict[str, Check] = {}
    for entry in stream.entries:
        owner = owner_on(changes, entry.order)
        owners = {owner} if owner else set()
        match entry.name:
            case "RecommendationIssued":
                addressed = entry.fields["addressed"]
            case name if name in KINDS:
                answers[entry.says("answered_for")] = KINDS[name]
            case "RecommendationPlanned":
                it.status = "planned"
            case "RecommendationImplemented":
                it.status, it.in_place = "implemented", entry.on
            case "RecommendationReopened":
                it.status = "reopened"
                if it.spells and not it.spells[-1].over and not it.spells[-1].failed:
                    it.spells[-1].over = (entry.on, "reopened")
            case "ChecksScheduled":
                for on in map(day, entry.fields["due"]):
                    it.due.setdefault(on, entry.on)
            case "RecommendationEmbedded":
                level = evidence.level(entry, stream, owners, it.in_place, True)
                rested = [by_check[c] for c in entry.fields["checks"] if c in by_check]
                level = max([level, *(c.level for c in rested if c.passed and c.verifies)])
                counts = level >= EMBEDS
                it.shown.append(
                    _shown(it, entry, "embedding", entry.on.isoformat(), level, counts)
                )
                if counts and it.status in ("implemented", "embedded", "relapsed"):
                    it.status = "embedded"
                    it.spells.append(OpenSpell(entry, level))
            case "RecommendationChecked":
                passed = entry.fields["passed"]
                level = evidence.level(entry, stream, owners, it.in_place, passed)
                audited = evidence.audited(entry, stream, owners, it.in_place, passed)
                by = evidence.succession.holder(entry.by, stream.name, entry.on)
                verifies = level >= EMBEDS and not (by == owner and not audited)
                check = Check(entry, passed, level, verifies)
                it.checks.append(check)
                by_check[entry.fields["check"]] = check
                it.shown.append(_shown(it, entry, "check", entry.fields["check"], level, verifies))
                if verifies and it.status == "embedded":
                    spell = it.spells[-1]
                    if passed:
                        spell.passes.append(entry.on)
                    else:
                        spell.failed, it.status = entry.on, "relapsed"
                elif verifies and passed and it.relapsed == entry.on:
                    it.spells[-1].passes.append(entry.on)  # both on one day: on that day
            case "EvidenceRecorded":
                shows = evidence.succession.holder(
                    entry.says("answered_for"), stream.name, entry.on
                )
                level = evidence.level(entry, stream, owners | {shows}, it.in_place, True)
                it.records.append(level)
                it.shown.append(
                    _shown(it, entry, "evidence", entry.fields["evidence"], level, False)
                )
            case name if name in OVER:
                if it.spells and not it.spells[-1].failed and not it.spells[-1].over:
                    it.spells[-1].over = (entry.on, OVER[name])
                it.status, it.ended = OVER[name], entry.on
            case _:
                pass
        if it.status in ("proposed", "accepted", "declined") and addressed:
            given = [answers.get(body) for body in addressed]
            if any(kind in ("accepted", "accepted in part") for kind in given):
                it.status = "accepted"
            else:
                declined = all(kind == "declined" for kind in given)
                it.status = "declined" if declined else "proposed"
            was = it.declined or entry.on
            it.declined = was if it.status == "declined" else None
    return it


def _shown(
    it: Improvement, entry: Entry, what: str, reference: str, level: int, counts: bool
) -> Row:
    return {
        "recommendation": it.reference,
        "what": what,
        "reference": reference,
        "on": entry.on,
        "passed": entry.fields.get("passed"),
        "level": level,
        "claimed": entry.fields.get("claimed"),
        "counts": counts if what != "evidence" else None,
    }


def rechecks(items: Iterable[Improvement], h: Horizons, valid: date) -> Row:
    """Return how many checks were passed, with an interval on the latest of each."""
    items = list(items)
    checks = [c for it in items for c in it.counted]
    notes = [c for it in items for c in it.checks if not c.verifies]
    passed = sum(c.passed for c in checks)
    latest = [it.counted[-1].passed for it in items if it.counted]
    low, high = proportions.wilson(sum(latest), len(latest)) if latest else (None, None)
    coverage = [it.coverage(h, valid) for it in items]
    on_time, done, due = (sum(c[k] for c in coverage) for k in range(3))
    return {
        "passed": passed,
        "failed": len(checks) - passed,
        "pass_rate": passed / len(checks) if checks else None,
        "latest": len(latest),
        "latest_passed": sum(latest),
        "low": low,
        "high": high,
        "on_time": on_time,
        "on_time_rate": on_time / due if due else None,
        "done": done,
        "done_rate": done / due if due else None,
        "due": due,
        "notes": len(notes),
        "notes_against": sum(not c.passed for c in notes),
    }


def row(it: Improvement, h: Horizons, valid: date) -> Row:
    spell = it.spells[-1] if it.spells else None
    embeddings = [s for s in it.shown if s["what"] == "embedding" and s["counts"]]
    on_time, done, due = it.coverage(h, valid)
    over = it.ended or it.status == "declined"
    notes = [c for c in it.checks if not c.verifies]
    return {
        "recommendation": it.reference,
        "owner": it.owner,
        "finding": it.finding(h, valid),
        "level": embeddings[-1]["level"] if embeddings else None,
        "embedded": spell.since.on if spell else None,
        "relapsed": spell.failed if spell else None,
        "last_verified": spell.passes[-1] if spell and spell.passes else None,
        "next_check": None if over else it.next_check(valid),
        "spells": len(it.spells),
        "passed": sum(c.passed for c in it.counted),
        "failed": sum(not c.passed for c in it.counted),
        "latest_passed": it.counted[-1].passed if it.counted else None,
        "notes": len(notes),
        "notes_against": sum(not c.passed for c in notes),
        "on_time": on_time,
        "checks_done": done,
        "checks_due": due,
    }


def lasting(spells: Sequence[Spell], h: Horizons, valid: date) -> Row:
    """Return the bounds that assume nothing, and then the estimates."""
    first = [s for n, s in enumerate(spells) if s.recommendation not in {
        other.recommendation for other in spells[:n]}]  # fmt: skip
    return {
        "horizon": h.sustained,
        "recommendations": len(first),
        "spells": len(spells),
        **survival.bounds(spells, h.sustained, valid),
        "survival": stated(spells, h),
        "of_first_spells": stated(first, h),
    }


def stated(spells: Sequence[Spell], h: Horizons) -> float | None:
    """Return Turnbull's share at the horizon, where enough are at risk there."""
    if survival.at_risk(spells, h.sustained) < h.at_risk:
        return None
    masses, _ = survival.turnbull(spells)
    return survival.survival_at(masses, h.sustained)


def by_discovery(spells: Sequence[Spell], h: Horizons) -> tuple[Row, list[Row]]:
    """Return Kaplan and Meier's figures, and its steps."""
    steps = survival.kaplan_meier(spells)
    tau = min(h.sustained, max((s.seen for s in spells), default=0))
    checked = sum(s.relapsed or s.first > 0 for s in spells)
    enough = survival.at_risk(spells, h.sustained) >= h.at_risk
    before = [s for s in steps if s.day <= h.sustained]
    half = next((s for s in steps if s.survival <= 0.5 + 1e-12), None)
    said: Row = {
        "spells": len(spells),
        "relapses": sum(s.relapsed for s in spells),
        "withdrawn": sum(s.end in OVER.values() for s in spells),
        "horizon": h.sustained,
        "survival": (before[-1].survival if before else 1.0) if enough else None,
        "tau": tau if spells else None,
        "restricted_mean": (
            survival.restricted_mean(steps, tau) if checked >= h.at_risk and spells else None
        ),
        "median": half.day if half and half.at_risk >= h.at_risk else None,
    }
    rows: list[Row] = []
    for step in steps:
        shows = step.at_risk >= h.at_risk
        rows.append(
            {
                "day": step.day,
                "at_risk": step.at_risk,
                "relapses": step.relapses,
                "withdrawn": step.withdrawn,
                "survival": step.survival if shows else None,
                "error": step.error if shows else None,
                "low": step.low if shows else None,
                "high": step.high if shows else None,
            }
        )
    return said, rows


def curve(spells: Sequence[Spell], h: Horizons) -> tuple[Row, list[Row]]:
    """Return Turnbull's figures, and its masses; none where too few are at risk."""
    masses, likelihood = survival.turnbull(spells)
    rows: list[Row] = []
    share = 1.0
    for mass in masses:
        by = None if mass.by == inf else int(mass.by)
        risk = survival.at_risk(spells, by if by is not None else mass.after + 1)
        shows = survival.at_risk(spells, by if by is not None else mass.after) >= h.at_risk
        share -= mass.mass
        rows.append(
            {
                "after": mass.after,
                "by": by,
                "at_risk": risk,
                "mass": mass.mass if shows else None,
                "survival": share if shows and by is not None else None,
            }
        )
    seen = sorted((s.seen for s in spells), reverse=True)
    return {
        "spells": len(spells),
        "relapses": sum(s.relapsed for s in spells),
        "horizon": h.sustained,
        "survival": stated(spells, h),
        "stated_to": seen[h.at_risk - 1] if len(seen) >= h.at_risk else None,
        "log_likelihood": likelihood if spells else None,
    }, rows


def tables(
    streams: Mapping[str, Stream], passing: Succession, pack: Mapping[str, Any], valid: date
) -> dict[str, Rows]:
    """Return the tables of sustainability."""
    h = Horizons.of(pack)
    own = frozenset(k["kind"] for k in pack["audit_kinds"] if k.get("own"))
    evidence = Evidence(streams, charts(streams), passing, own)
    items: list[Improvement] = []
    for stream in streams.values():
        if not stream.name.startswith("recommendation-") or stream.inconsistent:
            continue
        if any(e.name == "RecommendationIssued" for e in stream.entries):
            changes = changes_of(stream, passing, valid)
            it = lived(stream, evidence, changes)
            it.owner = owner_on(changes, (valid, 10**9))
            it.concerns = [
                on
                for chart in evidence.charts.values()
                if stream.name in chart.speaks_to
                for on in chart.concerns()
            ]
            items.append(it)
    items.sort(key=lambda it: it.reference)
    findings = [it.finding(h, valid) for it in items]
    spells = [s.closed(it.reference) for it in items for s in it.spells]
    said, steps = by_discovery(spells, h)
    turnbull, masses = curve(spells, h)
    checks = [c.level for it in items for c in it.checks]
    standing = [
        it.spells[-1].level
        for it, finding in zip(items, findings, strict=True)
        if finding in ("embedded", "sustained")
    ]
    records = [level for it in items for level in it.records]
    return {
        "standing": Rows((), [{name: findings.count(name) for name in FINDINGS}]),
        "improvements": Rows(("recommendation",), [row(it, h, valid) for it in items]),
        "rechecks": Rows((), [rechecks(items, h, valid)]),
        "shown": Rows(
            ("recommendation", "what", "reference"), [s for it in items for s in it.shown]
        ),
        "evidence": Rows(
            ("level",),
            [
                {
                    "level": level,
                    "name": name,
                    "embedded": standing.count(level),
                    "checks": checks.count(level),
                    "records": records.count(level),
                }
                for level, name in enumerate(LEVELS)
            ],
        ),
        "spells": Rows(
            ("recommendation",),
            [
                {
                    "recommendation": s.recommendation,
                    "end": s.end,
                    "first": s.first,
                    "last": s.last,
                }
                for s in spells
            ],
        ),
        "lasting": Rows((), [lasting(spells, h, valid)]),
        "survival": Rows((), [turnbull]),
        "survival.masses": Rows(("after", "by"), masses),
        "by_day_of_discovery": Rows((), [said]),
        "by_day_of_discovery.steps": Rows(("day",), steps),
    }
