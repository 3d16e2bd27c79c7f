"""The authority by which a decision is taken: a person, in a role, for a body; and how they came
to it (framework §3).
"""

from msgspec import Struct

from lif_core.values.fields import BodyRef, Code, PersonalName, PersonalText


class Dissent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A disagreement with a decision: which *body*, and which *person*, and their *reasons*."""

    body: BodyRef
    person: PersonalName | None = None
    reasons: PersonalText

    @property
    def words(self) -> str:
        """The body, or the person, that disagreed, and why."""
        person = f"{self.person}, " if self.person else ""
        return f"{person}{self.body}: {self.reasons}"


class Paper(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document that a decision rests on: its *title*, and *where* it is kept."""

    title: PersonalText
    where: PersonalName | None = None

    @property
    def words(self) -> str:
        """Its title, and where it is kept."""
        return f"{self.title} ({self.where})" if self.where else self.title


class Deliberation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a decision was come to: the *reasons* for it, the *options* that were considered, any
    *dissent*, and the *papers* it rests on.

    *meeting* is the one at which it was taken: one of the deciding body, which is on record.
    """

    meeting: Code | None = None
    reasons: PersonalText | None = None
    options: tuple[PersonalText, ...] = ()
    dissent: tuple[Dissent, ...] = ()
    papers: tuple[Paper, ...] = ()


class Authority(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A *person*, acting as *role*, for *body*; and how they decided, their *deliberation*.

    Accountability in `lif` is a body's. The person is on the record, so that a decision can be
    traced to who took it. No view counts or ranks people (framework §2.2, §3).
    """

    person: PersonalName
    role: Code
    body: BodyRef
    deliberation: Deliberation | None = None
