"""Many clients for a moment, whatever happens: nothing is lost, nothing is there twice.

`python -m tests.faults.load` does so for two minutes.
"""

import pytest

from tests.faults.load import Load, run


@pytest.mark.parametrize(
    ("store", "faults"),
    [
        ("sqlite", {}),
        ("postgresql", {}),
        ("postgresql", {"kills": 1, "cuts": 1, "silences": 1}),
    ],
    ids=["sqlite", "postgresql", "postgresql that fails"],
)
def test_what_was_answered_is_on_record_once(store: str, faults: dict[str, int]) -> None:
    """In its order, too, for who reads along.

    How much is asked while a server is down depends on the machine, but each client asks.
    """
    outcome = run(store, Load(seconds=2, clients=8, processes=2, **faults))

    assert outcome.is_sound, outcome
    assert outcome.commands >= (8 if faults else 50)
    assert not faults or outcome.asked_again
