"""The catalogue of what can be decided, viewed and followed: `lif`'s own, and what extensions add.

Nothing else lists any of that, so that whatever sees `lif`'s own sees an extension's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import TypeVar

from attrs import field, frozen

from lif_core.aggregates import DECIDERS
from lif_core.decisions.decider import AnyDecider
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import Framework, Frameworks
from lif_core.framework import packs as shipped_packs
from lif_core.log.registry import Registry
from lif_core.log.upcasters import UPCASTERS, Upcaster
from lif_core.policies.policy import DayPolicy, Policy
from lif_core.projection.projection import PROGRAM, AnyProjection
from lif_core.rules import FAMILIES, RULES, Notice, Rule
from lif_core.values.fields import check_label
from lif_core.views import PROJECTIONS, projections_of

T = TypeVar("T")
SHIPPED = "lif"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@frozen(kw_only=True)
class Extension:
    """An addition to `lif`, which everything sees: an application, a reader, the command line.

    Args:
        name: tells it from other extensions, such as `ward-visits`.
        deciders: its aggregates.
        projections: its views.
        rules: its rules, each with what is wrong and what to do.
        packs: framework packs that come with it.
        policies: what it decides by itself, because of an entry or because of a day.
        upcasters: by the name of an event of its own, what leads from each older stored version
            to the next.
        aliases: by a name under which an event of its own was stored before it was renamed, its
            name now.
        edition: any text that is another whenever the extension computes something else, such as
            its version. Without it, views of `lif` that read every aggregate are not saved.

    Raises:
        MalformedError: its name, or one in it, is not written as such names are.
    """

    name: str
    deciders: tuple[AnyDecider, ...] = ()
    projections: tuple[AnyProjection, ...] = ()
    rules: tuple[Rule, ...] = ()
    packs: tuple[Framework, ...] = ()
    policies: tuple[Policy | DayPolicy, ...] = ()
    upcasters: Mapping[str, tuple[Upcaster, ...]] = field(factory=dict)
    aliases: Mapping[str, str] = field(factory=dict)
    edition: str = ""

    def __attrs_post_init__(self) -> None:
        check_label("name", self.name)
        for name in (self.name, *(projection.name for projection in self.projections)):
            if not _NAME.fullmatch(name):
                raise MalformedError(self.name, f"{name!r} is no name; write ward-visits")
        for rule in self.rules:
            if rule.family in FAMILIES:
                problem = f"{rule.code!r} begins as rules of lif do; begin it with another word"
                raise MalformedError(f"{self.name}: rules", problem)
        events = {cls.__name__ for decider in self.deciders for cls in decider.event_types}
        for where in ("upcasters", "aliases"):
            names = self.upcasters if where == "upcasters" else self.aliases.values()
            if strange := sorted(set(names) - events):
                problem = f"no event of its own: {', '.join(strange)}"
                raise MalformedError(f"{self.name}: {where}", problem)


def registry_of(extensions: Iterable[Extension]) -> Registry:
    """Return the registry of the aggregates of `lif` and of *extensions*."""
    deciders, upcasters, aliases = DECIDERS, dict(UPCASTERS), dict[str, str]()
    for each in extensions:
        if each.deciders:
            deciders = (*deciders, *each.deciders)
        upcasters |= each.upcasters
        aliases |= each.aliases
    return Registry(deciders, upcasters, aliases)


@frozen(eq=False, slots=False)
class DomainCatalogue:
    """All that `lif` and *extensions* define together; the aggregates are those of *registry*.

    Raises:
        MalformedError: two of them define the same name; the error says which two.
    """

    extensions: tuple[Extension, ...]
    registry: Registry

    def __attrs_post_init__(self) -> None:
        if self.extensions:
            self._refuse_twice()

    def _refuse_twice(self) -> None:
        """Refuse two definitions of one name."""
        definers: dict[tuple[str, str], str] = {}
        for definer, what, name in chain(_of_lif(), *map(_of, self.extensions)):
            if (other := definers.get((what, name))) is not None:
                raise MalformedError(
                    "extensions", f"{what} {name!r} is defined by {other} and by {definer}"
                )
            definers[what, name] = definer

    @cached_property
    def projections(self) -> Mapping[str, AnyProjection]:
        """The views, by name; those of `lif` that read every aggregate read an extension's too."""
        shipped = PROJECTIONS
        deciders = self.registry.deciders
        if deciders is not DECIDERS and tuple(deciders) != tuple(DECIDERS):
            shipped = projections_of(self.registry, self._edition)
        added = chain.from_iterable(extension.projections for extension in self.extensions)
        return _Combined(shipped, {each.name: each for each in added})

    @property
    def _edition(self) -> str:
        """The edition of views of all aggregates; empty where one of the extensions has none."""
        editions = [f"{each.name} {each.edition}" for each in self.extensions if each.edition]
        if not editions or len(editions) < len(self.extensions):
            return ""
        return "; ".join((PROGRAM, *editions))

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by which a command is refused, by their codes: of `lif`, then of extensions.

        Those of `lif` are read when they are looked up.
        """
        added = chain.from_iterable(extension.rules for extension in self.extensions)
        return _Combined(RULES, {rule.code: rule for rule in added})

    def notice(self, refusal: RefusedError) -> Notice:
        """Return what to tell whoever was refused: what is wrong, what to do, and the source.

        The notice of a rule that is not in the catalogue, as one of a host's own, is empty.
        """
        rule = self.rules.get(refusal.rule)
        return rule.notice(refusal.facts) if rule else Notice(rule=refusal.rule)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that react to an entry: of `lif` first, then by each extension."""
        from lif_core.policies.shipped import POLICIES  # only now: it loads what it reacts to

        added = chain.from_iterable(each.policies for each in self.extensions)
        return (*POLICIES, *(policy for policy in added if isinstance(policy, Policy)))

    @property
    def day_policies(self) -> tuple[DayPolicy, ...]:
        """The policies that look at a day: of `lif` first, then by each extension."""
        from lif_core.policies.shipped import DAY_POLICIES  # only now, as above

        added = chain.from_iterable(each.policies for each in self.extensions)
        return (*DAY_POLICIES, *(policy for policy in added if isinstance(policy, DayPolicy)))

    def frameworks(self, frameworks: Frameworks) -> Frameworks:
        """Return *frameworks* and the packs that come with the extensions.

        Raises:
            MalformedError: *frameworks* has another pack of the name of one.
        """
        new = []
        for extension in self.extensions:
            for pack in extension.packs:
                if pack in frameworks.packs:
                    continue
                if frameworks.has_pack(pack.name):
                    problem = f"another pack {pack.name!r} was given beside that of the extension"
                    raise MalformedError(extension.name, problem)
                new.append(pack)
        return frameworks.plus(*new) if new else frameworks


