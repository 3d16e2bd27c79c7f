"""The authority by which a decision is taken: a person, in a role, for a body (framework §3)."""

from attrs import frozen

from lif_core.values.fields import BodyRef, Code, PersonalName


@frozen(kw_only=True)
class Authority:
    """A *person*, acting as *role*, for *body*; at *meeting*, where there was one.

    Accountability in `lif` is a body's. The person is on the record, so that a decision can be
    traced to who took it. No view counts or ranks people (framework §2.2, §3).
    """

    person: PersonalName
    role: Code
    body: BodyRef
    meeting: Code | None = None
