"""The reference of the contract of a recorder: its hooks, and what its tests catch."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.recorder_store import StoreHooks
from tests.adapters.wrong_recorders import CAUGHT

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "recorder-contract.md"
HEAD = """# The contract of a recorder

`lif_core.testing.recorder_contract.RecorderContract` is a class of tests for the recorder of an
adapter; [how to write a recorder](../how-to/write-a-recorder.md) holds one to it.
This page is made from the code by `python -m tests.reference`, and a test keeps it so.

## Hooks

The adapter says by hooks what it can do with a store. `make` is needed.
A check that needs another one is skipped, and names it; with an entry in `leaves_out`, which says
why such a store cannot have the hook, it is no test at all.

| Hook | What it does | Checks that need it |
| --- | --- | --- |
"""
CAUGHT_HEAD = """
Every check ends within `seconds`, also where a recorder, or another process, does not.

## What it catches

Recorders with one fault each are held to it in our own tests, `tests/adapters/wrong_recorders.py`:
each fails these of its tests, and no other.
They show what the contract catches, not all that a recorder may do wrong.

| A recorder that | fails |
| --- | --- |
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_hooks()) + CAUGHT_HEAD + "".join(_caught())


def _hooks() -> Iterator[str]:
    checks = {name: getattr(RecorderContract, name) for name in dir(RecorderContract)}
    for hook, method in vars(StoreHooks).items():
        if hook.startswith("_") or hook == "has" or not inspect.isfunction(method):
            continue
        needing = [name for name, check in checks.items() if hook in getattr(check, "needs", ())]
        text = " ".join((inspect.getdoc(method) or "").split())
        yield f"| `{hook}` | {text} | {len(needing) or 'all'} |\n"


def _caught() -> Iterator[str]:
    for recorder, tests in CAUGHT.items():
        text = " ".join((inspect.getdoc(recorder) or "").split()).rstrip(".")
        names = "; ".join(re.sub("^test ", "", name.replace("_", " ")) for name in tests)
        yield f"| {text[0].lower()}{text[1:]} | {names} |\n"
