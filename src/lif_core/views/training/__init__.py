"""How far training reached, why it was put on, and what came of it."""

from lif_core.views.training.rows import Training
from lif_core.views.training.view import training

__all__ = ["Training", "training"]
