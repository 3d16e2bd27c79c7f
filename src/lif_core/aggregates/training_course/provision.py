"""The course is put on the programme, from the training pool or by a provider, and assessed."""

from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import refuse_before_last, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import (
    Code,
    CourseRef,
    PersonalText,
    StreamRef,
    Text,
    TrainingStandardCode,
    message,
)


@message
class ProvideCourse(Command):
    """The boards provide the course themselves, from the training pool (framework §4.6).

    *arising_from* are the streams of the learning it answers: reviews, audits, recommendations.
    *single_agency*: it is for one agency; otherwise it brings several together.
    """

    course: CourseRef
    title: Text
    arising_from: tuple[StreamRef, ...] = ()
    single_agency: bool = False


@message
class CourseProvided(ProvideCourse, Event[ProvideCourse]):
    """The course is in the programme."""


@message
class CommissionCourse(Command):
    """A provider is commissioned: outside the training pool, under procurement rules (framework
    §4.7).
    """

    course: CourseRef
    title: Text
    provider: PersonalText
    in_pool: bool
    procurement: Code | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class CourseCommissioned(CommissionCourse, Event[CommissionCourse]):
    """The course is in the programme, given by *provider*."""


@message
class AssessCourse(Command):
    """The course is found to meet a *standard* of the framework or the programme, or not to
    (framework §4.6, §5.4).
    """

    course: CourseRef
    standard: TrainingStandardCode
    met: bool
    note: PersonalText


@message
class CourseAssessed(AssessCourse, Event[AssessCourse]):
    """A later assessment against the same standard replaces it."""


def provide(command: ProvideCourse, state: TrainingCourse) -> tuple[CourseProvided, ...]:
    refuse_second("course.reference-taken", state.begun)
    return (CourseProvided.of(command),)


def commission(
    command: CommissionCourse, state: TrainingCourse, framework: Framework
) -> tuple[CourseCommissioned, ...]:
    """Require a procurement reference outside the training pool (framework §4.7)."""
    ruled = framework.procurement_outside_pool and not command.in_pool
    if ruled and command.procurement is None:
        raise RefusedError("course.procurement-reference", provider=command.provider)
    refuse_second("course.reference-taken", state.begun)
    return (CourseCommissioned.of(command),)


def assess(command: AssessCourse, state: TrainingCourse) -> tuple[CourseAssessed, ...]:
    refuse_before_last("course.out-of-order", command, state.assessed.get(command.standard))
    return (CourseAssessed.of(command),)
