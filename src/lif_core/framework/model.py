"""A framework pack: a board's own rules, in force from a date; and the packs together."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from lif_core.errors import MalformedError, RefusedError
from lif_core.framework.digest import digest_of
from lif_core.framework.duties import AnswerTime, DutyEntry
from lif_core.framework.entries import (
    OWN_BOARD,
    AuditKind,
    BodyEntry,
    Entry,
    Escalate,
    Horizons,
    ReviewKind,
    Right,
    Scale,
    Source,
    Stage,
    Standards,
    in_force,
)
from lif_core.framework.ranges import Range
from lif_core.values.refs import namespace_of
from lif_core.values.working_days import ENGLAND


@frozen(kw_only=True)
class Framework:
    """A pack of rules, which bind the boards that it *governs* from *in_force* on.

    A pack may end: what began before *until* goes on under it, with its rights to the day of its
    *transition*. A board that no pack governs is bound by the general pack: every life cycle, the
    rights of the board itself, no duties. A pack that *extends* another has all its entries too,
    except where an entry of the same name takes their place.
    """

    name: str  # tells one pack from another
    title: str  # for people
    extends: str = ""  # the name of the shipped pack that it extends
    governs: tuple[str, ...] = ()
    in_force: date = date.min
    earliest: date = date.min  # the first day on which a decision of these boards takes effect
    until: date = date.max  # what begins on this day or later is not under it
    transition: date = date.max  # until when it goes on for what began before; with an end only
    calendar: str = ENGLAND  # of the bank holidays that are no working days
    year_begins: str = "04-01"  # the month and the day on which the board's year begins
    open_kinds: bool = False  # codes that it does not name are allowed
    bodies: tuple[BodyEntry, ...] = ()  # boards, committees and agencies (framework §2.5)
    sources: tuple[Source, ...] = ()  # of learning (framework Appendix A)
    review_kinds: tuple[ReviewKind, ...] = ()  # framework §3.1 to §3.4
    audit_kinds: tuple[AuditKind, ...] = ()  # framework §3.5 to §3.8
    rights: tuple[Right, ...] = ()  # who may take which decision
    addressees: tuple[Entry, ...] = ()  # to whom duties are owed: a panel, an inspectorate
    duties: tuple[DutyEntry, ...] = ()  # that begin by themselves
    answer_times: tuple[AnswerTime, ...] = ()  # within which each body answers
    scales: tuple[Scale, ...] = ()  # of grades, best first
    standards: tuple[Standards, ...] = ()  # of self-evaluations (framework §3.7)
    channels: tuple[Entry, ...] = ()  # of dissemination (framework §4.2)
    routes: tuple[Entry, ...] = ()  # of embedding (framework §4.3)
    plan_basis: tuple[Entry, ...] = ()  # of the improvement plan (framework §5.1)
    training_standards: tuple[Entry, ...] = ()  # framework §5.4
    training_evaluations: tuple[Entry, ...] = ()  # framework §5.5
    cycle: tuple[Stage, ...] = ()  # framework §2.4
    documents: tuple[Entry, ...] = ()  # the guidance it refers to, and toolkits
    training_body: str = ""  # the body that commissions training (framework §4.7)
    procurement_outside_pool: bool = True  # framework §4.7
    job_description: str = ""  # the version that board members sign (framework §6.1)
    small_counts: int = field(default=5, validator=Range(0, 1_000))  # 1 to one less are hidden
    escalate: Escalate | None = None  # what is overdue for too long, and to whom
    horizons: Horizons = field(factory=Horizons)  # from when on a change has lasted

    def review_kind(self, kind: str) -> ReviewKind:
        """Return the kind of reviews called *kind*.

        Raises:
            RefusedError: `review.unknown-kind`: the framework does not name it.
        """
        entry = self._review_kinds.get(kind)
        if entry is not None:
            return entry
        if self.open_kinds:
            return ReviewKind(kind=kind, name=kind)
        raise self._unknown("review.unknown-kind", kind, self._review_kinds)

    def audit_kind(self, kind: str) -> AuditKind:
        """Return the kind of audits called *kind*.

        Raises:
            RefusedError: `audit.unknown-kind`: the framework does not name it.
        """
        entry = self._audit_kinds.get(kind)
        if entry is not None:
            return entry
        if self.open_kinds:
            return AuditKind(kind=kind, name=kind)
        raise self._unknown("audit.unknown-kind", kind, self._audit_kinds)

    def is_own_audit(self, kind: str) -> bool:
        """Return whether an agency does audits of this *kind* for itself, as far as is known."""
        entry = self._audit_kinds.get(kind)
        return entry is not None and entry.own

    def duties_for(self, kind: str, begun: date) -> tuple[DutyEntry, ...]:
        """Return the duties of each review of this *kind* that was *begun* on that day."""
        return tuple(duty for duty in self.duties if duty.runs_for(kind, begun))

    def gates_of(self, milestone: str, kind: str, begun: date) -> tuple[str, ...]:
        """Return what such a review of a *kind*, once *begun*, reaches before a *milestone*."""
        duties = self.duties_for(kind, begun)
        gates = (gate for duty in duties if duty.stop == milestone for gate in duty.gates)
        return tuple(dict.fromkeys(gates))

    def interval_of(self, audit_kind: str) -> int:
        """Return every how many months audits of a kind, *audit_kind*, are due; 0 for never."""
        return next((d.every_months for d in self.duties if audit_kind in d.kinds), 0)

    def scale(self, name: str) -> Scale:
        """Return the scale called *name*.

        Raises:
            RefusedError: `audit.unknown-scale`: the framework does not name it.
        """
        scales = {scale.name: scale for scale in self.scales}
        if name not in scales:
            raise self._unknown("audit.unknown-scale", name, scales)
        return scales[name]

    def standard_set(self, name: str) -> Standards | None:
        """Return the set of standards called *name*; `None` where there is none."""
        return next((known for known in self.standards if known.name == name), None)

    def refuse_unknown(self, rule: str, code: str, entries: Collection[Entry], on: date) -> None:
        """Refuse by *rule* a *code* that is none of the *entries* used *on* that day.

        Any code is taken where there are no entries at all, and by a pack whose kinds are open.
        """
        if entries:
            self.refuse_unlisted(rule, code, entries, on)

    def refuse_unlisted(self, rule: str, code: str, entries: Collection[Entry], on: date) -> None:
        """Refuse by *rule* a *code* as `refuse_unknown` does *on* that day, and any where there
        are no *entries*.
        """
        known = [entry.code for entry in in_force(entries, on)]
        if not self.open_kinds and code not in known:
            raise self._unknown(rule, code, known)

    def refuse_unless_board(self, rule: str, ref: str) -> None:
        """Refuse by *rule* the body *ref* where the framework names it, and it is no board."""
        entry = self._bodies.get(ref)
        if entry is not None and entry.kind != "board":
            raise RefusedError(rule, body=ref, kind=entry.kind)

    def _unknown(self, rule: str, code: str, known: Iterable[str]) -> RefusedError:
        return RefusedError(rule, code=code, framework=self.name, known=", ".join(known))

    def source_of(self, kind: str) -> Source | None:
        """Return the source of learning that reviews or audits of this *kind* are, if any."""
        return next((source for source in self.sources if kind in source.kinds), None)

    def names(self, ref: str) -> bool:
        """Return whether the framework names the body *ref*."""
        return ref in self._bodies

    def body(self, ref: str) -> BodyEntry | None:
        """Return the entry of the body *ref*; `None` where the framework does not name it."""
        return self._bodies.get(ref)

    def has_board(self, namespace: str) -> bool:
        """Return whether *namespace*, the first part of a reference, is a board named here."""
        entry = self._bodies.get(namespace)
        return entry is not None and entry.kind == "board"

    def boards_of(self, ref: str) -> set[str]:
        """Return the boards of the body *ref*, or of a stream that bears it, by their namespaces.

        A committee may serve several, and a joint namespace is of all that the pack governs.
        """
        entry, namespace = self._bodies.get(ref), namespace_of(ref)
        if entry is not None and entry.boards:
            return {namespace, *entry.boards}
        joint = namespace in self.governs and self.bodies and not self.has_board(namespace)
        return {namespace, *self.governs} if joint else {namespace}

    def share_a_board(self, ref: str, other: str) -> bool:
        """Return whether *ref* and *other*, of bodies or of streams, are of one board."""
        return not self.boards_of(ref).isdisjoint(self.boards_of(other))

    def answer_due(self, sent: date) -> date | None:
        """Return the day by which a body answers what was *sent* to it; `None` without one.

        Of several times in force on that day, the last holds.
        """
        due = None
        for time in self.answer_times:
            if time.in_force <= sent < time.until:
                due = time.due(sent, self.calendar)
        return due

    def boards_for(self, ref: str, named: tuple[str, ...]) -> tuple[str, ...]:
        """Return the boards *named*, or else the board whose reference begins *ref*.

        A reference of joint bodies begins with no board's: then the boards are those that the
        pack governs.
        """
        namespace = namespace_of(ref)
        if named or self.has_board(namespace):
            return named or (namespace,)
        return tuple(filter(self.has_board, self.governs)) or (namespace,)

    def right(self, command: str, kind: str | None) -> Right | None:
        """Return who may take the decision *command* about a review or an audit of this *kind*, as
        far as this pack says.
        """
        last = None
        for right in self._rights.get(command, ()):
            if not right.of or kind in right.of:
                last = right
        return last

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that the pack says, with what it extends, however that is written."""
        return digest_of(self)

    @cached_property
    def _bodies(self) -> dict[str, BodyEntry]:
        return {body.ref: body for body in self.bodies}

    @cached_property
    def _review_kinds(self) -> dict[str, ReviewKind]:
        return {entry.kind: entry for entry in self.review_kinds}

    @cached_property
    def _audit_kinds(self) -> dict[str, AuditKind]:
        return {entry.kind: entry for entry in self.audit_kinds}

    @cached_property
    def _rights(self) -> dict[str, list[Right]]:
        rights: dict[str, list[Right]] = {}
        for right in self.rights:
            for command in right.commands:
                rights.setdefault(command, []).append(right)
        return rights