class _Combined(Mapping[str, T]):
    """The *shipped* definitions of `lif`, loaded when they are looked up, and those *added*."""

    def __init__(self, shipped: Mapping[str, T], added: Mapping[str, T]) -> None:
        self._shipped = shipped
        self._added = added

    def __getitem__(self, name: str) -> T:
        return self._added[name] if name in self._added else self._shipped[name]

    def __iter__(self) -> Iterator[str]:
        return chain(self._shipped, self._added)

    def __len__(self) -> int:
        return len(self._shipped) + len(self._added)


def _of_lif() -> Iterator[tuple[str, str, str]]:
    """Yield what `lif` itself defines: by whom, what, and its name."""
    from lif_core.policies.shipped import DAY_POLICIES, POLICIES  # where an extension is installed

    yield from _of_deciders(SHIPPED, DECIDERS)
    names: Mapping[str, Iterable[str]] = {
        "view": PROJECTIONS,
        "pack": shipped_packs(),
        "policy": [*(each.name for each in POLICIES), *(each.name for each in DAY_POLICIES)],
    }
    yield from ((SHIPPED, what, name) for what, each in names.items() for name in each)


def _of(extension: Extension) -> Iterator[tuple[str, str, str]]:
    """Yield what an *extension* defines: by whom, what, and its name."""
    yield extension.name, "extension", extension.name
    yield from _of_deciders(extension.name, extension.deciders)
    yield from ((extension.name, "event", alias) for alias in extension.aliases)
    names: Mapping[str, Iterable[str]] = {
        "view": [projection.name for projection in extension.projections],
        "rule": [rule.code for rule in extension.rules],
        "pack": [pack.name for pack in extension.packs],
        "policy": [policy.name for policy in extension.policies],
    }
    yield from ((extension.name, what, name) for what, each in names.items() for name in each)


def _of_deciders(definer: str, deciders: Iterable[AnyDecider]) -> Iterator[tuple[str, str, str]]:
    for decider in deciders:
        yield definer, "category", decider.category
        yield from ((definer, "command", cls.__name__) for cls in decider.command_types)
        yield from ((definer, "event", cls.__name__) for cls in decider.event_types)


def definitions(extension: Extension) -> Iterator[tuple[str, str, str]]:
    """Yield what an *extension* defines: what it is, its name, and what that means."""
    for decider in extension.deciders:
        yield "category", decider.category, ""
        for what, classes in (("command", decider.command_types), ("event", decider.event_types)):
            yield from ((what, cls.__name__, _summary(cls)) for cls in classes)
    for alias, name in extension.aliases.items():
        yield "event", alias, f"{name}, before it was renamed"
    for projection in extension.projections:
        yield "view", projection.name, _summary(projection.view)
    yield from (("rule", rule.code, rule.notice().wrong) for rule in extension.rules)
    yield from (("pack", pack.name, pack.title) for pack in extension.packs)
    for policy in extension.policies:
        does = policy.react if isinstance(policy, Policy) else policy.look
        yield "policy", policy.name, _summary(does)


def _summary(thing: object) -> str:
    """Return the first paragraph of what is said of a *thing*."""
    return " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())
