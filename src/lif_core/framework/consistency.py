"""The consistency of a pack: no name stands twice, and each entry that is referred to exists."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from lif_core.errors import MalformedError
from lif_core.framework.entries import Clock, ReviewKind
from lif_core.framework.model import Framework
from lif_core.values.fields import check_label, check_ref
from lif_core.values.refs import namespace_of

TITLE = 300
BODY_KINDS = ("board", "committee", "agency")
MILESTONES = frozenset(
    {
        "aware", "notified", "opened", "decided", "decided to hold", "decided not to hold",
        "panel informed", "panel informed why not", "analysed", "report accepted", "panel copy",
        "published", "taken down", "closed",
    }
)  # fmt: skip
"""The milestones of every review; a kind may have others besides."""

_CODED = ("criteria", "methodologies", "purposes", "areas", "categories", "domains", "influences")
_NAMES = ("ref", "source", "kind", "stage", "ground", "code", "name")


def name_of(entry: Any) -> str | None:
    """Return the name of an *entry* of a pack; `None` for a right, which has no name."""
    return next((getattr(entry, key) for key in _NAMES if hasattr(entry, key)), None)


def refuse_inconsistent(pack: Framework, file: str) -> None:
    """Raise `MalformedError`, naming *file* and the key, for the first contradiction."""
    for field in attrs.fields(Framework):
        entries = getattr(pack, field.name)
        if isinstance(entries, tuple) and field.name not in ("clocks", "notices", "governs"):
            names = [name for entry in entries if (name := name_of(entry)) is not None]
            _refuse_twice(f"{file}: {field.name}", names)
    _bodies(pack, file)
    _review_kinds(pack, file)
    _audit_kinds(pack, file)
    _refuse_twice(f"{file}: audit_kinds", _kinds(pack))
    _clocks(pack, file)
    _sources(pack, file)
    for scale in pack.scales:
        _refuse_twice(f"{file}: scales[{scale.name}].grades", scale.grades)
        if not 0 < scale.good <= len(scale.grades):
            raise MalformedError(f"{file}: scales[{scale.name}].good", "must be a place in grades")
    for standards in pack.standards:
        where = f"{file}: standards[{standards.name}]"
        _refuse_strange(f"{where}.scale", [standards.scale], [scale.name for scale in pack.scales])
        _refuse_twice(f"{where}.standards", [entry.code for entry in standards.standards])


def _bodies(pack: Framework, file: str) -> None:
    refs = [body.ref for body in pack.bodies]
    boards = [body.ref for body in pack.bodies if body.kind == "board"]
    spaces = {namespace_of(ref) for ref in refs}
    if pack.bodies:
        _refuse_strange(f"{file}: governs", pack.governs, spaces, "the name of a board here")
    for body in pack.bodies:
        where = f"{file}: bodies[{body.ref}]"
        check_ref(f"{where}.ref", body.ref, body=True)
        check_label(f"{where}.name", body.name)
        _refuse_strange(f"{where}.kind", [body.kind], BODY_KINDS, "a kind of body")
        _refuse_strange(f"{where}.boards", body.boards, boards, "a board here")
    also = [name for body in pack.bodies for name in {body.name, *body.also}]
    _refuse_twice(f"{file}: bodies.also", also)
    for index, right in enumerate(pack.rights):
        where = f"{file}: rights[{index}]"
        if not right.commands:
            raise MalformedError(f"{where}.commands", "names no command")
        _refuse_strange(f"{where}.bodies", right.bodies, refs, "a body here")
        _refuse_strange(f"{where}.kinds", right.kinds, BODY_KINDS, "a kind of body")
        kinds = _kinds(pack)
        _refuse_strange(f"{where}.of", right.of, kinds, "a kind of review or audit")
    for key in ("name", "title"):
        check_label(f"{file}: {key}", getattr(pack, key), TITLE)
    if pack.small_counts < 0:
        raise MalformedError(f"{file}: small_counts", "must be 0 or more")
    if pack.training_body:
        _refuse_strange(f"{file}: training_body", [pack.training_body], refs, "a body here")
    if pack.escalate is not None and pack.escalate.to:
        _refuse_strange(f"{file}: escalate.to", [pack.escalate.to], refs, "a body here")


def _review_kinds(pack: Framework, file: str) -> None:
    scales = [scale.name for scale in pack.scales]
    for kind in pack.review_kinds:
        where = f"{file}: review_kinds[{kind.kind}]"
        if kind.scale:
            _refuse_strange(f"{where}.scale", [kind.scale], scales)
        codes = [entry.code for entry in kind.criteria]
        for key in _CODED:
            _refuse_twice(f"{where}.{key}", [entry.code for entry in getattr(kind, key)])
        for ground in kind.grounds:
            if not ground.met:
                raise MalformedError(f"{where}.grounds[{ground.ground}].met", "names no criterion")
            _refuse_strange(f"{where}.grounds[{ground.ground}].met", ground.met, codes)
        if kind.case and kind.death:
            raise MalformedError(where, "is of a case or of a death, not of both")
        taken = sorted(MILESTONES.intersection(kind.milestones))
        if taken:
            raise MalformedError(f"{where}.milestones", f"every review has these: {taken}")


def _audit_kinds(pack: Framework, file: str) -> None:
    sets = [standards.name for standards in pack.standards]
    refs = [body.ref for body in pack.bodies]
    for kind in pack.audit_kinds:
        where = f"{file}: audit_kinds[{kind.kind}]"
        if kind.standards:
            _refuse_strange(f"{where}.standards", [kind.standards], sets)
        _refuse_strange(f"{where}.shared_with", kind.shared_with, refs, "a body here")


def _kinds(pack: Framework) -> list[str]:
    """Return the kinds of reviews and of audits."""
    return [kind.kind for kind in pack.review_kinds] + [kind.kind for kind in pack.audit_kinds]


def _clocks(pack: Framework, file: str) -> None:
    kinds = {kind.kind: kind for kind in pack.review_kinds}
    for key, clocks in (("clocks", pack.clocks), ("notices", pack.notices)):
        for clock in clocks:
            where = f"{file}: {key}[{clock.name}]"
            periods = (clock.months, clock.working_days, clock.days)
            if min(periods) < 0 or sum(period > 0 for period in periods) != 1:
                problem = "give working_days, days or months, and one of them only"
                raise MalformedError(where, problem)
            if not clock.kinds:
                raise MalformedError(f"{where}.kinds", "names no review kind")
            _refuse_strange(f"{where}.kinds", clock.kinds, kinds, "a review kind")
            if clock.until <= clock.in_force:
                raise MalformedError(f"{where}.until", "must be later than in_force")
            _refuse_strange(f"{where}.start", [clock.start], _milestones(clock, kinds))
            _refuse_strange(f"{where}.stop", [clock.stop], _milestones(clock, kinds))


def _milestones(clock: Clock, kinds: dict[str, ReviewKind]) -> set[str]:
    """Return the milestones that reviews of all kinds of this *clock* have."""
    by_kind = [set(kinds[kind].milestones) for kind in clock.kinds]
    return set(MILESTONES).union(set.intersection(*by_kind) if by_kind else ())


def _sources(pack: Framework, file: str) -> None:
    kinds = _kinds(pack)
    refs = [body.ref for body in pack.bodies]
    for source in pack.sources:
        where = f"{file}: sources[{source.source}]"
        _refuse_strange(f"{where}.kinds", source.kinds, kinds, "a kind of review or audit")
        _refuse_strange(f"{where}.committees", source.committees, refs, "a body here")
    _refuse_twice(
        f"{file}: sources.kinds", [kind for source in pack.sources for kind in source.kinds]
    )


def _refuse_strange(
    where: str, named: Iterable[str], known: Iterable[str], what: str = "known here"
) -> None:
    if unknown := sorted(set(named) - set(known)):
        raise MalformedError(where, f"not {what}: {', '.join(unknown)}")


def _refuse_twice(where: str, names: Iterable[str]) -> None:
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise MalformedError(where, f"given twice: {', '.join(twice)}")
