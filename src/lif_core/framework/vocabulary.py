"""The vocabulary of a framework: the codes on each of its lists, and what each stands for."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import frozen

from lif_core.framework.entries import Entry, ReviewKind
from lif_core.framework.model import Framework


@frozen
class Term:
    """A *code*, the *name* of what it stands for, and the kind that it is a code *of*, if any."""

    code: str
    name: str = ""
    of: str = ""


def terms(framework: Framework, name: str) -> tuple[Term, ...]:
    """Return what is on the list *name* of *framework*, such as `criteria`, each once."""
    return tuple(dict.fromkeys(_LISTS[name](framework)))


def _entries(entries: Iterable[Entry], of: str = "") -> Iterator[Term]:
    return (Term(entry.code, entry.name, of) for entry in entries)


def _on(name: str) -> Callable[[Framework], Iterator[Term]]:
    """Return what reads the list *name* of a framework."""
    return lambda framework: _entries(getattr(framework, name))


def _of_kinds(name: str) -> Callable[[Framework], Iterator[Term]]:
    """Return what reads the list *name* of each kind of review."""

    def read(framework: Framework) -> Iterator[Term]:
        for kind in framework.review_kinds:
            yield from _entries(getattr(kind, name), kind.kind)

    return read


def _kinds(wanted: Callable[[ReviewKind], bool]) -> Callable[[Framework], Iterator[Term]]:
    """Return what reads the kinds of review that are *wanted*."""
    return lambda framework: (
        Term(kind.kind, kind.name) for kind in framework.review_kinds if wanted(kind)
    )


def _milestones(framework: Framework) -> Iterator[Term]:
    for kind in framework.review_kinds:
        yield from (Term(milestone, of=kind.kind) for milestone in kind.milestones)


def _addressees(framework: Framework) -> Iterator[Term]:
    names = {entry.code: entry.name for entry in framework.addressees}
    for kind in framework.review_kinds:
        yield from (Term(code, names.get(code, ""), kind.kind) for code in kind.addressees)


def _areas(framework: Framework) -> Iterator[Term]:
    for body in framework.bodies:
        yield from (Term(area, body.name) for area in body.areas)


def _standards(framework: Framework) -> Iterator[Term]:
    for group in framework.standards:
        yield from _entries(group.standards, group.name)


def _grades(framework: Framework) -> Iterator[Term]:
    for scale in framework.scales:
        yield from (Term(grade, of=scale.name) for grade in scale.grades)


_LISTS: Mapping[str, Callable[[Framework], Iterator[Term]]] = {
    "case_kinds": _kinds(lambda kind: kind.case),
    "death_kinds": _kinds(lambda kind: kind.death),
    "opened_kinds": _kinds(lambda kind: not kind.case and not kind.death),
    "audit_kinds": lambda framework: (Term(k.kind, k.name) for k in framework.audit_kinds),
    "criteria": _of_kinds("criteria"),
    "methodologies": _of_kinds("methodologies"),
    "purposes": _of_kinds("purposes"),
    "judged_areas": _of_kinds("areas"),
    "categories": _of_kinds("categories"),
    "domains": _of_kinds("domains"),
    "influences": _of_kinds("influences"),
    "milestones": _milestones,
    "addressees": _addressees,
    "areas": _areas,
    "routes": _on("routes"),
    "channels": _on("channels"),
    "plan_basis": _on("plan_basis"),
    "training_evaluations": _on("training_evaluations"),
    "training_standards": _on("training_standards"),
    "standards": _standards,
    "scales": lambda framework: (Term(s.name, ", ".join(s.grades)) for s in framework.scales),
    "grades": _grades,
}
LISTS = tuple(_LISTS)
"""The names of the lists."""