class Frameworks:
    """The *packs* that a store is read with; *general* is for boards that none governs.

    Where *boards* are given, what is owed or expected without an entry is listed of these alone:
    of others, the entries that there are may be hidden.

    Raises:
        MalformedError: two are of one name, by which a store knows them.
    """

    boards: tuple[str, ...] | None = None

    def __init__(
        self,
        general: Framework,
        packs: tuple[Framework, ...] = (),
        boards: tuple[str, ...] | None = None,
    ) -> None:
        names = Counter(pack.name for pack in (general, *packs))
        if twice := sorted(name for name, times in names.items() if times > 1):
            raise MalformedError("frameworks", f"two packs of one name: {', '.join(twice)}")
        self.general, self.packs, self.boards = general, packs, boards
        self._general = general.name

    @classmethod
    def to_be_read(
        cls, general: str, digests: Mapping[str, str], read: Callable[[str], Framework]
    ) -> "Frameworks":
        """Return packs that are read when what one says is first asked for: that of the name
        *general*, and all others that have *digests*.
        """
        frameworks = cls.__new__(cls)
        frameworks._digests = digests
        frameworks._general, frameworks._read = general, read
        return frameworks

    _general: str
    _read: Callable[[str], Framework]

    @cached_property
    def general(self) -> Framework:
        """The pack for boards that none of the others governs."""
        return self._read(self._general)

    @cached_property
    def packs(self) -> tuple[Framework, ...]:
        """The packs that govern boards."""
        return tuple(self._read(name) for name in self._digests if name != self._general)

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        return {pack.name: pack.digest for pack in (self.general, *self.packs)}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frameworks):
            return NotImplemented
        return self is other or self._stated == other._stated

    def __hash__(self) -> int:
        return hash((self.packs, self.boards))

    def __repr__(self) -> str:
        general, packs, boards = self._stated
        return f"Frameworks(general={general!r}, packs={packs!r}, boards={boards!r})"

    @property
    def _stated(self) -> tuple[Framework, tuple[Framework, ...], tuple[str, ...] | None]:
        return self.general, self.packs, self.boards

    def plus(self, *packs: Framework) -> "Frameworks":
        """Return these and *packs*; each takes the place of one of the same name."""
        if not packs:
            return self
        names = {pack.name for pack in packs}
        others = tuple(pack for pack in self.packs if pack.name not in names)
        return Frameworks(self.general, others + packs, self.boards)

    def of_boards(self, boards: Iterable[str] | None) -> "Frameworks":
        """Return the same packs, by which what is owed is listed of *boards* alone; `None`: of
        all.
        """
        return Frameworks(
            self.general, self.packs, None if boards is None else tuple(sorted(boards))
        )

    def lists(self, board: str) -> bool:
        """Return whether what a *board* owes without an entry is listed."""
        return self.boards is None or board in self.boards

    def serving(self, boards: Collection[str]) -> frozenset[str]:
        """Return the namespaces of *boards*, and those that are joint to one of them by a pack.

        A namespace is joint where a pack governs it, names boards that it governs, and names none
        in that; so is the namespace of a body which serves these boards.
        """
        joint = frozenset(
            namespace
            for pack in self.packs
            if any(map(pack.has_board, pack.governs))
            for namespace in {*pack.governs, *(body.ref for body in pack.bodies)}
            if "/" not in namespace and not pack.boards_of(namespace).isdisjoint(boards)
        )
        return joint.union(boards)

    def has_pack(self, name: str) -> bool:
        """Return whether a pack of this *name* is among these, or the general one has it."""
        return self.digest(name) is not None

    def digest(self, name: str) -> str | None:
        """Return the digest of the pack of this *name*; `None` where there is none."""
        return self._digests.get(name)

    @property
    def identity(self) -> Hashable:
        """The identity of these packs, by which they are told from any other, and none is read."""
        return self._general, tuple(self._digests.items()), self.boards

    def governing(self, ref: str, on: date) -> Framework:
        """Return the pack in force on the day *on* for the board in *ref* (its namespace): of
        several, the latest to begin.
        """
        for pack in self.of(ref):
            if pack.in_force <= on < pack.until:
                return pack
        return self.general

    def of(self, ref: str) -> tuple[Framework, ...]:
        """Return all packs of the board in *ref*, the latest to begin first."""
        return self._by_namespace.get(namespace_of(ref), ())

    def binding(self, ref: str, begun: date, on: date) -> Framework:
        """Return the pack that says who may decide on the day *on* about what had *begun* before.

        It is the one in force for the board in *ref*, but for what goes on in the transition of an
        earlier one.
        """
        before = self.governing(ref, begun)
        return before if before.until <= on < before.transition else self.governing(ref, on)

    def later(self, ref: str, on: date) -> tuple[Framework, ...]:
        """Return the packs that come into force after the day *on* for the board in *ref*."""
        return tuple(pack for pack in self.of(ref) if pack.in_force > on)

    def right(self, framework: Framework, command: str, kind: str | None) -> Right:
        """Return who may take the decision *command* about a review or an audit of this *kind*,
        where *framework* is in force.
        """
        right = framework.right(command, kind) or self.general.right(command, kind)
        return right or OWN_BOARD

    def body(self, ref: str) -> BodyEntry | None:
        """Return the entry of any pack that names the body *ref*; `None` where none does.

        Boards and agencies outlive a framework.
        """
        return self._bodies.get(ref)

    @cached_property
    def _bodies(self) -> dict[str, BodyEntry]:
        return {body.ref: body for pack in self.packs for body in pack.bodies}

    @cached_property
    def _by_namespace(self) -> dict[str, tuple[Framework, ...]]:
        """The packs of each board, the latest in force first.

        Where two are in force from one day, the one given last comes first: an embedder's own.
        """
        namespaces = {namespace for pack in self.packs for namespace in pack.governs}
        return {
            namespace: tuple(
                sorted(
                    (pack for pack in reversed(self.packs) if namespace in pack.governs),
                    key=lambda pack: pack.in_force,
                    reverse=True,
                )
            )
            for namespace in namespaces
        }
