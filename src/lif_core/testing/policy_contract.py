"""The contract of a policy, for the test suite of a host, in three lines.

class TestChallengeWhatWasDeclined(PolicyContract):
    policy = challenge_what_was_declined
"""

from random import Random
from typing import ClassVar, TypeAlias

import attrs
from hypothesis import given
from hypothesis import strategies as st

from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.policies.policy import Followed, Policy
from lif_core.testing.catalogue import Catalogue, shipped
from lif_core.testing.history import GeneratedHistory, everything, histories
from lif_core.values.refs import ref_of

Asked: TypeAlias = tuple[Command, ...] | str


class PolicyContract:
    """The behaviour of a `lif_core.Policy`; give a *policy*.

    *lives* are what generated histories are made of: give those of a host's own aggregates beside
    the shipped ones, where the policy reacts to them.
    """

    policy: ClassVar[Policy]
    lives: ClassVar[Catalogue | None] = None

    def test_it_reacts(self) -> None:
        """To some entry of all that the lives have: else nothing here says anything of it."""
        history = everything(self._lives())

        assert any(self._asked(history, record) for record in history.records), "it never reacts"

    def test_it_is_pure(self) -> None:
        """The same entry leads to the same commands, whatever it saw in between, in any order."""

        @given(self._histories(), st.randoms(use_true_random=False))
        def react(history: GeneratedHistory, random: Random) -> None:
            first = {record.position: self._asked(history, record) for record in history.records}
            again = list(history.records)
            random.shuffle(again)
            for record in again:
                commands = self._asked(history, record)
                assert first[record.position] == commands, f"another time: {commands}"

        react()

    def test_it_reacts_once(self) -> None:
        """Followed again, to its own reactions as well, it has nothing more to ask."""

        @given(self._histories())
        def follow(history: GeneratedHistory) -> None:
            self._follow(history.application, self.policy)
            followed = self._follow(history.application, self.policy)

            assert (followed.read, followed.records) == (0, ()), "it reacted twice"

        follow()

    def test_its_reactions_do_not_depend_on_how_far_it_has_read(self) -> None:
        """Entry by entry or all at once, it asks the same of the same log."""

        @given(self._histories())
        def follow(history: GeneratedHistory) -> None:
            logs = []
            for page in (1, 1_000):
                recorder = MemoryRecorder()
                history.write(recorder)
                application = history.on(recorder)
                self._follow(application, self.policy, page=page)
                logs.append([(record.stream, record.event) for record in application.history()])

            assert logs[0] == logs[1]

        follow()

    def test_what_it_asks_is_quiet_the_second_time(self) -> None:
        """Under another name it reacts to the whole log again, and nothing more is recorded."""

        @given(self._histories())
        def follow(history: GeneratedHistory) -> None:
            first = self._follow(history.application, self.policy)
            renamed = attrs.evolve(self.policy, name=f"{self.policy.name[:80]} again")
            again = self._follow(history.application, renamed)

            assert again.records == (), f"asked again, after {first.records}"

        follow()

    def _lives(self) -> Catalogue:
        return self.lives or shipped()

    def _histories(self) -> st.SearchStrategy[GeneratedHistory]:
        return histories(self._lives())

    def _asked(self, history: GeneratedHistory, record: Record) -> Asked:
        """Return what the policy asks because of *record*, or why that cannot be made."""
        framework = history.application.frameworks.governing(
            ref_of(record.stream), record.event.on
        )
        try:
            return tuple(self.policy.react(record, framework))
        except (MalformedError, RefusedError) as error:
            return str(error)

    def _follow(self, application: Application, policy: Policy, page: int = 1_000) -> Followed:
        return application.follow([policy], day_policies=(), page=page)
