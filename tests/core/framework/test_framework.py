"""The framework as data: read strictly, in force from a date, for the boards it governs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

import lif_core.framework
from lif_core.aggregates.dissemination import Disseminate
from lif_core.aggregates.procedure import DraftProcedure
from lif_core.aggregates.review import NotifyCase, OpenReview
from lif_core.commands.application import Application
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import (
    GENERAL,
    MILESTONES,
    AnswerTime,
    DutyEntry,
    Entry,
    Escalate,
    Framework,
    Frameworks,
    Horizons,
    Right,
    load,
    loader,
    packs,
    parse,
)
from lif_core.framework.digest import digest_of
from lif_core.framework.loader import DIGESTS
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.values.authority import Authority
from tests.lives import WOLVERHAMPTON
from tests.people import POLICY, QUALITY, TEXTS, day

GOOD = """
name = "ours"
title = "Our framework"
governs = ["ours"]
in_force = 2018-01-01
training_body = "ours/training"
channels = [{ code = "letter", name = "Letters" }]
routes = [{ code = "habit", name = "Habit" }]
plan_basis = [{ code = "figures", name = "Figures" }]
training_standards = [{ code = "short", name = "It is short" }]
training_evaluations = [{ code = "asked", name = "They were asked" }]
documents = [{ code = "act", name = "The Act" }]
[[bodies]]
ref = "ours"
name = "Our board"
kind = "board"
also = ["OB"]
[[bodies]]
ref = "ours/training"
name = "Training"
kind = "committee"
boards = ["ours"]
[[review_kinds]]
kind = "case"
name = "A case review"
case = true
scale = "marks"
areas = [{ code = "work", name = "The work" }]
milestones = ["told"]
criteria = [{ code = "harm", name = "Harm" }]
[[review_kinds.grounds]]
ground = "the act"
name = "Harm was done"
met = ["harm"]
[[review_kinds]]
kind = "visit"
name = "A visit"
[[audit_kinds]]
kind = "files"
name = "An audit of files"
standards = "rules"
shared_with = ["ours/training"]
[[sources]]
source = "cases"
name = "Cases"
kinds = ["case"]
committees = ["ours/training"]
[[rights]]
commands = ["DecideHold"]
bodies = ["ours"]
kinds = ["board"]
of = ["case"]
[[duties]]
name = "decision"
kinds = ["case"]
start = "notified"
stop = "told"
months = 1
[[duties]]
name = "online"
kinds = ["visit"]
start = "published"
stop = "taken down"
days = 100
not_before = true
[[scales]]
name = "marks"
grades = ["pass", "fail"]
good = 1
[[standards]]
name = "rules"
title = "Our rules"
scale = "marks"
standards = [{ code = "one", name = "The first" }]
[[cycle]]
stage = "look"
name = "It is looked at"
events = ["ReviewOpened"]
[escalate]
after_days = 28
to = "ours"
"""


def mistake(text: str) -> tuple[str, str]:
    """Where the pack *text* is no pack, and why."""
    with pytest.raises(MalformedError) as caught:
        parse(text, "ours.toml")
    return caught.value.field, caught.value.problem


# Read into its types


def test_a_pack_is_read_into_its_types() -> None:
    pack = parse(GOOD, "ours.toml")

    assert ("ours", ("ours",), day("2018-01-01")) == (pack.name, pack.governs, pack.in_force)
    assert day("2018-03-15") == pack.duties[0].due(day("2018-02-15"))
    assert day("2018-05-26") == pack.duties[1].due(day("2018-02-15"))
    assert Escalate(after_days=28, to="ours") == pack.escalate


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('title = "Our framework"', "title = 5"), "$.title"),
        (('title = "Our framework"', ""), "$.title"),
        (('kind = "board"', 'kind = "board"\nkinds = "x"'), "$.bodies[0]"),
        (('also = ["OB"]', 'also = "OB"'), "$.bodies[0].also"),
        (('events = ["ReviewOpened"]', "events = [1]"), "$.cycle[0].events"),
        (("months = 1", 'months = "1"'), "$.duties[0].months"),
        (("months = 1", "months = true"), "$.duties[0].months"),
        (("months = 1", "months = 1.0"), "$.duties[0].months"),
        (("case = true", "case = 1"), "$.review_kinds[0].case"),
        (("in_force = 2018-01-01", 'in_force = "2018"'), "$.in_force"),
        (("in_force = 2018-01-01", "in_force = 2018-01-01T09:00:00Z"), "$.in_force"),
        (("after_days = 28", ""), "$.escalate.after_days"),
        (("[escalate]", "[horizon]\nsustained = 90\n[escalate]"), "horizon"),
        (("[escalate]", "[horizons]\nsustain = 90\n[escalate]"), "$.horizons"),
        (('name = "ours"', "name ="), "not TOML"),
        (('name = "ours"', 'name = "ours"\nname = "theirs"'), "not TOML"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_a_value_that_is_not_what_its_key_holds_is_named(
    change: tuple[str, str], problem: str
) -> None:
    """No value is turned into another, and no key is passed over in silence."""
    where, why = mistake(GOOD.replace(*change, 1))

    assert "ours.toml" == where
    assert problem in why


# One thing in all its places

TWICE = {
    "bodies": 'ref = "ours"\nname = "Another"\nkind = "board"',
    "review_kinds": 'kind = "case"\nname = "Another"',
    "audit_kinds": 'kind = "files"\nname = "Another"',
    "sources": 'source = "cases"\nname = "Another"\nkinds = []',
    "scales": 'name = "marks"\ngrades = ["yes", "no"]\ngood = 1',
    "standards": 'name = "rules"\ntitle = "Another"\nscale = "marks"\nstandards = []',
    "cycle": 'stage = "look"\nname = "Another"\nevents = []',
}
LISTED = {
    "channels": "letter",
    "routes": "habit",
    "plan_basis": "figures",
    "training_standards": "short",
    "training_evaluations": "asked",
    "documents": "act",
}


@pytest.mark.parametrize("table", TWICE)
def test_a_table_names_each_of_its_entries_once(table: str) -> None:
    """Which of the two would hold?"""
    where, why = mistake(f"{GOOD}\n[[{table}]]\n{TWICE[table]}\n")

    assert f"ours.toml: {table}" == where
    assert why.startswith("given twice: ")


@pytest.mark.parametrize("key", LISTED)
def test_a_list_names_each_of_its_codes_once(key: str) -> None:
    """Which of the two names would be shown?"""
    code = f'code = "{LISTED[key]}", name'

    assert (f"ours.toml: {key}", f"given twice: {LISTED[key]}") == mistake(
        GOOD.replace(f"{{ {code}", f'{{ {code} = "Another" }}, {{ {code}', 1)
    )


NO_BODY = "not a body here: theirs"
NO_KIND = "not a kind of review or audit: inquest"
ONE_ONLY = "give working_days, days, months, hours or by, and one of them only"
CONTRADICTIONS: dict[str, tuple[str, str, str, str]] = {
    "a body of no kind": (
        'kind = "committee"',
        'kind = "charity"',
        "bodies[ours/training].kind",
        "not a kind of body: charity",
    ),
    "a committee of no board": (
        'boards = ["ours"]',
        'boards = ["ours", "ours/training"]',
        "bodies[ours/training].boards",
        "not a board here: ours/training",
    ),
    "another's name": ('also = ["OB"]', 'also = ["Training"]', "bodies.also", "given twice"),
    "a right of nobody": ('bodies = ["ours"]', 'bodies = ["theirs"]', "rights[0].bodies", NO_BODY),
    "a right of no kind": (
        'kinds = ["board"]',
        'kinds = ["charity"]',
        "rights[0].kinds",
        "not a kind of body: charity",
    ),
    "a right over no kind": ('of = ["case"]', 'of = ["inquest"]', "rights[0].of", NO_KIND),
    "a stranger commissions": (
        'training_body = "ours/training"',
        'training_body = "theirs"',
        "training_body",
        NO_BODY,
    ),
    "a stranger is told": ('to = "ours"', 'to = "theirs"', "escalate.to", NO_BODY),
    "a review on no scale": (
        'scale = "marks"\nareas',
        'scale = "stars"\nareas',
        "review_kinds[case].scale",
        "not known here: stars",
    ),
    "a criterion twice": (
        '[{ code = "harm", name = "Harm" }]',
        '[{ code = "harm", name = "Harm" }, { code = "harm", name = "Hurt" }]',
        "review_kinds[case].criteria",
        "given twice: harm",
    ),
    "a ground on nothing": (
        'met = ["harm"]',
        "met = []",
        "review_kinds[case].grounds[the act].met",
        "names no criterion",
    ),
    "a ground on what is no criterion": (
        'met = ["harm"]',
        'met = ["harm", "hurt"]',
        "review_kinds[case].grounds[the act].met",
        "not known here: hurt",
    ),
    "a case and a death": (
        "case = true",
        "case = true\ndeath = true",
        "review_kinds[case]",
        "is of a case or of a death, not of both",
    ),
    "a milestone of every review": (
        'milestones = ["told"]',
        'milestones = ["told", "published"]',
        "review_kinds[case].milestones",
        "every review has these: ['published']",
    ),
    "an audit against no standards": (
        'standards = "rules"',
        'standards = "customs"',
        "audit_kinds[files].standards",
        "not known here: customs",
    ),
    "an audit shared with a stranger": (
        'shared_with = ["ours/training"]',
        'shared_with = ["theirs"]',
        "audit_kinds[files].shared_with",
        NO_BODY,
    ),
    "a review and an audit of one kind": (
        'kind = "files"',
        'kind = "visit"',
        "audit_kinds",
        "given twice: visit",
    ),
    "a source of no kind": (
        'kinds = ["case"]\ncommittees',
        'kinds = ["inquest"]\ncommittees',
        "sources[cases].kinds",
        NO_KIND,
    ),
    "a source for strangers": (
        'committees = ["ours/training"]',
        'committees = ["theirs"]',
        "sources[cases].committees",
        NO_BODY,
    ),
    "a kind of two sources": (
        "[[rights]]",
        '[[sources]]\nsource = "more"\nname = "More"\nkinds = ["case"]\n[[rights]]',
        "sources.kinds",
        "given twice: case",
    ),
    "two times given": ("months = 1", "months = 1\ndays = 5", "duties[decision]", ONE_ONLY),
    "no time before which not": (
        "days = 100",
        "",
        "duties[online].not_before",
        "needs a start and a period from it",
    ),
    "a clock for no kind": (
        'kinds = ["case"]\nstart',
        'kinds = ["files"]\nstart',
        "duties[decision].kinds",
        "not a review kind: files",
    ),
    "a clock from nothing": (
        'start = "notified"',
        'start = "noticed"',
        "duties[decision].start",
        "not a milestone of case: noticed",
    ),
    "a clock to nothing": (
        'stop = "told"',
        'stop = "heard"',
        "duties[decision].stop",
        "not a milestone of case: heard",
    ),
    "a clock to what only one of its kinds has": (
        'kinds = ["case"]\nstart',
        'kinds = ["case", "visit"]\nstart',
        "duties[decision].start",
        "not a milestone of visit: notified",
    ),
    "a notice to what another kind has": (
        'stop = "taken down"',
        'stop = "told"',
        "duties[online].stop",
        "not a milestone of visit: told",
    ),
    "no grade is good": (
        "good = 1",
        "good = 0",
        "scales[0].good",
        "must be a whole number from 1",
    ),
    "an escalation before it is overdue": (
        "after_days = 28",
        "after_days = -1",
        "escalate.after_days",
        "must be a whole number from 0 to 3,660, not -1",
    ),
    "limits that are locked before there are any": (
        "[escalate]",
        "[horizons]\nbaseline = 4\n[escalate]",
        "horizons.baseline",
        "must not be fewer than trial",
    ),
    "more are good than there are": (
        "good = 1",
        "good = 3",
        "scales[marks].good",
        "must be a place",
    ),
    "standards on no scale": (
        'scale = "marks"\nstandards',
        'scale = "stars"\nstandards',
        "standards[rules].scale",
        "not known here: stars",
    ),
    "a clock with two periods, one of them back": (
        "months = 1",
        "months = 1\ndays = -1",
        "duties[0].days",
        "must be a whole number from 0 to 36,600, not -1",
    ),
    "a clock for nothing": (
        'kinds = ["case"]\nstart',
        "kinds = []\nstart",
        "duties[decision].kinds",
        "names no review kind",
    ),
    "a clock that ends before it holds": (
        "months = 1",
        "months = 1\nin_force = 2018-01-01\nuntil = 2018-01-01",
        "duties[decision].until",
        "must be later than in_force",
    ),
    "a grade twice": (
        'grades = ["pass", "fail"]',
        'grades = ["pass", "pass"]',
        "scales[marks].grades",
        "given twice: pass",
    ),
    "a right to nothing": (
        'commands = ["DecideHold"]',
        "commands = []",
        "rights[0].commands",
        "names no command",
    ),
    "a body that is no reference": (
        'ref = "ours/training"',
        'ref = "Ours Training"',
        "bodies[Ours Training].ref",
        "'Ours Training' is not a reference",
    ),
    "a body without a name": (
        'name = "Training"',
        'name = " "',
        "bodies[ours/training].name",
        "must not be blank",
    ),
    "a pack without a title": (
        'title = "Our framework"',
        'title = ""',
        "title",
        "must not be blank",
    ),
    "fewer than none are small": (
        "in_force = 2018-01-01",
        "in_force = 2018-01-01\nsmall_counts = -1",
        "small_counts",
        "must be a whole number from 0 to 1,000, not -1",
    ),
    "a review on a scale on which nothing is judged": (
        'areas = [{ code = "work", name = "The work" }]\n',
        "",
        "review_kinds[case].scale",
        "needs areas, which are judged on it",
    ),
    "a case that is opened without being notified": (
        "case = true",
        "case = true\nthreshold = true",
        "review_kinds[case].threshold",
        "is for kinds that are opened, of no case",
    ),
    "where a child lived whose death it does not review": (
        "case = true",
        "case = true\nelsewhere = true",
        "review_kinds[case].elsewhere",
        "is for kinds of a death",
    ),
    "a horizon of all boards together": (
        "[escalate]",
        "[horizons]\nrestricted_mean = 90\n[escalate]",
        "horizons.restricted_mean",
        "is of all boards together",
    ),
    "categories of no death": (
        "case = true",
        'case = true\ncategories = [{ code = "1", name = "One" }]',
        "review_kinds[case].categories",
        "is for kinds of a death",
    ),
    "areas of a committee": (
        'boards = ["ours"]',
        'boards = ["ours"]\nareas = ["town"]',
        "bodies[ours/training].areas",
        "is for boards",
    ),
    "a document from a day on": (
        '{ code = "act", name = "The Act" }',
        '{ code = "act", name = "The Act", in_force = 2019-01-01 }',
        "documents[act].in_force",
        "is for codes that decisions use on a day",
    ),
    "a standard of self-evaluation to a day": (
        '{ code = "one", name = "The first" }',
        '{ code = "one", name = "The first", until = 2019-01-01 }',
        "standards[rules].standards[one].until",
        "is for codes that decisions use on a day",
    ),
    "a standard twice": (
        '[{ code = "one", name = "The first" }]',
        '[{ code = "one", name = "The first" }, { code = "one", name = "The next" }]',
        "standards[rules].standards",
        "given twice: one",
    ),
}


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"), CONTRADICTIONS.values(), ids=CONTRADICTIONS
)
def test_what_contradicts_itself_is_no_pack(
    right: str, wrong: str, where: str, problem: str
) -> None:
    """The file, the key and the reason are named; without this one mistake it is a pack."""
    assert 1 == GOOD.count(right)
    found, why = mistake(GOOD.replace(right, wrong))

    assert f"ours.toml: {where}" == found
    assert problem in why


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"),
    [
        ("DecideHold", "DecideHlod", "rights[0].commands", "no such command: DecideHlod"),
        ("ReviewOpened", "OpenReview", "cycle[look].events", "no such event: OpenReview"),
    ],
    ids=["a command", "an event"],
)
def test_a_decision_that_there_is_not_is_named_before_anything_is_recorded(
    right: str, wrong: str, where: str, problem: str
) -> None:
    """A right with a typing error would be nobody's, or everybody's, without a word."""
    good, bad = parse(GOOD, "ours.toml"), parse(GOOD.replace(right, wrong), "ours.toml")
    Registry().refuse_unknown_names(good, "ours.toml")

    with pytest.raises(MalformedError) as caught:
        Registry().refuse_unknown_names(bad, "ours.toml")
    with pytest.raises(MalformedError) as at_the_start:
        application(load().plus(bad))

    assert (f"ours.toml: {where}", problem) == (caught.value.field, caught.value.problem)
    assert problem == at_the_start.value.problem


@pytest.mark.parametrize(
    ("command", "kind"),
    [("ConcludeAudit", "case"), ("DecideHold", "files"), ("AdoptPlan", "case")],
)
def test_a_right_over_what_a_decision_is_never_about_is_named(command: str, kind: str) -> None:
    """It would be nobody's, and the one before it would hold without a word."""
    text = GOOD.replace('commands = ["DecideHold"]', f'commands = ["{command}"]')
    pack = parse(text.replace('of = ["case"]', f'of = ["{kind}"]'), "ours.toml")
    with pytest.raises(MalformedError) as caught:
        Registry().refuse_unknown_names(pack, "ours.toml")

    assert ("ours.toml: rights[0].of", f"{command} is never about these: {kind}") == (
        caught.value.field,
        caught.value.problem,
    )


