"""The public wording of a finding (framework §1.3): what happened may tell about a person, this
tells of nobody.
"""

from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import Code, ReviewRef, Text, message


@message
class WordFinding(Command):
    """The *wording* in which the public reads a finding, once the report is out."""

    review: ReviewRef
    finding: Code
    wording: Text


@message
class FindingWorded(WordFinding, Event[WordFinding]):
    """The finding has a public wording, in the place of any before it."""


def word(command: WordFinding, state: Review) -> tuple[FindingWorded, ...]:
    finding = state.findings.get(command.finding)
    if finding is None:
        raise RefusedError("review.no-such-finding", finding=command.finding)
    refuse_earlier("review.out-of-order", command, finding.on)
    return (FindingWorded.of(command),)
