"""The catalogue of rules: a refusal is told in sentences, which hold what the code knows."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import attrs
import pytest

from lif_adapters.cli.main import COMMANDS
from lif_core.catalogue import DomainCatalogue, registry_of
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.registry import Registry
from lif_core.rules import FAMILIES, RULES, SOURCE, Notice, Rule
from tests import reference

OWNER = Rule(
    code="visit.owner-only",
    wrong="Another body says so[: the owner is {owner}][, and {body} said it on {on}].",
    remedy="Let the owner say it.",
    source="Visits, §2",
)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({}, "Another body says so."),
        ({"owner": "wsb/lpp"}, "Another body says so: the owner is wsb/lpp."),
        (
            {"body": ("a", "b"), "on": date(2018, 1, 25)},
            "Another body says so, and a, b said it on 2018-01-25.",
        ),
        ({"owner": None, "body": "a", "on": ""}, "Another body says so."),
        ({"owner": 0}, "Another body says so: the owner is 0."),
        ({"owner": (("a", "b"), ("c", "d"))}, "Another body says so: the owner is a b, c d."),
        ({"owner": {"good": 2, "fair": 1}}, "Another body says so: the owner is good 2, fair 1."),
        ({"body": {"b", "a"}, "on": date.max}, "Another body says so."),
    ],
)
def test_a_phrase_is_left_out_where_one_of_its_facts_is_absent(
    facts: dict[str, object], wrong: str
) -> None:
    """So that a sentence reads as well where less is known."""
    assert wrong == OWNER.notice(facts).wrong


@pytest.mark.parametrize("text", ["By {owner}.", "By[ the owner].", "By[ {owner}.", "By ]."])
def test_a_fact_stands_in_a_phrase_and_a_phrase_has_a_fact(text: str) -> None:
    """Else a notice would show braces to whoever was refused."""
    with pytest.raises(MalformedError, match=r"visit\.owner-only"):
        Rule(code="visit.owner-only", wrong=text, remedy="Do it.")


def test_a_code_has_a_family() -> None:
    with pytest.raises(MalformedError, match="is no code of a rule"):
        Rule(code="Mine", wrong="No.", remedy="Do it.")


def test_a_refusal_has_its_notice_by_the_catalogue() -> None:
    """A rule of a host's own, which nothing lists, has an empty one."""
    catalogue = DomainCatalogue((), registry_of(()))
    refusal = RefusedError("challenge.to-itself", body="wscb")

    notice = catalogue.notice(refusal)

    assert ("challenge.to-itself", f"{SOURCE}, §3.4.2") == (notice.rule, notice.source)
    assert notice == catalogue.rules["challenge.to-itself"].notice(refusal.facts)
    assert notice.remedy in str(notice)
    assert Notice(rule="unit.closed") == catalogue.notice(RefusedError("unit.closed", unit="a"))


REGISTRY = Registry()
NAMES = frozenset(
    (
        *REGISTRY.commands,
        *("by.body", "by.role", "by.deliberation.meeting", "recorded_at", "LIF_PACKS"),
        *("lif/ledger", "recommendation-wscb/r-1", "wscb"),
    )
)
"""What a text may name, beside the fields of its life, and commands of the command line."""
CALLS = [("lif ", [command]) for command in COMMANDS]


def fields_in(rule: Rule) -> set[str]:
    """Return the fields of the commands that a *rule* is asked of: of one life, or of any."""
    life = FAMILIES[rule.family].split("/")[1].removesuffix(".toml")
    decider = REGISTRY.categories.get(life)
    commands: Iterable[Any] = decider.command_types if decider else REGISTRY.commands.values()
    return {field.name for cls in commands for field in attrs.fields(cls)}


def is_of_command_line(name: str) -> bool:
    return name.startswith("--") or (name[:4], name.split()[1:2]) in CALLS


def faults(rule: Rule) -> Iterator[str]:
    """Yield what is wrong with the texts of a *rule*."""
    if absent := rule.facts - reference.facts_by_rule().get(rule.code, frozenset()):
        yield f"{rule.code}: no refusal has {', '.join(absent)}"
    for notice in (rule.notice(), rule.notice(dict.fromkeys(rule.facts, "x"))):
        for text in (notice.wrong, notice.remedy):
            if not re.fullmatch(r"[A-Z`].*[\w`)]\.", text) or re.search(r" [,.;:]|  |\.\.", text):
                yield f"{rule.code}: no sentence: {text}"
    for name in re.findall(r"`([^`]+)`", rule.wrong + rule.remedy):
        if name not in NAMES | fields_in(rule) and not is_of_command_line(name):
            yield f"{rule.code}: nothing is called {name}"


def test_every_rule_says_what_is_wrong_and_what_to_do_with_what_there_is() -> None:
    """In whole sentences, with all of its facts and with none; and it names what there is."""
    assert [] == [fault for rule in RULES.values() for fault in faults(rule)]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"wrong": "No[: {owner}]."}, "no refusal has owner"),
        ({"remedy": "Record `PlanThis`."}, "nothing is called PlanThis"),
        ({"remedy": "Give `answer`, and `evidence`."}, "nothing is called evidence"),
        ({"remedy": "Ask `lif rule CODE`."}, "nothing is called lif rule CODE"),
        ({"remedy": ""}, "no sentence"),
        ({"wrong": "No [, {body}]."}, "no sentence"),
    ],
)
def test_a_rule_whose_text_does_not_hold_is_found(rule: dict[str, str], problem: str) -> None:
    changed = attrs.evolve(RULES["challenge.to-itself"], **rule)

    assert any(problem in fault for fault in faults(changed))
