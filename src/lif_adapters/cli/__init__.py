"""The command line `lif`."""

import sys


def main() -> None:
    """Run `lif`; without its extra, say how to get it."""
    try:
        from lif_adapters.cli.main import main as run

        run()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("cyclopts", "rich"):
            raise
        sys.exit(f"lif: the command line needs {missing}: pip install 'lif-ledger[cli]'")
