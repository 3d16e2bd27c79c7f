"""An evaluation: what is to be evaluated by which method, and what became of it."""

from lif_core.aggregates import evaluation as e
from lif_core.items.state import state_fold
from lif_core.projection.projection import Item

evaluation_item = Item("evaluation", e.EvaluationEvent, state_fold(e.evolve))
