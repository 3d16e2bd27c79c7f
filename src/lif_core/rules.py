"""The rules: why a command is refused, what to do about it, and the paragraph that it comes from.

The texts of `lif`'s own stand beside what asks them: `aggregates/review/rules.toml` beside the
stages of a review, `aggregates/body.toml` beside `body.py`. A file is read when one of its rules
is looked up, so that nothing that is not refused waits for it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Set
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from attrs import field, frozen

from lif_core.errors import MalformedError

SOURCE = "Joint Learning and Improvement Framework 2017-2019"
"""The document whose paragraphs are the sources of the rules of `lif`."""
FILES: Mapping[str, tuple[str, ...]] = {
    "decisions/rules.toml": (
        *("authority", "board", "deliberation", "evidence", "policy", "position", "record"),
        *("reference", "stream"),
    ),
    "aggregates/ledger.toml": ("ledger",),
    "aggregates/data_subject.toml": ("data-subject",),
    "decisions/corrections.toml": ("correction",),
    "aggregates/body.toml": ("body",),
    "aggregates/lesson.toml": ("lesson",),
    "aggregates/review/rules.toml": ("review",),
    "aggregates/recommendation/rules.toml": ("recommendation",),
    "aggregates/audit/rules.toml": ("audit",),
    "aggregates/training_course/rules.toml": ("course",),
    "aggregates/training_programme.toml": ("programme",),
    "aggregates/dissemination.toml": ("dissemination",),
    "aggregates/procedure.toml": ("procedure",),
    "aggregates/indicator.toml": ("indicator",),
    "aggregates/improvement_plan.toml": ("plan",),
    "aggregates/evaluation.toml": ("evaluation",),
    "aggregates/challenge.toml": ("challenge",),
    "aggregates/membership.toml": ("membership",),
    "aggregates/edition.toml": ("edition",),
    "aggregates/annual_report.toml": ("report",),
}
"""The files of the rules of `lif`, each with the families in it: the words before the dot."""
FAMILIES: Mapping[str, str] = {
    family: file for file, families in FILES.items() for family in families
}
"""The file of each family; no rule of an extension is of one of them."""

_CODE = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.[a-z0-9]+(?:-[a-z0-9]+)*")
_PHRASE = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{([a-z_]+)\}")


@frozen(kw_only=True)
class Notice:
    """The notice of a refusal by a *rule*: what is *wrong*, the *remedy*, and the *source*.

    Each is empty where the rule has none.
    """

    rule: str
    wrong: str = ""
    remedy: str = ""
    source: str = ""

    def lines(self) -> Iterator[str]:
        """Yield its lines, each with a word for what it says, but for the first."""
        texts = {"": self.wrong, "What to do: ": self.remedy, "Source: ": self.source}
        yield from (label + text for label, text in texts.items() if text)

    def __str__(self) -> str:
        source = f"({self.source})" if self.source else ""
        return " ".join(filter(None, (self.wrong, self.remedy, source)))


@frozen(kw_only=True)
class Rule:
    """The rule of a *code*: a sentence of what is wrong, and one of what to do about it.

    A phrase in brackets holds facts of the refusal, by their names in braces, and is left out
    where one of them is absent: `Another body says so[: the owner is {owner}].`

    Args:
        code: a stable name, such as `ward-visit.unknown`; its family stands before the dot.
        wrong: what is wrong.
        remedy: what to do about it.
        source: the paragraph of a document that the rule comes from, if there is one.

    Raises:
        MalformedError: the code is not written as codes are, or a fact does not stand in a phrase.
    """

    code: str
    wrong: str
    remedy: str
    source: str = ""

    def __attrs_post_init__(self) -> None:
        if _CODE.fullmatch(self.code) is None:
            problem = f"{self.code!r} is no code of a rule; write ward-visit.unknown"
            raise MalformedError("rules", problem)
        for text in (self.wrong, self.remedy):
            phrases = _PHRASE.findall(text)
            if set("[]{}") & set(_PHRASE.sub("", text)) or not all(map(_FACT.search, phrases)):
                problem = f"{text!r} has a fact outside brackets, or brackets without a fact"
                raise MalformedError(f"rules: {self.code}", problem)

    @property
    def family(self) -> str:
        """The word before the dot of its code."""
        return self.code.partition(".")[0]

    @property
    def facts(self) -> Set[str]:
        """The names of the facts that its texts hold."""
        return frozenset(_FACT.findall(self.wrong + self.remedy))

    def notice(self, facts: Mapping[str, object] = MappingProxyType({})) -> Notice:
        """Return the notice of a refusal with these *facts*, or of any refusal without them."""
        return Notice(
            rule=self.code,
            wrong=_with_facts(self.wrong, facts),
            remedy=_with_facts(self.remedy, facts),
            source=self.source,
        )


def _with_facts(text: str, facts: Mapping[str, object]) -> str:
    """Return *text* with the phrases of which all *facts* are there."""
    values = {name: _shown(value) for name, value in facts.items()}

    def phrase(match: re.Match[str]) -> str:
        if not all(values.get(name) for name in _FACT.findall(match[1])):
            return ""
        return _FACT.sub(lambda fact: values[fact[1]], match[1])

    return _PHRASE.sub(phrase, text)


def _shown(value: object) -> str:
    """Return the text of the *value* of a fact; an empty one where it says nothing, as an end does
    that never comes.
    """
    if value is None or value == date.max:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, Set):
        return ", ".join(sorted(map(_shown, value)))
    if isinstance(value, list | tuple):
        return ", ".join(
            " ".join(map(_shown, inner)) if isinstance(inner, tuple) else _shown(inner)
            for inner in value
        )
    return str(value)


@frozen
class RuleFile:
    """The rules of one file, in their order, under its *title*."""

    title: str
    rules: Mapping[str, Rule] = field(repr=False)


@cache
def rule_file(file: str) -> RuleFile:
    """Return the rules in one of `FILES`."""
    text = files("lif_core").joinpath(file).read_text("utf-8")
    content = tomllib.loads(text)
    rules = (
        Rule(
            code=f"{family}.{name}",
            wrong=texts["wrong"],
            remedy=texts["remedy"],
            source=f"{SOURCE}, {texts['source']}" if "source" in texts else "",
        )
        for family in FILES[file]
        for name, texts in content[family].items()
    )
    return RuleFile(content["title"], {rule.code: rule for rule in rules})


class _ShippedRules(Mapping[str, Rule]):
    """The rules of `lif` by their codes; their files are read when they are looked up."""

    def __getitem__(self, code: str) -> Rule:
        return rule_file(FAMILIES[code.partition(".")[0]]).rules[code]

    def __iter__(self) -> Iterator[str]:
        for file in FILES:
            yield from rule_file(file).rules

    def __len__(self) -> int:
        return sum(1 for _ in self)


RULES: Mapping[str, Rule] = _ShippedRules()
"""The rules of `lif`, by their codes, in the order in which they are listed."""
