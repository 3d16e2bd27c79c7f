"""Who decides is checked where somebody says it, and not again where it is read."""

import copy
import pickle
from typing import Any

import msgspec
import pytest

from lif_core import Authority
from lif_core.errors import MalformedError
from lif_core.values.authority import Deliberation

CHAIR: dict[str, Any] = {"person": "A. Chair", "role": "independent chair", "body": "wscb"}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"person": " "}, "by.person"),
        ({"person": 7}, "by.person"),
        ({"role": "on\ntwo lines"}, "by.role"),
        ({"body": "No board"}, "by.body"),
        ({"deliberation": "because"}, "by.deliberation"),
        ({"deliberation": Deliberation(options=("",))}, "by.deliberation.options[0]"),
    ],
)
def test_an_authority_checks_what_it_is_given(fields: dict[str, Any], where: str) -> None:
    """The slip is told where it is made, before any command."""
    with pytest.raises(MalformedError) as refusal:
        Authority(**CHAIR | fields)

    assert where == refusal.value.field


def test_it_is_spelt_in_one_way() -> None:
    """A name typed with a combining accent is the name."""
    assert Authority(**CHAIR | {"person": "Ame\u0301lie"}).person == "Am\u00e9lie"


def test_it_pickles_copies_and_comes_from_the_log_as_it_was() -> None:
    chair = Authority(**CHAIR)

    assert chair == pickle.loads(pickle.dumps(chair))
    assert chair == copy.deepcopy(chair)
    assert chair == msgspec.json.decode(msgspec.json.encode(chair), type=Authority)
