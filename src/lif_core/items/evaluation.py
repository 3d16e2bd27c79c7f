"""An evaluation: what is to be evaluated by which method, and what became of it."""

from lif_core import evaluation as e
from lif_core.projection.projection import Item
from lif_core.record import Record


def evolve(state: e.Evaluation | None, record: Record) -> e.Evaluation:
    event: e.EvaluationEvent = record.event  # type: ignore[assignment]  # by the item's events
    return e.evolve(state, event)


evaluated = Item("evaluation", e.EvaluationEvent, evolve)
