"""For tests, ours and an embedder's: scenarios, histories, the contracts of a decider and of a
recorder.

What needs Hypothesis is imported from its own module: `decider_contract`, `strategies`.
"""

from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.scenario import Scenario

__all__ = ["RecorderContract", "Scenario"]
