"""The consistency of a pack: no name stands twice, and each entry that is referred to exists."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Any

import attrs

from lif_core.errors import MalformedError
from lif_core.framework.duties import (
    TELLING,
    YEAR_ENDED,
    AnswerTime,
    DutyEntry,
    Provision,
    told,
)
from lif_core.framework.entries import Horizons, ReviewKind
from lif_core.framework.model import Framework
from lif_core.values.fields import check_label, check_ref
from lif_core.values.refs import namespace_of
from lif_core.values.working_days import ENGLAND, is_calendar

TITLE = 300
BODY_KINDS = ("board", "committee", "agency")
MILESTONES = frozenset(
    {
        "aware", "died", "notified", "opened", "decided", "decided to hold",
        "decided not to hold", *TELLING, "analysed", "report accepted", "published",
        "taken down", "closed",
    }
)  # fmt: skip
"""The milestones of reviews, as far as their kind has them; a kind may have others besides."""
_OF_A_CASE = ("aware", "notified", "decided", "decided to hold", "decided not to hold")
_OF_A_DEATH = ("died", "notified", "analysed")
_NEEDED = {
    "report sent": ("report accepted",),
    "published": ("report accepted",),
    "taken down": ("report accepted", "published"),
    "decision to hold told": ("decided", "decided to hold"),
    "decision not to hold told": ("decided", "decided not to hold"),
}
"""The milestones to be reached before a milestone, by the rules of every review."""

_OPENING = ("aware", "died", "notified", "opened")
_HELD = ("decided to hold", "decision to hold told", "report accepted", "report sent", "published")
_NOT_HELD = ("decided not to hold", "decision not to hold told")
_OF_DEATHS = ("elsewhere", "categories", "domains", "influences")
_UNDATED = ("addressees", "documents", "training_standards")

_CODED = ("criteria", "methodologies", "purposes", "areas", "categories", "domains", "influences")
_NAMES = ("ref", "source", "kind", "stage", "ground", "code", "name")


def name_of(entry: Any) -> str | None:
    """Return the name of an *entry* of a pack; `None` for a right, which has no name."""
    names = (getattr(entry, key, None) for key in _NAMES)
    return next((name for name in names if isinstance(name, str)), None)


def refuse_inconsistent(pack: Framework, file: str, stated: Collection[str]) -> None:
    """Raise `MalformedError`, naming *file* and the key, for the first contradiction.

    *stated* are the names of the duties that the pack says itself: one from another pack may be
    over by now.
    """
    _refuse_impossible_times(pack, file)
    for field in attrs.fields(Framework):
        entries = getattr(pack, field.name)
        if isinstance(entries, tuple) and field.name not in ("duties", "governs"):
            names = [name for entry in entries if (name := name_of(entry)) is not None]
            _refuse_twice(f"{file}: {field.name}", names)
    _bodies(pack, file)
    _review_kinds(pack, file)
    _audit_kinds(pack, file)
    _refuse_twice(f"{file}: audit_kinds", _kinds(pack))
    _duties(pack, file, stated)
    _answer_times(pack, file)
    _provisions(pack, file)
    _without_effect(pack, file)
    _sources(pack, file)
    for scale in pack.scales:
        _refuse_twice(f"{file}: scales[{scale.name}].grades", scale.grades)
        if scale.good > len(scale.grades):
            raise MalformedError(f"{file}: scales[{scale.name}].good", "must be a place in grades")
    for standards in pack.standards:
        where = f"{file}: standards[{standards.name}]"
        _refuse_strange(f"{where}.scale", [standards.scale], [scale.name for scale in pack.scales])
        _refuse_twice(f"{where}.standards", [entry.code for entry in standards.standards])


def _without_effect(pack: Framework, file: str) -> None:
    """Refuse a key that is read, and that nothing would ever ask for."""
    if pack.horizons.baseline < pack.horizons.trial:
        raise MalformedError(f"{file}: horizons.baseline", "must not be fewer than trial")
    if pack.governs and pack.horizons.restricted_mean != Horizons().restricted_mean:
        where = f"{file}: horizons.restricted_mean"
        raise MalformedError(where, "is of all boards together: of the general pack alone")
    for kind in pack.review_kinds:
        where = f"{file}: review_kinds[{kind.kind}]"
        if kind.threshold and (kind.case or kind.death):
            raise MalformedError(f"{where}.threshold", "is for kinds that are opened, of no case")
        if pack.open_kinds:
            continue
        for key in _OF_DEATHS if not kind.death else ():
            if getattr(kind, key):
                raise MalformedError(f"{where}.{key}", "is for kinds of a death")
        if kind.scale and not kind.areas:
            raise MalformedError(f"{where}.scale", "needs areas, which are judged on it")
    for body in pack.bodies:
        if body.areas and body.kind != "board":
            raise MalformedError(f"{file}: bodies[{body.ref}].areas", "is for boards")
    undated = {key: getattr(pack, key) for key in _UNDATED}
    undated |= {f"standards[{each.name}].standards": each.standards for each in pack.standards}
    for name, entries in undated.items():
        for entry in entries:
            for key, default in (("in_force", date.min), ("until", date.max)):
                if getattr(entry, key) != default:
                    where = f"{file}: {name}[{entry.code}].{key}"
                    raise MalformedError(where, "is for codes that decisions use on a day")


def _provisions(pack: Framework, file: str) -> None:
    """Refuse a source that is said to be confirmed, and not where or when."""
    sourced: list[tuple[str, Provision | None]] = [
        *((f"duties[{duty.name}]", duty.source) for duty in pack.duties),
        *((f"answer_times[{time.name}]", time.source) for time in pack.answer_times),
    ]
    for kind in pack.review_kinds:
        where = f"review_kinds[{kind.kind}]"
        sourced.append((where, kind.source))
        sourced += ((f"{where}.grounds[{each.ground}]", each.source) for each in kind.grounds)
    for where, source in sourced:
        if source is not None and source.confirmed and not (source.address and source.checked):
            raise MalformedError(
                f"{file}: {where}.source", "is confirmed: give address, and checked"
            )


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
            if not (ground.met or ground.any_of):
                raise MalformedError(f"{where}.grounds[{ground.ground}].met", "names no criterion")
            _refuse_strange(f"{where}.grounds[{ground.ground}].met", ground.met, codes)
            _refuse_strange(f"{where}.grounds[{ground.ground}].any_of", ground.any_of, codes)
        if kind.until <= kind.in_force:
            raise MalformedError(f"{where}.until", "must be later than in_force")
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


def _refuse_impossible_times(pack: Framework, file: str) -> None:
    if pack.until <= pack.in_force:
        raise MalformedError(f"{file}: until", "must be later than in_force")
    if pack.transition != date.max and not pack.until <= pack.transition:
        raise MalformedError(f"{file}: transition", "must not be before until")
    if pack.calendar != ENGLAND and not is_calendar(pack.calendar):
        raise MalformedError(f"{file}: calendar", f"no such calendar: {pack.calendar}")
    try:
        date.fromisoformat(f"2001-{pack.year_begins}")
    except ValueError as error:
        raise MalformedError(f"{file}: year_begins", "write a month and a day: 04-01") from error


def _duties(pack: Framework, file: str, stated: Collection[str]) -> None:
    addressees = [entry.code for entry in pack.addressees]
    for kind in pack.review_kinds:
        where = f"{file}: review_kinds[{kind.kind}].addressees"
        _refuse_strange(where, kind.addressees, addressees, "an addressee here")
    for duty in pack.duties:
        where = f"{file}: duties[{duty.name}]"
        _refuse_strange(f"{where}.owed_to", duty.owed_to, addressees, "an addressee here")
        _trigger(duty, where)
        _deadline(duty, where)
        if duty.until <= duty.in_force:
            raise MalformedError(f"{where}.until", "must be later than in_force")
        intervals = [(pack.in_force, pack.until)]
        if duty.is_of_a_board:
            _board_duty(duty, pack, where, is_stated=duty.name in stated)
        else:
            kinds = [kind for kind in pack.review_kinds if kind.kind in duty.kinds]
            _review_duty(duty, kinds, where)
            intervals += [(kind.in_force, kind.until) for kind in kinds]
            if duty.on is not None and duty.on < pack.in_force and duty.name in stated:
                problem = "can never start: nothing began under the pack by then"
                raise MalformedError(f"{where}.on", problem)
        if duty.name in stated:
            for since, until in intervals:
                if duty.until <= since or until <= duty.in_force:
                    raise MalformedError(where, "can never start: it is over before, or too late")
    _refuse_overlaps(pack.duties, file)


def _trigger(duty: DutyEntry, where: str) -> None:
    if sum(bool(trigger) for trigger in (duty.start, duty.on, duty.every_months)) != 1:
        raise MalformedError(where, "give start, on or every_months, and one of them only")


def _deadline(duty: DutyEntry, where: str) -> None:
    periods = (duty.working_days, duty.days, duty.months, duty.hours)
    if sum(map(bool, (*periods, duty.by, duty.every_months))) > 1:
        problem = "give working_days, days, months, hours or by, and one of them only"
        raise MalformedError(where, problem)
    if duty.ahead and duty.not_before:
        raise MalformedError(where, "is ahead or not_before, not both")
    for key in ("ahead", "not_before"):
        if getattr(duty, key) and not (duty.start and any(periods)):
            raise MalformedError(f"{where}.{key}", "needs a start and a period from it")
    if duty.by is not None and duty.on is not None and duty.by < duty.on:
        raise MalformedError(f"{where}.by", "must not be before on")


def _review_duty(duty: DutyEntry, kinds: Sequence[ReviewKind], where: str) -> None:
    """Refuse a duty whose trigger or end no review of one of its kinds can reach."""
    if not duty.kinds:
        raise MalformedError(f"{where}.kinds", "names no review kind")
    _refuse_strange(f"{where}.kinds", duty.kinds, [kind.kind for kind in kinds], "a review kind")
    if duty.boards:
        raise MalformedError(f"{where}.boards", "a duty of a review is its boards'")
    if duty.every_months:
        raise MalformedError(f"{where}.every_months", "a review is done once: give start or on")
    if duty.start == duty.stop:
        raise MalformedError(f"{where}.stop", "is its start")
    for kind in kinds:
        reachable = milestones_of(kind)
        what = f"a milestone of {kind.kind}"
        _refuse_strange(f"{where}.start", {duty.start} - {""}, reachable, what)
        _refuse_strange(f"{where}.stop", [stop for _, stop in duty.stops()], reachable, what)
        _refuse_strange(f"{where}.gates", duty.gates, reachable, what)
    if duty.gates and duty.stop in _OPENING:
        raise MalformedError(f"{where}.gates", f"{duty.stop} begins a review: nothing is before")
    for gate in duty.gates:
        if gate == duty.stop or duty.stop in _NEEDED.get(gate, ()):
            raise MalformedError(f"{where}.gates", f"{gate} comes only after {duty.stop}")
    for key, milestones in (("start", (duty.start,)), ("gates", duty.gates)):
        for milestone in milestones:
            if _exclude_each_other(milestone, duty.stop):
                raise MalformedError(f"{where}.{key}", f"no review reaches {duty.stop} after it")


def _exclude_each_other(milestone: str, other: str) -> bool:
    """Return whether one is of reviews that are held, and the other of those that are not."""
    held, not_held = _HELD, _NOT_HELD
    return (_is_one_of(held, milestone) and _is_one_of(not_held, other)) or (
        _is_one_of(not_held, milestone) and _is_one_of(held, other)
    )


def _is_one_of(names: Sequence[str], milestone: str) -> bool:
    """Return whether *milestone* is one of *names*, or one of these as an addressee knows it."""
    return any(milestone == name or milestone.startswith(told(name, "")) for name in names)


def _board_duty(duty: DutyEntry, pack: Framework, where: str, *, is_stated: bool) -> None:
    """Refuse a duty of a board that nothing begins, or that nothing fulfils."""
    _refuse_strange(f"{where}.start", {duty.start} - {""}, [YEAR_ENDED], "a trigger of a board")
    audits = [kind.kind for kind in pack.audit_kinds]
    if duty.stop == "audit concluded":
        if not duty.kinds:
            raise MalformedError(f"{where}.kinds", "names no audit kind")
        _refuse_strange(f"{where}.kinds", duty.kinds, audits, "an audit kind")
    elif duty.kinds:
        raise MalformedError(f"{where}.kinds", f"{duty.stop} is of no kind")
    boards = {body.ref for body in pack.bodies if body.kind == "board"}
    governed = boards & {*pack.governs} if is_stated else boards
    _refuse_strange(f"{where}.boards", duty.boards, governed, "a board governed here")
    for key in ("gates", "ahead", "not_before"):
        if getattr(duty, key):
            raise MalformedError(f"{where}.{key}", "is for duties of reviews")


def milestones_of(kind: ReviewKind) -> frozenset[str]:
    """Return all milestones that a review of this *kind* can reach."""
    reachable = {"report accepted", "published", "taken down", "closed", *kind.milestones}
    telling = ["report sent"]
    if kind.case:
        reachable.update(_OF_A_CASE)
        telling += TELLING
    elif kind.death:
        reachable.update(_OF_A_DEATH)
        telling.append("case told")
    else:
        reachable.add("opened")
    if kind.addressees:
        reachable.update(telling)
        reachable.update(told(name, to) for name in telling for to in kind.addressees)
    return frozenset(reachable)


def _refuse_overlaps(duties: Sequence[DutyEntry], file: str) -> None:
    """Refuse two duties of one name that run for one review, or one board, at once."""
    for duty, other in combinations(duties, 2):
        if duty.name != other.name or not _share(duty.kinds, other.kinds):
            continue
        if not _share(duty.boards, other.boards):
            continue
        if duty.in_force < other.until and other.in_force < duty.until:
            raise MalformedError(f"{file}: duties", f"given twice: {duty.name}")


def _share(names: Collection[str], others: Collection[str]) -> bool:
    """Return whether two lists have a name in common; an empty one has all."""
    return not names or not others or bool(set(names) & set(others))


def _answer_times(pack: Framework, file: str) -> None:
    for time in pack.answer_times:
        where = f"{file}: answer_times[{time.name}]"
        _refuse_period(where, time)
        if time.until <= time.in_force:
            raise MalformedError(f"{where}.until", "must be later than in_force")


def _refuse_period(where: str, time: AnswerTime) -> None:
    periods = (time.months, time.working_days, time.days)
    if sum(map(bool, periods)) != 1:
        raise MalformedError(where, "give working_days, days or months, and one of them only")


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
