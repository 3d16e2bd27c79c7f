"""The adapters, by which `lif` meets databases, files and people; `connect` opens a store."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lif_adapters.wiring import connect
else:

    def __getattr__(name):
        """Import `connect` when it is first used, so that a part of this package costs no more."""
        if name != "connect":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        from lif_adapters.wiring import connect

        return connect

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = ["connect"]
