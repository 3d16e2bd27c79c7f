"""The view `training`: the reach of training, the reasons for it, and its effects."""

from lif_core.views.training.rows import Training
from lif_core.views.training.view import training

__all__ = ["Training", "training"]