@pytest.mark.parametrize("pack", [load().general, *load().packs], ids=lambda pack: pack.name)
def test_every_right_of_a_pack_that_ships_holds_for_something(pack: Framework) -> None:
    """None is written that others after it leave nothing of."""
    kinds: list[str | None] = [None, *(kind.kind for kind in pack.review_kinds)]
    kinds += [kind.kind for kind in pack.audit_kinds]
    for right in pack.rights:
        for command in right.commands:
            assert any(pack.right(command, kind) is right for kind in kinds), (right, command)


# Used from a day, and to a day


def test_a_code_is_used_in_its_time() -> None:
    """From its first day, and not on the day on which it ends; where all have ended, none is."""
    letter = Entry(code="letter", name="L", in_force=day("2018-01-01"), until=day("2019-01-01"))
    pack = parse(GOOD, "ours.toml")

    def rule(on: str, *entries: Entry, code: str = "letter") -> str | None:
        try:
            pack.refuse_unknown("a.rule", code, entries, day(on))
        except RefusedError as refused:
            return refused.rule
        return None

    assert [None, "a.rule", "a.rule", None] == [
        rule("2018-12-31", letter),
        rule("2019-01-01", letter),
        rule("2017-12-31", letter),
        rule("2019-01-01", code="anything"),
    ]


