"""How far training reached, why it was put on, and what came of it (framework §4.6, §4.7, §5.3 to
§5.5): counts, with their denominators.

A cancelled session counts for nothing but itself; what a cancelled audit reported counts not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import TypeAlias

from lif_core.items.agencies import agencies
from lif_core.items.audit import reporting
from lif_core.items.body import merger_item, registration_item
from lif_core.items.completions import COMPLETED, CompletionRow
from lif_core.items.course import course_item
from lif_core.projection.projection import PROGRAM, AsOf, Columns, Name, Projection, Totals
from lif_core.projection.tables import Table
from lif_core.statistics.proportions import Share
from lif_core.values.evidence import TrainingLevel
from lif_core.views.training import parts
from lif_core.views.training.rows import (
    AgencyRow,
    BookingRow,
    LevelRow,
    Mix,
    ProfessionRow,
    Training,
    TrainingStandardRow,
)

Counted: TypeAlias = Mapping[Name, Columns]
"""Counts, by the row that they are of, by the column."""


def total(everything: Totals) -> Training:
    totals = everything.columns("totals").get((), {})
    standards = (everything.columns(group) for group in ("begun", "standards", "answers"))
    return Training(
        **everything.times,
        courses=totals.get("courses", 0),
        attended=totals.get("attended", 0),
        sessions=everything.table("sessions"),
        evaluations=everything.table("evaluations"),
        levels=Table(partial(_levels, everything.columns("levels"), totals.get("sessions", 0))),
        mix=_mix(everything, totals),
        bookings=Table(partial(_bookings, everything.columns("bookings"))),
        catalogue=everything.table("catalogue").by("course"),
        standards=Table(partial(_standards, everything.as_of, *standards)),
        arising=everything.table("arising"),
        completions=everything.table("completions").by("agency", "group", "on", "audit"),
        programmes=everything.table("programmes"),
    )


def _levels(evaluations: Counted, held: int) -> Iterator[LevelRow]:
    """Yield each level, after so many months, by a measure: a session is evaluated once by all
    three, so that nobody counts twice.
    """
    for level in map(int, TrainingLevel):
        names = sorted(name for name in evaluations if name[0] == level)
        for name in names or [(level, None, "")]:
            columns = evaluations.get(name, {})
            attended, replies, positive = (
                columns.get(column, 0) for column in ("attended", "replies", "positive")
            )
            yield LevelRow(
                level=level,
                months=name[1],
                measure=name[2] or None,
                sessions=columns.get("sessions", 0),
                held=held,
                attended=attended,
                replies=replies,
                reply_rate=Share(replies, attended).rate,
                positive=positive,
                positive_of_replies=Share(positive, replies).rate,
                positive_at_least=Share(positive, attended).rate,
            )


def _mix(everything: Totals, totals: Columns) -> Mix:
    came = {ref: number for (ref,), number in everything.counts("agencies").items()}
    merged = {ref for (ref,) in everything.counts("merged")}
    of = sum(came.values())
    return Mix(
        sessions=totals.get("sessions", 0),
        known=totals.get("known", 0),
        attended=totals.get("attended", 0),
        of=of,
        agencies=Table(partial(_agencies, agencies(everything) - merged, came, of)),
        professions=Table(partial(_professions, everything.columns("professions"), of)),
    )


def _agencies(expected: set[str], came: Mapping[str, int], of: int) -> Iterator[AgencyRow]:
    for ref in sorted(expected.union(came)):
        attended = came.get(ref, 0)
        yield AgencyRow(
            agency=ref,
            attended=attended,
            of=of,
            share=Share(attended, of).rate,
            represented=ref in came if of else None,
        )


def _professions(professions: Counted, of: int) -> Iterator[ProfessionRow]:
    for (name,), columns in sorted(professions.items()):
        attended = columns.get("attended", 0)
        share = Share(attended, of).rate
        yield ProfessionRow(profession=name, attended=attended, of=of, share=share)


def _bookings(agencies: Counted) -> Iterator[BookingRow]:
    of = sum(columns["places"] for columns in agencies.values())
    for (ref,), columns in sorted(agencies.items()):
        share = Share(columns["places"], of).rate
        yield BookingRow(agency=ref, **columns, of=of, share=share)


def _standards(
    as_of: AsOf, begun: Counted, programmes: Counted, answers: Counted
) -> Iterator[TrainingStandardRow]:
    """Yield each standard that courses are held against: those of their framework, and those of
    the programmes that they may be in, of the same board or of one that the framework governs.
    """
    courses: dict[Name, Counter[str]] = defaultdict(Counter)
    bases: dict[str, dict[str, str]] = {}
    for board, number in begun.get((), {}).items():
        framework = as_of.packs.governing(board, as_of.valid)
        linked = {board, *(framework.governs if board in framework.governs else ())}
        of_programmes = (standard for owner in linked for standard in programmes.get((owner,), ()))
        bases[board] = dict.fromkeys(of_programmes, "programme")
        bases[board] |= dict.fromkeys((s.code for s in framework.training_standards), "framework")
        for standard, basis in bases[board].items():
            courses[basis, standard]["not_assessed"] += number
    for (board, standard, basis), columns in answers.items():
        for answer, number in columns.items():
            counted = courses[bases[board].get(standard, basis), standard]
            counted[answer] += number
            if standard in bases[board]:
                counted["not_assessed"] -= number
    for (basis, standard), counted in sorted(courses.items()):
        yield TrainingStandardRow(
            standard=standard,
            basis=basis,
            courses=counted.total(),
            met=counted["met"],
            not_met=counted["not_met"],
            not_assessed=counted["not_assessed"],
        )


training = Projection(
    name="training",
    view=Training,
    parts={
        merger_item: parts.add_merged,
        registration_item: parts.add_registered,
        parts.learned: parts.say_learned,
        parts.calls: parts.say_calls,
        reporting: parts.add_audit,
        parts.programme: parts.add_programme,
        course_item: parts.add_course,
    },
    says={
        parts.KIND: str,
        parts.SOURCE: str,
        parts.CALLED: tuple[date, int, str],
        parts.ON_RECORD: bool,
        parts.INCLUDED: str,
        parts.ARISING: tuple[str, str],
        COMPLETED: CompletionRow,
    },
    groups={
        parts.CALLED: parts.add_called_for,
        parts.ARISING: parts.add_arising,
        COMPLETED: parts.add_completions,
    },
    total=total,
    edition=PROGRAM,
)
