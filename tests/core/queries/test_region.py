"""A region sees several boards and stores beside each other, each at its own times."""

from datetime import UTC, datetime

import pytest

from lif_core.commands.application import Application
from lif_core.errors import MalformedError, NotEntitledError
from lif_core.log.memory import MemoryRecorder
from lif_core.queries.reader import Reader
from lif_core.queries.region import Region
from lif_core.views import PROJECTIONS
from lif_core.views.conduct import conduct
from lif_core.views.lessons import lessons
from tests.core.commands.test_board_application import WSAB, application, review
from tests.people import TEXTS, day

END = day("2019-01-01")


def two_boards() -> Application:
    app = application()
    app.handle(review("wscb/1"))
    app.handle(review("wsab/1", (), WSAB))
    app.handle(review("wsab/2", ("wsab", "wscb"), WSAB))
    return app


def test_boards_of_one_store_are_shown_side_by_side_and_what_is_joint_under_each() -> None:
    app = two_boards()
    region = Region({name: app.for_board(name) for name in ("wscb", "wsab")})

    rows = [(name, row.review) for name, row in region.view(conduct, valid=END).rows("reviews")]
    assert [("wscb", "wsab/2"), ("wscb", "wscb/1"), ("wsab", "wsab/1"), ("wsab", "wsab/2")] == rows


def test_stores_are_read_at_their_own_two_times() -> None:
    """One was told of its review in 2020, the other a year before."""
    late, early = (
        two_boards(),
        Application(MemoryRecorder(), clock=lambda: EARLY, readership=TEXTS),
    )
    early.handle(review("wscb/9"))
    region = Region({"late": late, "early": early})

    def names(**at: object) -> list[str]:
        return [name for name, _ in region.view(conduct, **at).rows("reviews")]  # type: ignore[arg-type]

    assert ["late"] * 3 + ["early"] == names(valid=END)
    assert ["early"] == names(valid=END, known=day("2019-06-01"))
    assert ["late"] * 3 == names(valid=END, known={"early": day("2018-01-01")})
    assert ["early"] == names(valid={"late": day("2018-01-01"), "early": END})
    view = region.view(conduct, valid=END, known={"early": EARLY})
    assert (None, EARLY.isoformat()) == (view.views["late"].known, view.views["early"].known)


EARLY = datetime(2019, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("field", ["valid", "known"])
def test_a_time_of_a_store_that_there_is_not_is_an_error(field: str) -> None:
    with pytest.raises(MalformedError, match="elsewhere"):
        Region({"wscb": two_boards()}).view(conduct, **{field: {"elsewhere": END}})


def test_a_table_is_one_that_there_is_and_by_which_boards_are_compared() -> None:
    region = Region({"wscb": two_boards()})

    with pytest.raises(MalformedError, match="no table 'nothing'"):
        list(region.view(conduct).rows("nothing"))
    for table in ("answers", "recurrences"):
        with pytest.raises(MalformedError, match="compares no boards"):
            list(region.view(lessons).rows(table))
    assert [] == list(region.view(lessons).rows("tellings"))


def test_a_view_that_one_reader_may_not_see_is_refused() -> None:
    """A region with a hole in it would be read as one where nothing happened."""
    app = two_boards()
    region = Region({"all": app, "some": Reader(app.recorder, clock=app.clock, readership=TEXTS)})

    with pytest.raises(NotEntitledError):
        region.view(PROJECTIONS["child-death-panel"])


def test_a_region_is_of_something() -> None:
    with pytest.raises(MalformedError, match="at least one"):
        Region({})
