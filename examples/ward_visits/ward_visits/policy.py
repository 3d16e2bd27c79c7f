"""The policy: a visit that finds something holds the ward to account for it."""

from collections.abc import Iterator

from lif_core import Authority, Command, Framework, Policy, Record
from lif_core.aggregates.challenge import Manner, RaiseChallenge
from ward_visits.visit import WardVisitMade


def challenge_what_a_visit_found(record: Record, framework: Framework) -> Iterator[Command]:
    match record.event:
        case WardVisitMade(concern=str() as concern) as made:
            yield RaiseChallenge(
                by=Authority(person="lif", role="policy", body=made.by.body),
                on=made.on,
                challenge=f"{made.visit}-concern",
                manner=Manner.CHALLENGE,
                to=f"{made.visit.partition('/')[0]}/wards",
                concern=concern,
                about=record.stream,
            )
        case _:
            return


policy = Policy(name="challenge-what-a-visit-found", react=challenge_what_a_visit_found)
