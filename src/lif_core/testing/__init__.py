"""For tests, ours and an embedder's: scenarios, histories, the contract of a recorder."""

from lif_core.testing.scenario import Scenario

__all__ = ["Scenario"]
