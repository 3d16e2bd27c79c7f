"""The reach of training, the reasons for it, and its effects (framework §4.6, §4.7, §5.3 to §5.5).

All figures are counts, with their denominators. A cancelled session counts only among the
cancelled ones; what a cancelled audit reported does not count.
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

Counts: TypeAlias = Mapping[Name, Columns]
"""Counts of one group: for each row, the number in each of its columns."""


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
        programme_steps=everything.table("programme_steps"),
    )


def _levels(evaluations: Counts, held: int) -> Iterator[LevelRow]:
    """Yield a row for each level, number of months and measure.

    A session is evaluated only once with the same three, so nobody counts twice in a row.
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
    attended = {ref: number for (ref,), number in everything.counts("agencies").items()}
    merged = {ref for (ref,) in everything.counts("merged")}
    known = sum(attended.values())
    return Mix(
        sessions=totals.get("sessions", 0),
        known=totals.get("known", 0),
        attended=totals.get("attended", 0),
        of=known,
        agencies=Table(partial(_agencies, agencies(everything) - merged, attended, known)),
        professions=Table(partial(_professions, everything.columns("professions"), known)),
    )


def _agencies(expected: set[str], attended: Mapping[str, int], known: int) -> Iterator[AgencyRow]:
    for ref in sorted(expected.union(attended)):
        number = attended.get(ref, 0)
        yield AgencyRow(
            agency=ref,
            attended=number,
            of=known,
            share=Share(number, known).rate,
            represented=ref in attended if known else None,
        )


def _professions(professions: Counts, known: int) -> Iterator[ProfessionRow]:
    for (name,), columns in sorted(professions.items()):
        attended = columns.get("attended", 0)
        share = Share(attended, known).rate
        yield ProfessionRow(profession=name, attended=attended, of=known, share=share)


def _bookings(agencies: Counts) -> Iterator[BookingRow]:
    places = sum(columns["places"] for columns in agencies.values())
    for (ref,), columns in sorted(agencies.items()):
        share = Share(columns["places"], places).rate
        yield BookingRow(agency=ref, **columns, of=places, share=share)


def _standards(
    as_of: AsOf, begun: Counts, programmes: Counts, answers: Counts
) -> Iterator[TrainingStandardRow]:
    """Yield a row for each standard that courses are held against.

    These are the standards of their framework, and of the programmes that they may be in: those of
    the same board, or of one that the framework governs.
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
        merger_item: parts.add_merger,
        registration_item: parts.add_registration,
        parts.learning_item: parts.say_learning,
        parts.calls_item: parts.say_calls,
        reporting: parts.add_audit,
        parts.programme_item: parts.add_programme,
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
    identity=(parts.KIND, parts.SOURCE),
    total=total,
    edition=PROGRAM,
)
