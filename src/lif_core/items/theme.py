"""The themes of a recommendation: its own, and those of the findings that it takes up."""

from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.review import FindingRecorded
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part

FINDING_THEMES = "themes of findings"
"""The topic on which a review says the themes of a finding, to the finding's name."""


def evolve(
    findings: dict[str, FindingRecorded] | None, record: Record
) -> dict[str, FindingRecorded]:
    findings, event = findings or {}, record.event
    assert isinstance(event, FindingRecorded)
    return {**findings, event.finding: event}


finding_item = Item("findings", FindingRecorded, evolve)


def say_finding_themes(findings: dict[str, FindingRecorded], part: Part) -> None:
    """Tell the themes of each finding to the recommendations that take it up."""
    for finding in findings.values():
        for theme in finding.themes:
            part.say(FINDING_THEMES, f"{part.key} {finding.finding}", theme)


def themes_of(issued: RecommendationIssued, part: Part) -> tuple[str, ...]:
    """Return the themes of a recommendation, each once, its own first."""
    named = [*issued.themes]
    for finding in issued.findings:
        named += part.ask(FINDING_THEMES, f"{issued.source} {finding}")
    return tuple(dict.fromkeys(named))
