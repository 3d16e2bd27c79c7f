"""How an older stored version of an event becomes the next one.

`UPCASTERS["RecommendationImplemented"] = (implemented_1_to_2,)` makes its current version 1 + 1.
Each takes the stored fields and returns the next version's; golden files pin every version.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Fields], Fields]

UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {}
