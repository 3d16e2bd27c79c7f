"""The decisions that the lives of the benchmarks do without, so that each event happens once: they
are decided among those, about some of the same streams. All cases are fictional.

Whoever adds an event adds a command here, or in `tests/benchmarks/lives.py`, in which it shows.
"""

from collections.abc import Iterator

from tests.benchmarks.lives import JSON, ask, on


def rare() -> Iterator[JSON]:
    """Yield the commands, in no order of their days."""
    yield from _other_reviews()
    yield from _public_wordings()
    course: JSON = {"course": "wsb/course-1~", "session": "s-9"}
    held = {"held": on(300), "capacity": 20}
    yield ask("ScheduleSession", 150, "wsb/jld", **course, **held)
    yield ask("CancelSession", 170, "wsb/jld", **course, reasons="Nobody booked")


def _other_reviews() -> Iterator[JSON]:
    """A review that ends without a report, and a milestone that a pack names."""
    stopped: JSON = {"review": "wscb/stopped~"}
    yield ask("OpenReview", 30, "wscb", **stopped, kind="lga-peer", title="A look")
    yield ask("DecideNotToInviteFamily", 40, "wscb", **stopped, reasons="There is none")
    yield ask("DiscontinueReview", 90, "wscb", **stopped, reasons="The inquest answers it")


def _public_wordings() -> Iterator[JSON]:
    """What the public reads of a recommendation of the review that was published."""
    rec: JSON = {"recommendation": "wscb/r-8~"}
    review: JSON = {"review": "wscb/scr~"}
    worded: JSON = {"wording": "In plain words"}
    yield ask("WordFinding", 400, "wscb", **review, finding="f-1", **worded)
    yield ask("WordRecommendation", 400, "wscb", **rec, **worded)
    yield ask("WordAction", 400, "wscb", **rec, **worded)
    yield ask("WordAnswer", 400, "wscb", **rec, body="wsb/lpp", **worded)
