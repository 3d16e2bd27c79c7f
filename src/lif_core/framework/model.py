"""The types of a framework pack: bodies, review kinds, rights, clocks, scales, horizons."""

from datetime import date
from functools import cached_property

from attrs import frozen

from lif_core.errors import RefusedError
from lif_core.working_days import add_months, add_working_days


@frozen(kw_only=True)
class BodyEntry:
    """A board, committee or agency that the framework itself names, so that it needs no
    registering.
    """

    ref: str
    name: str
    kind: str


@frozen(kw_only=True)
class ReviewKind:
    """A kind of review (framework §3), and what the framework asks of it.

    *decided_by*: the role that decides whether to hold it, where one alone may.
    *criteria*: a case is notified and decided on; a decision to hold names the criteria it meets.
    *family*: the family is invited, or a reasoned decision not to is recorded (framework §2.2).
    *findings*: a report has at least one; a death may have no factor that can be changed.
    *published*: the report is published, or a reasoned decision not to is recorded (framework
    §1.3).
    """

    kind: str
    name: str
    decided_by: str | None = None
    criteria: bool = False
    family: bool = False
    published: bool = False
    findings: bool = True


@frozen(kw_only=True)
class Right:
    """Who may take a decision: bodies of these *kinds*, or these *bodies*; empty means any.

    *own_board*: and only of the board whose reference the stream bears.
    """

    command: str
    kinds: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    own_board: bool = False


@frozen(kw_only=True)
class Clock:
    """A statutory deadline of a review: from milestone *start* to milestone *stop*.

    Exactly one of *working_days* and *months* is given. *kinds* are the review kinds it runs for;
    it
    runs for those whose start milestone lies in [*in_force*, *until*).
    """

    name: str
    kinds: tuple[str, ...]
    start: str
    stop: str
    working_days: int = 0
    months: int = 0
    in_force: date = date.min
    until: date = date.max
    note: str = ""

    def due(self, start: date) -> date:
        """The last day on which it is met, when it *start*ed on that day."""
        if self.months:
            return add_months(start, self.months)
        return add_working_days(start, self.working_days)

    def runs_for(self, kind: str, start: date) -> bool:
        return kind in self.kinds and self.in_force <= start < self.until


@frozen(kw_only=True)
class Scale:
    """An ordinal scale, best grade first; the first *good* of them count as good or better."""

    name: str
    grades: tuple[str, ...]
    good: int


@frozen(kw_only=True)
class Horizons:
    """The parameters of the sustainability projection, in days unless said otherwise."""

    sustained: int = 365
    checks: int = 2  # passed checks, at the least
    apart: int = 90
    restricted_mean: int = 365
    baseline: int = 12  # points that the limits of a chart come from
    run_side: int = 7  # points on one side of the mean that signal
    run_trend: int = 7  # points rising or falling that signal


@frozen(kw_only=True)
class Framework:
    """One pack: what binds the boards it *governs* from *in_force* on.

    A board that no pack governs is bound by the general pack: every life cycle, no rights, no
    clocks.
    """

    name: str
    title: str
    governs: tuple[str, ...] = ()
    in_force: date = date.min
    bodies: tuple[BodyEntry, ...] = ()
    review_kinds: tuple[ReviewKind, ...] = ()
    rights: tuple[Right, ...] = ()
    clocks: tuple[Clock, ...] = ()  # met when stopped on the due day or before
    notices: tuple[Clock, ...] = ()  # met when stopped on the due day or after
    scales: tuple[Scale, ...] = ()
    horizons: Horizons = Horizons()
    open_kinds: bool = False  # kinds of review and scales that it does not name are allowed

    def review_kind(self, kind: str) -> ReviewKind:
        """Raises `RefusedError` (`review.unknown-kind`) for a kind that the framework does not
        name.
        """
        for known in self.review_kinds:
            if known.kind == kind:
                return known
        if self.open_kinds:
            return ReviewKind(kind=kind, name=kind)
        kinds = ", ".join(known.kind for known in self.review_kinds)
        raise RefusedError("review.unknown-kind", kind=kind, framework=self.name, known=kinds)

    def scale(self, name: str) -> Scale:
        """Raises `RefusedError` (`audit.unknown-scale`) for a scale that the framework does not
        name.
        """
        for scale in self.scales:
            if scale.name == name:
                return scale
        known = ", ".join(scale.name for scale in self.scales)
        raise RefusedError("audit.unknown-scale", scale=name, framework=self.name, known=known)

    def names(self, ref: str) -> bool:
        return any(body.ref == ref for body in self.bodies)

    def has_board(self, namespace: str) -> bool:
        return any(body.kind == "board" and body.ref == namespace for body in self.bodies)

    def right(self, command: str) -> Right | None:
        return self._rights.get(command)

    @cached_property
    def _rights(self) -> dict[str, Right]:
        return {right.command: right for right in self.rights}


@frozen
class Frameworks:
    """The packs that a store is read with; *general* is for boards that none governs."""

    general: Framework
    packs: tuple[Framework, ...] = ()

    def governing(self, ref: str, on: date) -> Framework:
        """The pack in force on that day for the board in *ref* (its namespace): the latest to
        begin.
        """
        namespace = ref.partition("/")[0]
        if namespace not in self._governed:
            return self.general
        found = [pack for pack in self.packs if namespace in pack.governs and pack.in_force <= on]
        return max(found, key=lambda pack: pack.in_force, default=self.general)

    def body(self, ref: str) -> BodyEntry | None:
        """The entry of any pack that names this body: boards and agencies outlive a framework."""
        return self._bodies.get(ref)

    @cached_property
    def _bodies(self) -> dict[str, BodyEntry]:
        return {body.ref: body for pack in reversed(self.packs) for body in pack.bodies}

    @cached_property
    def _governed(self) -> frozenset[str]:
        return frozenset(namespace for pack in self.packs for namespace in pack.governs)
