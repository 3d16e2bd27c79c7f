"""The level of evidence: what an entry names, and what that could have seen of the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.recount.bodies import Succession
from tests.recount.charts import Chart
from tests.recount.times import Entry, Stream

ASSERTION, DOCUMENT, OWN_AUDIT, OTHER_AUDIT, OUTCOME = range(5)
EMBEDS = 2


@dataclass(frozen=True)
class Evidence:
    """All that can be evidence: audits and indicators, as they stand, and who succeeded whom."""

    streams: Mapping[str, Stream]
    charts: Mapping[str, Chart]
    succession: Succession
    own_kinds: frozenset[str]

    def level(
        self, entry: Entry, stream: Stream, owners: set[str], in_place: date | None, passed: bool
    ) -> int:
        """Return the level of what *entry* names, of which *owners* hold what: the strongest."""
        level = DOCUMENT if entry.fields.get("documents") else ASSERTION
        for name in entry.fields.get("rests_on") or ():
            if name.startswith("audit-"):
                level = max(level, self.of_audit(name, entry, stream, owners, in_place, passed))
            elif name.startswith("indicator-"):
                shows = passed and self.of_indicator(name, entry, stream, in_place)
                level = max(level, shows or ASSERTION)
        return level

    def audited(
        self, entry: Entry, stream: Stream, owners: set[str], in_place: date | None, passed: bool
    ) -> bool:
        """Return whether one of the audits that *entry* names shows anything by then."""
        return any(
            self.of_audit(name, entry, stream, owners, in_place, passed) > ASSERTION
            for name in entry.fields.get("rests_on") or ()
            if name.startswith("audit-")
        )

    def of_audit(
        self,
        name: str,
        entry: Entry,
        stream: Stream,
        owners: set[str],
        in_place: date | None,
        passed: bool,
    ) -> int:
        audit = self.streams.get(name)
        if audit is None or audit.inconsistent:
            return ASSERTION
        planned = next((e for e in audit.entries if e.name == "AuditPlanned"), None)
        concluded = next((e for e in audit.entries if e.name == "AuditConcluded"), None)
        cancelled = any(e.name == "AuditCancelled" for e in audit.entries)
        if planned is None or concluded is None or cancelled or concluded.on > entry.on:
            return ASSERTION
        if in_place is not None and concluded.on < in_place:
            return ASSERTION
        reference = stream.name.removeprefix("recommendation-")
        said = [
            e.fields["passed"]
            for e in audit.entries
            if e.name == "ImprovementChecked"
            and e.fields["recommendation"] == reference
            and e.on <= entry.on
        ]
        if not said and stream.name not in planned.fields["looks_at"]:
            return ASSERTION
        if said and said[-1] != passed:
            return ASSERTION
        if planned.fields["kind"] in self.own_kinds:
            return OWN_AUDIT
        makers = {planned.by, concluded.by, *planned.fields["agencies"]}
        makers = {self.succession.holder(body, stream.name, entry.on) for body in makers}
        if len(makers) == 1 and (makers <= owners or not owners):
            return OWN_AUDIT
        return OTHER_AUDIT

    def of_indicator(self, name: str, entry: Entry, stream: Stream, in_place: date | None) -> int:
        chart = self.charts.get(name)
        if chart is None or in_place is None or stream.name not in chart.speaks_to:
            return ASSERTION
        shown = any(
            signal.better and signal.published <= entry.on and signal.first > in_place
            for signal in chart.signals_at(entry.on)
        )
        return OUTCOME if shown else ASSERTION