DATED = {
    "criteria": (
        'criteria = [{ code = "harm", name = "Harm" }]',
        'criteria = [{ code = "harm", name = "Harm", until = 2019-01-01 }]',
    ),
    "channels": (
        'channels = [{ code = "letter", name = "Letters" }]',
        'channels = [{ code = "letter", name = "Letters", until = 2019-01-01 }]',
    ),
}


@pytest.mark.parametrize("key", DATED)
def test_a_decision_may_use_a_code_until_its_day(key: str) -> None:
    """Through the public API: refused from that day on, by its own rule."""
    app = application(load().plus(parse(GOOD.replace(*DATED[key]), "ours.toml")))
    who = Authority(person="O. Ur", role="chair", body="ours")

    def refused(on: str, ref: str) -> str | None:
        case = NotifyCase(
            by=who, on=day(on), review=ref, kind="case", subject="S", aware=day(on),
            criteria=("harm",),
        )  # fmt: skip
        shared = Disseminate(
            by=who, on=day(on), dissemination=f"{ref}-n", channel="letter", title="T",
            learning_from=("review-ours/0",), audiences=("all",),
        )  # fmt: skip
        try:
            app.handle(case if key == "criteria" else shared)
        except RefusedError as error:
            return error.rule
        return None

    opened = OpenReview(by=who, on=day("2018-01-02"), review="ours/0", kind="visit", title="A")
    app.handle(opened)
    expected = {
        "criteria": "review.unknown-criterion",
        "channels": "dissemination.unknown-channel",
    }

    assert [None, expected[key]] == [
        refused("2018-12-31", "ours/1"),
        refused("2019-01-01", "ours/2"),
    ]


