"""For tests, ours and an embedder's: scenarios, whole histories, and contracts.

A name is imported when it is first used: `Scenario` needs nothing more, the contracts `pytest`,
and what is generated Hypothesis.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lif_core.testing.board_machine import BoardMachine
    from lif_core.testing.catalogue import Catalogue
    from lif_core.testing.decider_contract import DeciderContract
    from lif_core.testing.history import GeneratedHistory, histories
    from lif_core.testing.pack_contract import PackContract
    from lif_core.testing.policy_contract import PolicyContract
    from lif_core.testing.projection_contract import ProjectionContract
    from lif_core.testing.recorder_contract import RecorderContract
    from lif_core.testing.scenario import Scenario
    from lif_core.testing.strategies import World, commands, events
else:
    from importlib import import_module

    _HOMES = {
        "BoardMachine": "board_machine",
        "Catalogue": "catalogue",
        "DeciderContract": "decider_contract",
        "GeneratedHistory": "history",
        "PackContract": "pack_contract",
        "PolicyContract": "policy_contract",
        "ProjectionContract": "projection_contract",
        "RecorderContract": "recorder_contract",
        "Scenario": "scenario",
        "World": "strategies",
        "commands": "strategies",
        "events": "strategies",
        "histories": "history",
    }

    def __getattr__(name):
        """Import *name* from its module, and keep it here."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "BoardMachine",
    "Catalogue",
    "DeciderContract",
    "GeneratedHistory",
    "PackContract",
    "PolicyContract",
    "ProjectionContract",
    "RecorderContract",
    "Scenario",
    "World",
    "commands",
    "events",
    "histories",
]
