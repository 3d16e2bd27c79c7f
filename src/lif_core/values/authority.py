"""The authority by which a decision is taken: a person, in a role, for a body; and how they came
to it (framework §3).
"""

from typing import Any

from msgspec import Struct, StructMeta

from lif_core.values.fields import (
    BodyRef,
    Code,
    PersonalName,
    PersonalPlace,
    PersonalText,
    check_fields,
)


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
    where: PersonalPlace | None = None

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


class _Checked(StructMeta):
    """The class of a class of which each instance that a caller makes is checked.

    A `Struct` takes no `__init__`, and `__post_init__` would be called for each that is read from
    the log as well, whose command was checked.
    """

    def __call__(self, *args: Any, **fields: Any) -> Any:
        return check_fields("by", super().__call__(*args, **fields))


class Authority(Struct, frozen=True, kw_only=True, omit_defaults=True, metaclass=_Checked):
    """A *person*, acting as *role*, for *body*; and how they decided, their *deliberation*.

    It checks what it is given, as a command does, and so does each command that it is put in.

    Accountability in `lif` is a body's. The person is on the record, so that a decision can be
    traced to who took it. No view counts or ranks people (framework §2.2, §3).

    Raises:
        MalformedError: a field is not what its type says.
    """

    person: PersonalName
    role: Code
    body: BodyRef
    deliberation: Deliberation | None = None
