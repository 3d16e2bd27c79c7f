"""What every command is held against, whatever its aggregate: references, rights and dates."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from lif_core import body
from lif_core.aggregates.succession import Succession
from lif_core.decider import Setting
from lif_core.errors import RefusedError
from lif_core.framework import Framework, Frameworks, Right
from lif_core.log.kind import Kind, Reference
from lif_core.log.streams import Loaded
from lif_core.messages import Command, Event


class Admission:
    """The checks of a batch: what holds for all commands that are alike is found out once.

    `load(stream)` is a stream as the batch has it by now. After a change to who holds what, or to
    what is on record, `forget` makes the checks look again.
    """

    def __init__(self, load: Callable[[str], Loaded], frameworks: Frameworks) -> None:
        self._load = load
        self._frameworks = frameworks
        self._governing: dict[tuple[str, date], Framework] = {}
        self._succession = Succession(self._merger)
        self.forget()

    def forget(self) -> None:
        """Forget what was found out about streams."""
        self._on_record: set[str] = set()
        self._entitled: set[tuple[object, ...]] = set()
        self._settings: dict[tuple[int, date], Setting] = {}
        self._mergers: dict[str, tuple[str, date] | None] = {}
        self._knows_a_merger = False

    # References

    def refuse_unresolved(self, kind: Kind, message: Command | Event[Any]) -> None:
        """Refuse a *message* that names a stream which is not on record."""
        on_record = self._on_record
        for reference in kind.required:
            category = reference.category
            for value in reference.values(message):
                if category + value not in on_record:
                    self._look_for(category + value, reference, kind, message)

    def _look_for(
        self, stream: str, reference: Reference, kind: Kind, message: Command | Event[Any]
    ) -> None:
        if reference.own and stream == kind.stream(message):
            return
        category, _, ref = stream.partition("-")
        if not (category == "body" and self._named(ref)) and self._load(stream).opening is None:
            raise RefusedError("reference.unknown", field=reference.path, stream=stream)
        self._on_record.add(stream)

    # Rights

    def refuse_unentitled(self, command: Command, stream: str, loaded: Loaded) -> None:
        """Refuse a body that has no right to decide this."""
        by, on, namespace = command.by, command.on, _namespace(stream)
        framework = self._framework(namespace, on)
        kind = getattr(command if loaded.state is None else loaded.state, "kind", None)
        alike = (type(command), kind, by.body, by.role, namespace, id(framework))
        if alike in self._entitled or (*alike, on) in self._entitled:
            return
        if self._is_entitled(command, namespace, loaded, framework, kind):
            # Only after mergers does it matter on which day of the framework this is.
            self._entitled.add((*alike, on) if self._knows_a_merger else alike)

    def _is_entitled(
        self,
        command: Command,
        namespace: str,
        loaded: Loaded,
        framework: Framework,
        kind: str | None,
    ) -> bool:
        """Return whether the body has the right in any stream of the board, or in this alone."""
        ref, holder = command.by.body, self.holder(command.on)
        if (successor := holder(ref)) != ref:
            raise RefusedError("authority.merged", body=ref, into=successor)
        right = framework.right(type(command).__name__, kind)
        if right is None:
            return True
        if right.opener and len(loaded.standing) and holder(loaded.standing[0].by.body) == ref:
            return False
        if not _entitles(framework, right, ref, self.kind(ref), namespace, holder):
            raise RefusedError(
                "authority.not-entitled",
                command=type(command).__name__,
                body=ref,
                entitled=(*right.kinds, *right.bodies),
            )
        if right.roles and command.by.role not in right.roles:
            raise RefusedError(
                "authority.not-in-role",
                command=type(command).__name__,
                role=command.by.role,
                entitled=right.roles,
            )
        return True

    # Where and when it is decided

    def setting(self, stream: str, since: date, on: date) -> Setting:
        """Return the setting of a decision on the day *on*, in a stream that began on *since*."""
        framework = self._framework(_namespace(stream), since)
        setting = self._settings.get((id(framework), on))
        if setting is None:
            setting = Setting(framework, self.holder(on), self._named)
            self._settings[id(framework), on] = setting
        return setting

    def kind(self, ref: str) -> str | None:
        """Return what the body *ref* is, where that is known."""
        entry = self._frameworks.body(ref)
        if entry is not None:
            return entry.kind
        registered = self._body(ref).registered
        return registered.kind if registered else None

    def holder(self, on: date) -> Callable[[str], str]:
        """Return who holds, on the day *on*, what a body held."""
        return partial(self._succession.holder, on=on)

    def _merger(self, ref: str) -> tuple[str, date] | None:
        try:
            return self._mergers[ref]
        except KeyError:
            event = self._body(ref).merged
        merger = self._mergers[ref] = (event.into, event.on) if event else None
        self._knows_a_merger |= merger is not None
        return merger

    def _body(self, ref: str) -> body.Body:
        return self._load(f"body-{ref}").state or body.Body()

    def _named(self, ref: str) -> bool:
        return self._frameworks.body(ref) is not None

    def _framework(self, namespace: str, on: date) -> Framework:
        framework = self._governing.get((namespace, on))
        if framework is None:
            framework = self._frameworks.governing(namespace, on)
            self._governing[namespace, on] = framework
        return framework


def _namespace(stream: str) -> str:
    return stream.partition("-")[2].partition("/")[0]


def _entitles(
    framework: Framework,
    right: Right,
    ref: str,
    kind: str | None,
    namespace: str,
    holder: Callable[[str], str],
) -> bool:
    """Return whether a body *ref* of this *kind* has the *right* where the board is *namespace*.

    A right that is its own board's is held by bodies of the board whose reference it is, and by
    committees that serve it. A namespace that has no board of its own is joint: its boards are
    those that the pack governs. What a body had a right to, the body it was merged into has.
    """
    boards = {namespace} if framework.has_board(namespace) else set(framework.governs)
    boards |= {holder(board).partition("/")[0] for board in boards}
    entry = framework.body(ref)
    serves = {ref.partition("/")[0], *(entry.boards if entry else ())}
    if right.own_board and not serves & boards:
        merged = (one for one in framework.bodies if one.ref != ref and holder(one.ref) == ref)
        serves |= {b for one in merged for b in (one.ref.partition("/")[0], *one.boards)}
    if right.own_board and not serves & boards:
        return False
    bodies = {*right.bodies, *map(holder, right.bodies)}
    return kind in right.kinds or ref in bodies or not (right.kinds or right.bodies)
