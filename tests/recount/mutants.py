"""Faults planted in the second implementation, one rule each, to see that a comparison notices.

A fault replaces one place of the source by another; what no history notices is a blind spot.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.recount.compare import Look, differences

HERE = Path(__file__).parent
PACKAGE = "tests.recount."
COMPUTING = (
    *("times", "rows", "bodies", "duties", "answers", "clocks", "charts", "evidence"),
    *("survival", "proportions", "improvements", "audits", "gaps", "training", "figures"),
)


@dataclass(frozen=True)
class Mutant:
    """A fault in one rule: in a module, *right* becomes *wrong*."""

    name: str
    module: str
    right: str
    wrong: str

    def source(self) -> str:
        text = (HERE / f"{self.module}.py").read_text()
        assert text.count(self.right) == 1, f"{self.name}: {text.count(self.right)} places"
        return text.replace(self.right, self.wrong)


class _Altered:
    """A finder of the one module that is altered."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != PACKAGE + self.mutant.module:
            return None
        return spec_from_loader(name, loader=self, origin=self.mutant.name)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source(), self.mutant.name, "exec"), module.__dict__)


@contextmanager
def planted(mutant: Mutant) -> Any:
    """Import the computing modules afresh, with the fault; give back the others at the end."""
    names = [PACKAGE + name for name in COMPUTING]
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    package = sys.modules[PACKAGE[:-1]]
    bound = {name: vars(package).pop(name) for name in COMPUTING if name in vars(package)}
    finder = _Altered(mutant)
    sys.meta_path.insert(0, finder)
    try:
        yield import_module(PACKAGE + "figures").figures
    finally:
        sys.meta_path.remove(finder)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)
        vars(package).update(bound)


def noticed(mutant: Mutant, looks: Iterable[Look]) -> tuple[int, str] | None:
    """Return how many looks it took until the fault made a difference, and which."""
    with planted(mutant) as figures:
        for number, look in enumerate(looks, start=1):
            try:
                _, unlike = differences(look, figures(look.log, look.pack, look.valid, look.known))
            except Exception as error:  # a fault may well break it altogether
                return number, f"{type(error).__name__}: {error}"
            if unlike:
                return number, unlike[0].where
    return None


def report(looks: Sequence[Look], say: Callable[[str], Any]) -> int:
    """Try each fault, and return how many were not noticed."""
    missed = 0
    for mutant in MUTANTS:
        found = noticed(mutant, looks)
        missed += found is None
        place = (
            f"look {found[0]:4}, history {looks[found[0] - 1].seed}: {found[1]}" if found else "-"
        )
        say(f"{'noticed' if found else 'MISSED '}  {mutant.name:60} {place}")
    return missed


def read() -> Sequence[Mutant]:
    text = (HERE / "mutants.toml").read_text()
    return [Mutant(**each) for each in tomllib.loads(text)["mutants"]]


MUTANTS = read()
