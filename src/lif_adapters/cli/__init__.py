"""The command line `lif`."""

import gc
import sys

GARBAGE_COLLECTION = (200_000, 20, 100)
"""After how many new objects to look for garbage, where Python looks after 700: what starts a
command stays, and to look through it took a tenth of the time that a short one takes."""
NOT_INSTALLED = 8


def main() -> None:
    """Run `lif`; without its extra, say how to get it."""
    gc.set_threshold(*GARBAGE_COLLECTION)
    try:
        from lif_adapters.cli.main import main as run

        run()
    except KeyboardInterrupt:  # while it was loaded; afterwards `main` answers it
        sys.exit(130)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("cyclopts", "rich"):
            raise
        problem = f"the command line needs {missing}: pip install 'lif-ledger[cli]'"
        print(f"lif: {problem}", file=sys.stderr)
        sys.exit(NOT_INSTALLED)
