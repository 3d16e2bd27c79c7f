"""The framework as data: read strictly, in force from a date, for the boards it governs."""

import pytest

from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import GENERAL, MILESTONES, Framework, Frameworks, load, packs, parse
from lif_core.registry import Registry
from tests.people import day

GOOD = """
name = "ours"
title = "Our framework"
governs = ["ours"]
in_force = 2018-01-01
[[bodies]]
ref = "ours"
name = "Our board"
kind = "board"
[[review_kinds]]
kind = "case"
name = "A case review"
[[clocks]]
name = "decision"
kinds = ["case"]
start = "notified"
stop = "decided"
months = 1
"""


@pytest.mark.parametrize("name", packs())
def test_every_pack_that_ships_can_be_read_and_names_only_what_there_is(name: str) -> None:
    """Rights are of commands there are, clocks run between milestones that reviews have."""
    pack = load(name).general if name == GENERAL else load(name).packs[0]

    assert name == pack.name
    assert {right.command for right in pack.rights} <= set(Registry().commands)
    for clock in (*pack.clocks, *pack.notices):
        assert {clock.start, clock.stop} <= MILESTONES
    refs = [body.ref for body in pack.bodies]
    assert sorted(set(refs)) == sorted(refs)


def test_a_pack_is_read_into_its_types() -> None:
    pack = parse(GOOD, "ours.toml")

    assert ("ours", ("ours",), day("2018-01-01")) == (pack.name, pack.governs, pack.in_force)
    assert day("2018-03-15") == pack.clocks[0].due(day("2018-02-15"))


@pytest.mark.parametrize(
    ("change", "where", "problem"),
    [
        (('title = "Our framework"', "title = 5"), "ours.toml", "$.title"),
        (('title = "Our framework"', ""), "ours.toml", "$.title"),
        (('kind = "board"', 'kind = "board"\nkinds = "x"'), "ours.toml", "$.bodies[0]"),
        (("months = 1", 'months = "1"'), "ours.toml", "$.clocks[0].months"),
        (("months = 1", "months = true"), "ours.toml", "$.clocks[0].months"),
        (("months = 1", "months = 1\nworking_days = 5"), "ours.toml: clocks[0]", "one of them"),
        (("months = 1", ""), "ours.toml: clocks[0]", "one of them"),
        (('kinds = ["case"]', 'kinds = ["cases"]'), "ours.toml: clocks[0].kinds", "cases"),
        (('name = "ours"', "name ="), "ours.toml", "not TOML"),
        (("in_force = 2018-01-01", 'in_force = "2018"'), "ours.toml", "$.in_force"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(
    change: tuple[str, str], where: str, problem: str
) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(GOOD.replace(*change), "ours.toml")

    assert where == caught.value.field
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ('[[rights]]\ncommand = "X"\nbodies = ["theirs"]', "ours.toml: rights[0].bodies"),
        ('[[scales]]\nname = "s"\ngrades = ["a"]\ngood = 2', "ours.toml: scales[0].good"),
        (
            '[[notices]]\nname = "n"\nkinds = ["other"]\nstart = "a"\nstop = "b"\nmonths = 1',
            "ours.toml: notices[0].kinds",
        ),
    ],
)
def test_what_contradicts_itself_is_no_pack(more: str, where: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(GOOD + more, "ours.toml")

    assert where == caught.value.field


def test_the_pack_in_force_is_the_latest_that_has_begun() -> None:
    """For boards that none governs, and before the first one, it is the general pack."""
    first = parse(GOOD, "a.toml")
    later = parse(
        GOOD.replace("2018-01-01", "2019-01-01").replace('"ours"', '"ours"', 1), "b.toml"
    )
    general = Framework(name="general", title="None")
    frameworks = Frameworks(general, (first, later))

    assert general is frameworks.governing("ours/1", day("2017-12-31"))
    assert first is frameworks.governing("ours/1", day("2018-12-31"))
    assert later is frameworks.governing("ours/1", day("2019-01-01"))
    assert general is frameworks.governing("theirs/1", day("2019-01-01"))
    assert "Our board" == getattr(frameworks.body("ours"), "name", None)
    assert frameworks.body("theirs") is None


def test_a_kind_or_scale_that_a_pack_does_not_name_is_refused() -> None:
    pack = parse(GOOD, "ours.toml")

    with pytest.raises(RefusedError, match=r"review\.unknown-kind"):
        pack.review_kind("inquiry")
    with pytest.raises(RefusedError, match=r"audit\.unknown-scale"):
        pack.scale("ofsted")
    assert "inquiry" == load().general.review_kind("inquiry").kind
