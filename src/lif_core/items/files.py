"""The case files of an audit: how they were to be graded, and how they were."""

from attrs import define, field

from lif_core.aggregates import audit as a
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part
from lif_core.statistics.proportions import Share


@define(kw_only=True)
class Files:
    """An audit as it was *planned*, and as it was *concluded*, with the references of files that
    were *graded* one by one.

    It is a draft, which folding changes in place.
    """

    planned: a.AuditPlanned | None = None
    concluded: a.AuditConcluded | None = None
    graded: list[str] = field(factory=list)
    position: int = 0

    @property
    def references(self) -> tuple[str, ...]:
        """The references of its files, as far as they are on record."""
        listed = self.concluded.references if self.concluded else ()
        return listed or tuple(dict.fromkeys(self.graded))


def evolve(files: Files | None, record: Record) -> Files:
    files, event = files or Files(), record.event
    if isinstance(event, a.AuditPlanned):
        files.planned = event
    elif isinstance(event, a.FileGraded):
        files.graded.append(event.file)
    else:
        assert isinstance(event, a.AuditConcluded)
        files.concluded, files.position = event, record.position
    return files


filed = Item("files", (a.AuditPlanned, a.FileGraded, a.AuditConcluded), evolve)


def good_files(planned: a.AuditPlanned, concluded: a.AuditConcluded, part: Part) -> Share | None:
    """Return the files graded good or better, of those graded; `None` where there are none.

    The scale is that of the framework in force when the audit began, as they were graded by it.
    """
    framework = part.governing(planned.audit, planned.on)
    scale = next((scale for scale in framework.scales if scale.name == planned.scale), None)
    if scale is None:
        return None
    good = scale.grades[: scale.good]
    whole = sum(count.files for count in concluded.grades)
    return (
        Share(sum(c.files for c in concluded.grades if c.grade in good), whole) if whole else None
    )
