"""Re-audits: the change since the first audit, with looks that are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.recount.proportions import level_of, newcombe, verdict
from tests.recount.rows import Row, Rows
from tests.recount.times import Stream


@dataclass(frozen=True)
class Audit:
    """A concluded audit of files: how many of them are good or better."""

    reference: str
    on: date
    position: int
    good: int
    files: int
    follows: str | None
    looks: int | None
    sample: bool
    references: tuple[str, ...]

    @property
    def counts(self) -> tuple[int, int]:
        return self.good, self.files

    @property
    def listed(self) -> bool:
        return len(self.references) == self.files


def audit_of(stream: Stream, pack: Mapping[str, Any]) -> Audit | None:
    """Return an audit that was concluded with files, and not cancelled."""
    planned = next((e for e in stream.entries if e.name == "AuditPlanned"), None)
    concluded = next((e for e in stream.entries if e.name == "AuditConcluded"), None)
    if planned is None or concluded is None or stream.inconsistent:
        return None
    scale = next(s for s in pack["scales"] if s["name"] == planned.fields["scale"])
    good = scale["grades"][: scale["good"]]
    grades = concluded.fields["grades"]
    return Audit(
        stream.name.removeprefix("audit-"),
        concluded.on,
        concluded.position,
        sum(g["files"] for g in grades if g["grade"] in good),
        sum(g["files"] for g in grades),
        planned.fields["follows"],
        planned.fields["looks"],
        planned.fields["sample"] is not None,
        tuple(concluded.fields["references"]),
    )


def change(before: tuple[int, int], after: tuple[int, int], level: float, judged: bool) -> Row:
    """Return the change between two counts, with its interval, and the verdict if it has one."""
    difference, low, high = newcombe(before, after, level)
    return {
        "before": {"part": before[0], "whole": before[1]},
        "after": {"part": after[0], "whole": after[1]},
        "difference": difference,
        "alpha": 1 - level,
        "low": low,
        "high": high,
        "verdict": verdict(low, high) if judged else None,
    }


def pooled(first: Audit, repeats: Sequence[Audit]) -> tuple[int, int] | None:
    """Return the counts of all repeats together, where no file can have been looked at twice."""
    references = [r for audit in (first, *repeats) for r in audit.references]
    if not all(a.sample and a.listed for a in repeats) or len(set(references)) < len(references):
        return None
    return sum(a.good for a in repeats), sum(a.files for a in repeats)


def tables(streams: Mapping[str, Stream], pack: Mapping[str, Any]) -> dict[str, Rows]:
    """Return the table of re-audits."""
    audits = [
        audit
        for stream in streams.values()
        if stream.name.startswith("audit-") and (audit := audit_of(stream, pack))
    ]
    rows: list[Row] = []
    for first in audits:
        repeats = sorted(
            (a for a in audits if a.follows == first.reference and a.files),
            key=lambda a: a.position,
        )
        for look, repeat in enumerate(repeats, start=1):
            if not first.files:
                continue
            level = level_of(look, first.looks)
            shown = level or 1 - 0.05 / (first.looks or 1)
            whole = pooled(first, repeats[:look])
            rows.append(
                {
                    "first": first.reference,
                    "audit": repeat.reference,
                    "on": repeat.on,
                    "look": look,
                    "looks": first.looks,
                    "level": shown,
                    "change": change(first.counts, repeat.counts, shown, level is not None),
                    "pooled": whole and change(first.counts, whole, shown, level is not None),
                }
            )
    return {"reaudits": Rows(("first", "audit"), rows)}
