"""The machine that is measured on, and how far the measuring has come."""

import os
import platform
import resource
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path


def progress(text: str) -> None:
    """Show *text* in place of what was shown before, to somebody who looks."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "eventsourcing": version("eventsourcing"),
        "msgspec": version("msgspec"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
    }


def peak_memory() -> int:
    """Return the peak of this process in MiB.

    Linux tells of a child the peak of its parent where that was higher, but for `VmHWM`.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
