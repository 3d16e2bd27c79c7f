"""Persons, as commands of the command line call them, and what is on record of their data."""

from lif_core.aggregates.data_subject import DataSubject
from lif_core.commands.application import Application
from lif_core.decisions.standing import standing_in
from lif_core.values.refs import stream_of


def state_of(app: Application, subject: str) -> DataSubject:
    """Return what is on record of the data of a person, by the id of their key."""
    decider = app.mapper.registry.categories["data_subject"]
    records = tuple(app.history(stream_of("data_subject", subject)))
    events = (each.event for each in standing_in(records, app.mapper.registry.categories).records)
    state: DataSubject | None = decider.fold(events)
    return state or DataSubject()


def described(app: Application, subject: str) -> str:
    """Return in words what is on record of the data of a person."""
    state = state_of(app, subject)
    words = []
    if state.erased is not None:
        words.append(f"erased on {state.erased.on}")
    if state.hold is not None:
        words.append(f"under a legal hold since {state.hold.on}")
    if state.retention is not None:
        words.append(f"to be kept until {state.retention.until}")
    return f"{subject}: {', '.join(words) or 'nothing on record'}"
