"""The issue of a recommendation, for what rests on nothing else of it."""

from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.items.state import last_event
from lif_core.projection.projection import Item

issue_item = Item("issue", RecommendationIssued, last_event)
