"""An evaluation: what is to be evaluated by which method, and what became of it."""

from lif_core.aggregates import evaluation as e
from lif_core.items.state import of_state
from lif_core.projection.projection import Item

evaluated = Item("evaluation", e.EvaluationEvent, of_state(e.evolve))