def application(frameworks: Frameworks) -> Application:
    now = datetime(2020, 1, 1, tzinfo=UTC)
    return Application(
        MemoryRecorder(), clock=lambda: now, frameworks=frameworks, readership=TEXTS
    )


# In force


def test_the_pack_in_force_is_the_latest_that_has_begun() -> None:
    """For boards that none governs, and before the first one, it is the general pack."""
    first = parse(GOOD, "a.toml")
    later = attrs.evolve(first, name="later", in_force=day("2019-01-01"))
    general = Framework(name="general", title="None")

    for packs_there_are in ((first, later), (later, first)):
        frameworks = Frameworks(general, packs_there_are)

        assert general is frameworks.governing("ours/1", day("2017-12-31"))
        assert first is frameworks.governing("ours/1", day("2018-01-01"))
        assert first is frameworks.governing("ours/1", day("2018-12-31"))
        assert later is frameworks.governing("ours/1", day("2019-01-01"))
        assert general is frameworks.governing("theirs/1", day("2019-01-01"))
        assert "Our board" == getattr(frameworks.body("ours"), "name", None)
        assert frameworks.body("theirs") is None


def test_packs_are_added_to_those_there_are_and_take_the_place_of_their_namesakes() -> None:
    """What is there stays as it was: boards that share it are not governed anew."""
    shipped, ours = load(), parse(GOOD, "ours.toml")
    other = attrs.evolve(ours, title="Another edition")
    mine = attrs.evolve(WOLVERHAMPTON, title="My edition")

    assert (*shipped.packs, ours) == shipped.plus(ours).packs
    assert (*shipped.packs, other) == shipped.plus(ours).plus(other).packs
    assert {"ours", *packs()} - {GENERAL} == {pack.name for pack in shipped.plus(mine, ours).packs}
    assert mine is shipped.plus(mine).governing("wscb/1", day("2018-01-01"))
    assert WOLVERHAMPTON is shipped.governing("wscb/1", day("2018-01-01"))
    assert shipped.general is shipped.plus(ours).general
    assert shipped == shipped.plus()


# Its digest


def test_a_digest_is_of_what_a_pack_says_not_of_how_it_is_written() -> None:
    """Comments, layout, the order of keys, and keys that say what holds without them."""
    other = GOOD.replace("[[duties]]", "# A duty\n\n[[ duties ]]")
    other = other.replace(
        'name = "ours"\ntitle = "Our framework"', "title='Our framework'\nname='ours'"
    )
    other = other.replace("months = 1", "months = 1\nahead = false\nowed_to = []")
    other = f"small_counts = 5\ntransition = 9999-12-31\n{other}\n[horizons]\napart = 90\n"
    pack = parse(GOOD, "ours.toml")

    assert pack.digest == parse(other, "elsewhere.toml").digest
    assert 64 == len(pack.digest)


