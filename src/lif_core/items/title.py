"""The title of a stream in its own words, which people read beside its reference."""

from collections.abc import Iterable
from typing import Any

from lif_core.aggregates.audit import AuditPlanned
from lif_core.aggregates.challenge import ChallengeRaised
from lif_core.aggregates.dissemination import Disseminated
from lif_core.aggregates.edition import EditionProposed
from lif_core.aggregates.improvement_plan import PlanAdopted
from lif_core.aggregates.indicator import IndicatorDefined
from lif_core.aggregates.procedure import ProcedureDrafted
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.review import CaseNotified, ReviewOpened
from lif_core.aggregates.training_course import (
    CourseCommissioned,
    CourseProvided,
    CourseRequested,
)
from lif_core.items.state import last_event
from lif_core.projection.projection import Item, Part

TITLES = "titles"
"""The topic on which a stream says its title, to its own name."""

TITLED: dict[type, str] = {
    CaseNotified: "subject",
    ReviewOpened: "title",
    RecommendationIssued: "text",
    AuditPlanned: "theme",
    CourseRequested: "title",
    CourseProvided: "title",
    CourseCommissioned: "title",
    Disseminated: "title",
    ProcedureDrafted: "title",
    IndicatorDefined: "name",
    PlanAdopted: "title",
    ChallengeRaised: "concern",
    EditionProposed: "title",
}
"""The field of each event that holds the title. A death has none: it would say who the child was.
"""

title_item = Item("title", tuple(TITLED), last_event)


def say_title(event: Any, part: Part) -> None:
    """Tell the title of the stream to each part that shows it."""
    part.say(TITLES, part.key, getattr(event, TITLED[type(event)]))


def title_of(stream: str, part: Part) -> str | None:
    """Return the title of a *stream*; `None` where nothing on record gives it one.

    A part that has said its own knows it, and is not made again because it is told so.
    """
    titles = part.said.get((TITLES, stream)) if stream == part.key else None
    titles = titles or part.ask(TITLES, stream)
    return str(titles[0]) if titles else None


def titles_of(streams: Iterable[str], part: Part) -> tuple[str, ...]:
    """Return the titles of those *streams* that have one."""
    titles = (title_of(stream, part) for stream in streams)
    return tuple(title for title in titles if title is not None)
