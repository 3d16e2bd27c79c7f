"""The adapters, by which `lif` meets databases, files and people; `connect` opens a store."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lif_adapters.json_values import to_json
    from lif_adapters.wiring import connect
else:
    from importlib import import_module

    _HOMES = {"connect": "lif_adapters.wiring", "to_json": "lif_adapters.json_values"}

    def __getattr__(name):
        """Import *name* when it is first used, so that a part of this package costs no more."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        return getattr(import_module(_HOMES[name]), name)

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = ["connect", "to_json"]
