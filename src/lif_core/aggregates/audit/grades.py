"""Grades are ordinal: counted, never averaged; each is of a scale of the framework."""

from attrs import frozen

from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import (
    Count,
    EvaluationStandardCode,
    GradeCode,
)


@frozen(kw_only=True)
class GradeCount:
    """The count of case *files* that have this *grade*."""

    grade: GradeCode
    files: Count


@frozen(kw_only=True)
class StandardGrade:
    """The *grade* of an agency against one *standard* of the framework's set."""

    standard: EvaluationStandardCode
    grade: GradeCode


def refuse_unknown_grades(framework: Framework, name: str, grades: set[str]) -> None:
    """Refuse *grades* that the scale *name* does not have."""
    scale = framework.scale(name)
    if unknown := grades - set(scale.grades):
        raise RefusedError("audit.unknown-grade", grades=sorted(unknown), scale=scale.name)
