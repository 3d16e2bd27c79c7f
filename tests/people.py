"""Who decides in the tests: a person, in a role, for a body."""

from datetime import date

from lif_core.queries.readership import Roles
from lif_core.values.authority import Authority

CHAIR = Authority(person="A. Chair", role="independent chair", body="wscb")
MANAGER = Authority(person="B. Manager", role="board manager", body="wscb")
QUALITY = Authority(person="Q. Lead", role="committee chair", body="wscb/qac")
POLICY = Authority(person="L. Policy", role="committee chair", body="wsb/lpp")
TRAINING = Authority(person="J. Learning", role="committee chair", body="wsb/jld")
POLICE = Authority(person="S. Lead", role="safeguarding lead", body="wsb/police")

TEXTS = Roles(("personal texts",))
"""The readership of whoever may read what may tell about a person, and nothing else kept."""
EVERYTHING = Roles(("child-death-panel", "every stream", "personal texts"))
"""The readership of whoever may know of each child's death, and so may read every view."""


def day(text: str) -> date:
    """A date, written as a reader reads it."""
    return date.fromisoformat(text)


def by(body: str) -> Authority:
    """Somebody of *body*."""
    return Authority(person="S. Body", role="member", body=body)