def test_a_digest_is_of_a_pack_with_all_that_it_extends() -> None:
    own = parse(OWN, "ours.toml")

    assert own.digest == attrs.evolve(own, extends="").digest
    assert own.digest != WOLVERHAMPTON.digest


@attrs.frozen(kw_only=True)
class Today:
    """A pack as it can be written today."""

    name: str
    duties: tuple[DutyEntry, ...] = ()


@attrs.frozen(kw_only=True)
class Later:
    """A pack as it can be written with a later version, which knows of one more key."""

    weights: tuple[int, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    name: str


def test_a_digest_stays_where_a_later_version_has_one_more_key() -> None:
    """Or has its keys in another order: a store does not ask everybody to look again for that."""
    duties = WOLVERHAMPTON.duties[:2]

    assert digest_of(Today(name="n", duties=duties)) == digest_of(Later(name="n", duties=duties))
    assert digest_of(Later(name="n")) != digest_of(Later(name="n", weights=(1,)))


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield *value* with one thing in it changed, and which: each field, in each of its places."""
    match value:
        case bool():
            yield "", not value
        case int():
            yield "", value + 1
        case str():
            yield "", f"{value}x"
        case date():
            yield "", day("2031-05-18")
        case tuple():
            if len(value) > 1:
                yield "order", (*value[1:], value[0])
            for index, each in enumerate(value):
                for name, other in variants(each):
                    yield name, (*value[:index], other, *value[index + 1 :])
            yield "one less", value[1:] if value else ("x",)
        case None:
            yield "", "x"
        case _:
            for field in attrs.fields(type(value)):
                if (type(value), field.name) != (Framework, "extends"):
                    for name, other in variants(getattr(value, field.name)):
                        yield (
                            f"{type(value).__name__}.{field.name} {name}".strip(),
                            attrs.evolve(value, **{field.name: other}),
                        )


def test_a_digest_is_of_every_rule_of_a_pack() -> None:
    """Whatever is changed in one place, in whatever field of whatever entry."""
    pack = attrs.evolve(
        WOLVERHAMPTON,
        escalate=Escalate(after_days=28),
        answer_times=(AnswerTime(name="coroner", days=56),),
    )
    tried: dict[str, Framework] = {}
    for name, other in variants(pack):
        tried.setdefault(name, other)
    digests = {name: other.digest for name, other in tried.items()}

    assert [] == [name for name, digest in digests.items() if digest == pack.digest]
    fields = {part for name in tried for part in name.split()}
    assert {f"DutyEntry.{field.name}" for field in attrs.fields(DutyEntry)} <= fields
    assert len(digests) == len(set(digests.values())), "no two of them have one digest"


# What it knows


def test_a_kind_or_scale_that_a_pack_does_not_name_is_refused() -> None:
    pack = parse(GOOD, "ours.toml")

    with pytest.raises(RefusedError) as review:
        pack.review_kind("inquest")
    with pytest.raises(RefusedError) as audit:
        pack.audit_kind("case")
    with pytest.raises(RefusedError) as scale:
        pack.scale("stars")

    assert "review.unknown-kind" == review.value.rule
    assert "audit.unknown-kind" == audit.value.rule
    assert "audit.unknown-scale" == scale.value.rule
    assert ("case", "files") == (pack.review_kind("case").kind, pack.audit_kind("files").kind)
    assert ("pass", "fail") == pack.scale("marks").grades


def test_a_code_is_refused_where_the_pack_names_codes_and_not_this_one() -> None:
    """Where it names none, or leaves its kinds open, any is taken."""
    pack = parse(GOOD, "ours.toml")
    open_one = attrs.evolve(pack, open_kinds=True)

    with pytest.raises(RefusedError) as refused:
        pack.refuse_unknown("a.rule", "podcast", pack.channels, pack.in_force)
    pack.refuse_unknown("a.rule", "letter", pack.channels, pack.in_force)
    pack.refuse_unknown("a.rule", "podcast", (), pack.in_force)
    open_one.refuse_unknown("a.rule", "podcast", open_one.channels, pack.in_force)

    told = {"code": "podcast", "framework": "ours", "known": "letter"}
    assert ("a.rule", told) == (refused.value.rule, refused.value.facts)


def test_a_pack_knows_its_own_bodies_boards_and_standards_and_no_others() -> None:
    """A namespace without a board of its own, such as `wsb`, is joint."""
    pack = parse(GOOD, "ours.toml")
    standards = pack.standard_set("rules")

    assert [True, True, False] == [pack.names(r) for r in ("ours", "ours/training", "theirs")]
    assert [True, False, False] == [pack.has_board(r) for r in ("ours", "ours/training", "theirs")]
    assert not WOLVERHAMPTON.has_board("wsb")
    assert standards is not None
    assert ("Our rules", ("one",)) == (
        standards.title,
        tuple(entry.code for entry in standards.standards),
    )
    assert pack.standard_set("customs") is None


def test_a_review_or_an_audit_is_of_one_source_or_of_none() -> None:
    assert ["scr-sar", "quality-assurance", None] == [
        getattr(WOLVERHAMPTON.source_of(kind), "source", None) for kind in ("sar", "maca", "tea")
    ]


def rights(*given: Right) -> Framework:
    return attrs.evolve(parse(GOOD, "ours.toml"), rights=given)


ANY = Right(commands=("SetScope", "DecideHold"), kinds=("board",))
OF_A_CASE = Right(commands=("SetScope",), bodies=("ours",), of=("case",))
ANOTHER = Right(commands=("SetScope",), roles=("chair",))


@pytest.mark.parametrize(
    ("given", "kind", "holds"),
    [
        ((), "case", None),
        ((OF_A_CASE,), None, None),
        ((OF_A_CASE,), "visit", None),
        ((OF_A_CASE,), "case", OF_A_CASE),
        ((ANY, OF_A_CASE), "case", OF_A_CASE),
        ((ANY, OF_A_CASE), "visit", ANY),
        ((ANY, OF_A_CASE), None, ANY),
        ((OF_A_CASE, ANY), "case", ANY),
        ((ANY, OF_A_CASE, ANOTHER), "case", ANOTHER),
    ],
)
def test_of_several_rights_the_last_that_is_for_its_kind_holds(
    given: tuple[Right, ...], kind: str | None, holds: Right | None
) -> None:
    """A pack says first what holds for all, then what holds for some."""
    pack = rights(*given)

    assert holds is pack.right("SetScope", kind)
    assert (ANY if ANY in given else None) is pack.right("DecideHold", kind)
    assert pack.right("CloseReview", kind) is None


@pytest.mark.parametrize(
    ("command", "kind", "roles", "kinds"),
    [
        ("DecideHold", "scr", ("independent chair",), ("board",)),
        ("DecideHold", "sar", (), ("board",)),
        ("SetScope", "scr", (), ("board", "committee")),
        ("SetScope", "single-agency-review", (), ("board", "committee")),
        ("ConcludeAudit", "maca", (), ("board", "committee")),
    ],
)
def test_wolverhamptons_rights_depend_on_what_is_reviewed(
    command: str, kind: str, roles: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    """The chair decides on a serious case review; an organisation scopes its own (§1.3, §3.1)."""
    right = WOLVERHAMPTON.right(command, kind)

    assert right is not None
    assert (roles, kinds) == (right.roles, right.kinds)


def test_an_agency_concludes_its_own_audit() -> None:
    """When and how is its own to say (framework §3.5): the pack gives the right to no other."""
    assert WOLVERHAMPTON.right("ConcludeAudit", "single-agency") is None


# The packs that ship


def test_the_packs_that_ship_are_known_by_their_digests() -> None:
    """A store is held against them before any is read, so a pack that changes says so here."""
    shipped = load()
    digests = {pack.name: pack.digest for pack in (shipped.general, *shipped.packs)}
    folder = Path(str(lif_core.framework.__file__)).parent / "packs"

    assert DIGESTS == digests
    assert [*DIGESTS] == sorted(file.stem for file in folder.glob("*.toml"))


@pytest.mark.parametrize("name", packs())
def test_every_pack_that_ships_names_only_what_there_is(name: str) -> None:
    """Its bodies, kinds and scales are its own; its commands, events and milestones are real."""
    found = load(name)
    pack = found.general if name == GENERAL else found.packs[0]
    bodies = {body.ref for body in pack.bodies}
    reviewed = {kind.kind: kind for kind in pack.review_kinds}
    kinds = {*reviewed, *(kind.kind for kind in pack.audit_kinds)}
    scales = {scale.name for scale in pack.scales}

    assert name == pack.name
    for right in pack.rights:
        assert right.commands
        assert set(right.commands) <= Registry().commands.keys()
        assert set(right.bodies) <= bodies
        assert set(right.of) <= kinds
    for stage in pack.cycle:
        assert stage.events
        assert set(stage.events) <= Registry().events.keys()
    for source in pack.sources:
        assert set(source.kinds) <= kinds
        assert set(source.committees) <= bodies
    for duty in pack.duties:
        milestones = [
            {*MILESTONES, *reviewed[kind].milestones} for kind in duty.kinds if kind in reviewed
        ]
        assert duty.is_of_a_board or milestones
        assert all({duty.start, duty.stop} - {""} <= names for names in milestones)
        assert duty.in_force < duty.until
        assert duty.source is not None
        assert (duty.due(day("2018-01-01")) is not None) == duty.has_deadline
    assert {kind.scale for kind in pack.review_kinds} <= scales | {""}
    assert {one.scale for one in pack.standards} <= scales
    assert {kind.standards for kind in pack.audit_kinds} <= {
        "",
        *(one.name for one in pack.standards),
    }
    assert {pack.training_body} <= bodies | {""}


@pytest.mark.parametrize("name", [name for name in packs() if name != GENERAL])
def test_every_kind_that_a_pack_knows_is_of_a_source_of_learning(name: str) -> None:
    """Otherwise what it teaches would never be expected to be evaluated."""
    (pack,) = load(name).packs
    kinds = {kind.kind for kind in pack.review_kinds} | {kind.kind for kind in pack.audit_kinds}

    assert kinds == {kind for source in pack.sources for kind in source.kinds}


def test_the_general_pack_asks_for_nothing_but_rights() -> None:
    """Every life cycle, every kind, no duties: for boards that no pack governs."""
    general = load().general

    assert ((), (), ()) == (general.governs, general.duties, general.addressees)
    assert general is load().governing("elsewhere/1", day("2018-01-01"))
    assert "inquest" == general.review_kind("inquest").kind
    assert "walk" == general.audit_kind("walk").kind
    assert general.right("DecideHold", "scr") is None
    with pytest.raises(RefusedError, match=r"audit\.unknown-scale"):
        general.scale("stars")


def test_the_general_pack_goes_with_those_that_are_asked_for() -> None:
    one = load("wolverhampton-2017")

    assert ((WOLVERHAMPTON,), load().general) == (one.packs, one.general)
    assert set(packs()) == {GENERAL, *(pack.name for pack in load().packs)}
    assert () == load(GENERAL).packs


# What the seed says, word for word

PARTNERS = "LSCB/LSAB partners"
COMMITTEES = {
    "SCR": "wscb/scr",
    "SAR": "wsab/sar",
    "CDOP": "wscb/cdop",
    "JL&D": "wsb/jld",
    "QA": "wscb/qac",
    "PM": "wscb/pmc",
    "Q&P": "wsab/qpc",
}
# Method: what we learn, evaluation methods, key stakeholders, committees (Appendix A). The second
# row's "LSC/LSAB partners" is read as the partners of all other rows.
MATRIX: dict[str, tuple[str, str, str, str]] = {
    "SCR, SAR and subsequent briefings": (
        "Multi agency lessons; Single agency lessons; Risk assessment",
        "Inspection; peer review; audit",
        f"{PARTNERS}; Media; Service users; Ofsted; The public",
        "SCR; SAR; JL&D",
    ),
    "Multi agency reviews": (
        "Multi agency lessons; Single agency lessons",
        "Inspection; peer review; audit; Participant feedback",
        f"{PARTNERS}; Service users",
        "SCR; SAR; JL&D",
    ),
    "CDOP": (
        "Themes and trends; Modifiable factors",
        "Participant feedback; Annual report",
        "LSCB partners; Children and families; Ofsted",
        "CDOP; JL&D",
    ),
    "Quality Assurance and Performance management activities": (
        "Views of stakeholders; Organisational performance/trend; Quality of practice; "
        "Quantitative information",
        "Outcomes of these activities",
        f"{PARTNERS}; Service users; Ofsted",
        "QA; PM; Q&P",
    ),
    "Audits of single agency training": (
        "Quantity and quality of single agency training; Compliance with LSCB standards; "
        "Learning outcomes; Training needs provision",
        "Participant feedback; action plan feedback",
        PARTNERS,
        "JL&D",
    ),
    "Guidance and policy": (
        "Government priorities; Practice guidance; National perspective; Local policies",
        "Compliance with policy",
        f"{PARTNERS}; Media; Central Gov; Ofsted",
        "All committees",
    ),
}


@pytest.mark.parametrize(("method", "row"), MATRIX.items(), ids=MATRIX)
def test_each_row_of_appendix_a_is_in_the_pack(
    method: str, row: tuple[str, str, str, str]
) -> None:
    """What we learn, how it is evaluated, whom it concerns, who deals with it."""
    learn, evaluations, stakeholders, committees = (tuple(cell.split("; ")) for cell in row)
    every = {body.ref for body in WOLVERHAMPTON.bodies if body.kind == "committee"}
    asked = every if committees == ("All committees",) else {COMMITTEES[one] for one in committees}

    (source,) = (source for source in WOLVERHAMPTON.sources if source.name == method)

    assert learn == source.learn
    assert tuple(one.lower() for one in evaluations) == source.evaluations
    assert stakeholders == source.stakeholders
    assert asked == set(source.committees)
    assert "Appendix A" in source.paragraph


def test_besides_appendix_a_the_pack_has_the_inspections_of_the_text() -> None:
    """They are sources of learning too (framework §3.4), of which the matrix has no row."""
    others = [one.source for one in WOLVERHAMPTON.sources if one.name not in MATRIX]

    assert ["inspection-peer-review"] == others


LISTS: dict[str, tuple[str, ...]] = {
    "channels": (
        "Single agency training",
        "Multi agency training of the boards",
        "Conferences",
        "Best practice briefings and forums",
        "Newsletters of the boards",
        "Awareness campaigns",
    ),
    "routes": (
        "Policy and protocol development",
        "Reflective practice and supervision",
        "Collaborative joint working arrangements",
        "Service team meeting structures",
        "Multi agency training programmes of the boards",
    ),
    "plan_basis": (
        "The safeguarding profile of the area",
        "How the agencies are performing to meet those needs",
        "Data, trends, key performance indicators and the results of audits",
        "Multi-agency audits of case files, and the lessons in them",
    ),
    "training_evaluations": (
        "Feedback and evaluation",
        "Measures of improved practice",
        "Measures of improved outcomes",
        "Audit",
    ),
}


@pytest.mark.parametrize("key", LISTS)
def test_the_lists_of_the_seed_are_whole(key: str) -> None:
    """Six channels, five routes, four bases, four measures (framework §4.2, §4.3, §5.1, §5.5)."""
    entries: tuple[Any, ...] = getattr(WOLVERHAMPTON, key)

    assert LISTS[key] == tuple(entry.name for entry in entries)


# One pack extends another

OWN = """
name = "walsall"
title = "Walsall's own"
extends = "wolverhampton-2017"
governs = ["walsall-scb"]
in_force = 2018-07-01
training_body = ""
procurement_outside_pool = false
channels = [
    { code = "podcast", name = "Podcast" },
    { code = "newsletter", name = "Walsall's newsletter" },
]
[[bodies]]
ref = "walsall-scb/panel"
name = "Walsall's panel"
kind = "committee"
boards = ["walsall-scb"]
[[review_kinds]]
kind = "table-top"
name = "Walsall's table-top review"
[[duties]]
name = "completion"
kinds = ["table-top"]
start = "opened"
stop = "report accepted"
months = 3
[[rights]]
commands = ["ConcludeAudit", "DraftProcedure"]
bodies = ["walsall-scb/panel"]
of = ["maca"]
[[rights]]
commands = ["DraftProcedure"]
bodies = ["walsall-scb/panel"]
"""


@pytest.mark.parametrize("base", packs())
def test_a_pack_that_only_extends_another_says_the_same(base: str) -> None:
    """Under a name of its own."""
    found = load(base)
    pack = found.general if base == GENERAL else found.packs[0]
    own = parse(f'name = "own"\ntitle = "Own"\nextends = "{base}"\n', "own.toml")

    assert attrs.evolve(pack, name="own", title="Own", extends=base) == own


def test_what_a_pack_gives_itself_takes_the_place_of_what_it_extends() -> None:
    """Single values are replaced, also by what is the default; whom it governs is its own."""
    own = parse(OWN, "walsall.toml")

    assert ("walsall", ("walsall-scb",), day("2018-07-01")) == (
        own.name,
        own.governs,
        own.in_force,
    )
    assert ("", False) == (own.training_body, own.procurement_outside_pool)
    assert WOLVERHAMPTON.small_counts == own.small_counts
    assert WOLVERHAMPTON.horizons == own.horizons


def test_its_entries_take_the_place_of_their_namesakes_and_all_others_stay() -> None:
    """One kind reworded, one duty replaced, one channel more."""
    own = parse(OWN, "walsall.toml")
    kept = [entry for entry in WOLVERHAMPTON.channels if entry.code != "newsletter"]

    assert "Walsall's table-top review" == own.review_kind("table-top").name
    assert not own.review_kind("table-top").threshold
    assert len(WOLVERHAMPTON.review_kinds) == len(own.review_kinds)
    assert WOLVERHAMPTON.review_kind("scr") == own.review_kind("scr")
    assert [("table-top",)] == [duty.kinds for duty in own.duties if duty.name == "completion"]
    assert {duty.name for duty in WOLVERHAMPTON.duties} == {duty.name for duty in own.duties}
    assert [*(entry.name for entry in kept), "Podcast", "Walsall's newsletter"] == [
        entry.name for entry in own.channels
    ]
    assert (WOLVERHAMPTON.routes, WOLVERHAMPTON.scales) == (own.routes, own.scales)


def test_its_rights_come_after_those_it_extends_and_the_last_for_a_kind_holds() -> None:
    own = parse(OWN, "walsall.toml")
    panel = ("walsall-scb/panel",)

    assert WOLVERHAMPTON.rights == own.rights[: len(WOLVERHAMPTON.rights)]
    assert [panel, (), panel] == [
        getattr(own.right(command, kind), "bodies", None)
        for command, kind in (
            ("ConcludeAudit", "maca"),
            ("ConcludeAudit", "section-11"),
            ("DraftProcedure", None),
        )
    ]
    assert WOLVERHAMPTON.right("CommissionCourse", None) == own.right("CommissionCourse", None)


def test_what_it_extends_is_a_pack_that_ships() -> None:
    where, why = mistake(OWN.replace("wolverhampton-2017", "wolverhampton-2071"))

    assert "ours.toml: extends" == where
    assert "no pack 'wolverhampton-2071'" in why
    assert all(name in why for name in packs())


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        (
            'bodies = ["walsall-scb/panel"]\nof',
            'bodies = ["walsall"]\nof',
            f"rights[{len(WOLVERHAMPTON.rights)}].bodies",
        ),
        ('kinds = ["table-top"]', 'kinds = ["table-flat"]', "duties[completion].kinds"),
        ('name = "Walsall\'s panel"', 'name = "JL&D"', "bodies.also"),
    ],
    ids=["a stranger", "a strange kind", "a name taken"],
)
def test_the_whole_is_checked_not_only_what_is_its_own(right: str, wrong: str, where: str) -> None:
    """It may name what it extends, and must not contradict it."""
    assert 1 == OWN.count(right)
    found, _ = mistake(OWN.replace(right, wrong))

    assert f"ours.toml: {where}" == found


def test_a_pack_keeps_the_horizons_that_it_does_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack that it extends says when a change is no longer fresh; it says how far apart."""
    base = attrs.evolve(WOLVERHAMPTON, horizons=Horizons(fresh=200, apart=30))
    monkeypatch.setattr(loader, "_shipped", lambda _: base)
    own = parse(f"{OWN}\n[horizons]\napart = 60\n", "ours.toml")

    assert Horizons(fresh=200, apart=60) == own.horizons


def test_packs_are_told_from_others_without_being_read() -> None:
    """A saved view is resumed by packs that nobody needs for it; the boards count as well."""

    def read(name: str) -> Framework:
        raise AssertionError(f"{name} was read")

    unread = Frameworks.to_be_read("general", loader.DIGESTS, read)

    assert load().identity == unread.identity
    assert Frameworks(load().general, load().packs).identity == unread.identity
    assert load().of_boards(["wscb"]).identity != unread.identity
    assert load("wolverhampton-2017").identity != unread.identity


def test_a_board_is_bound_by_its_own_pack_from_the_day_it_is_in_force() -> None:
    """Through the public API: the same decision is another committee's from then on."""
    own = parse(
        'name = "later"\ntitle = "Later"\nextends = "wolverhampton-2017"\nin_force = 2019-01-01\n'
        '[[rights]]\ncommands = ["DraftProcedure"]\nbodies = ["wscb/qac"]\n',
        "later.toml",
    )
    app = application(load().plus(own))

    def drafted(by: Any, on: str) -> str | None:
        try:
            app.handle(DraftProcedure(by=by, on=day(on), procedure=f"wscb/{on}", title="T"))
        except RefusedError as refused:
            return refused.rule
        return None

    assert [None, "authority.not-entitled"] == [
        drafted(by, "2018-12-31") for by in (POLICY, QUALITY)
    ]
    assert ["authority.not-entitled", None] == [
        drafted(by, "2019-01-01") for by in (POLICY, QUALITY)
    ]


def test_a_pack_that_does_not_ship_is_named() -> None:
    """Not a file that is missing somewhere."""
    with pytest.raises(MalformedError, match="no pack nowhere; there are: general"):
        load("nowhere")


def test_of_two_packs_that_begin_on_one_day_the_one_named_last_holds() -> None:
    """An embedder's own takes the place of the one that it extends."""
    own = parse(
        'name = "ours"\ntitle = "Ours"\nextends = "wolverhampton-2017"\n'
        '[[bodies]]\nref = "wsb/police"\nname = "Our police"\nkind = "agency"\n',
        "ours.toml",
    )
    frameworks = load().plus(own)
    police = frameworks.body("wsb/police")

    assert "ours" == frameworks.governing("wscb/1", day("2018-01-01")).name
    assert police is not None
    assert "Our police" == police.name


def test_a_pack_governs_boards_of_which_it_names_a_body() -> None:
    """Under a slip of the pen every rule would be off for the boards that were meant."""
    text = GOOD.replace('governs = ["ours"]', 'governs = ["theirs"]', 1)

    assert ("ours.toml: governs", "not the name of a board here: theirs") == mistake(text)
