"""The public edition: made from the register alone, and nothing internal in a byte of it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lif_adapters.cli.demo import demo_requests, record_demo
from lif_adapters.cli.main import run
from lif_adapters.report import files_of_edition, public_edition
from lif_adapters.report.public.edition import LASTING, PublicEdition, edition_of
from lif_adapters.report.wording import full_day as in_words
from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.body import BodyEvent
from lif_core.commands.application import Application
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.items.improvement import Finding
from lif_core.log.mapper import LifMapper
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.register import PublicRegister, register
from tests.adapters.test_report import accessible
from tests.board import Board
from tests.canaries import with_canaries
from tests.html_page import Node, page_of
from tests.people import CHAIR, TEXTS, day

MAPPER = LifMapper()
END = day("2019-06-30")
AS_OF = AsOf(valid=END, known=None, frameworks=load())
CANARY = "zugzwang"
REVIEW = "wscb/scr-1"
REC = "wscb/r-1"
PUBLIC_TEXTS = (v.WordFinding, r.WordRecommendation, r.WordAnswer, r.WordAction)


def written(edition: PublicEdition) -> Mapping[str, str]:
    """Return the files of an *edition*, in memory."""
    return {name: "".join(pieces) for name, pieces in files_of_edition(edition, MAPPER)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    url = f"sqlite:{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    with connect(url, readership=TEXTS) as app:
        record_demo(app)
        yield app


@pytest.fixture(scope="module")
def files(demo: Application) -> Mapping[str, str]:
    return written(public_edition(demo, valid=END))


@pytest.fixture(scope="module")
def page(files: Mapping[str, str]) -> Node:
    return page_of(files["public.html"])


# What it says


def test_each_recommendation_is_told_from_what_was_found_to_whether_it_lasts(page: Node) -> None:
    first = next(page.every("article")).text

    assert (
        "Agree who starts an assessment before a birth, and by when, and check that it happens."
        " wscb/r-1, for Wolverhampton Safeguarding Children Board"
        " What was found Before a birth, it was not agreed who starts an assessment, or by when."
        " What was answered Wolverhampton Safeguarding Children Board, accepted on 25 January"
        " 2018: The board accepted this in full."
        " What was promised Put the steps on one page, and look at twenty cases each quarter."
        " Due on 30 June 2018."
        " What was done Done on 25 June 2018, as its owner says."
        " What was shown by evidence Shown on 31 July 2018 to be in practice, by evidence that was"
        " looked at."
        " Whether it lasts No: a check found that it was no longer in place. A check last found it"
        " in place on 10 December 2018."
    ) == first


def test_what_has_no_public_words_is_said_to_have_none(page: Node) -> None:
    """The internal text never stands in its place."""
    third, fourth = [node.text for node in page.every("article")][2:]

    assert "accepted on 25 January 2018: not worded for the public yet." in third
    assert "The action is not worded for the public yet. Due on 30 September 2018." in third
    assert "What was found" not in fourth
    assert "No action is promised." in fourth


def test_it_can_be_read_by_everybody_and_asks_for_nothing(
    page: Node, files: Mapping[str, str]
) -> None:
    accessible(page)

    assert [] == [*page.every("script", "link", "img", "svg", "iframe")]
    assert [] == re.findall(r"\w+://", files["public.html"])


def test_every_stage_has_its_words() -> None:
    assert {*Finding} == {*LASTING}


# Small numbers


def unworded(many: int) -> PublicEdition:
    """Return the edition of a public review of which so many recommendations have no wording."""
    log = [*BEGINNING]
    for number in range(many):
        issued = attrs.evolve(BEGINNING[3], recommendation=f"wscb/n-{number}")  # type: ignore[misc]
        log.append(issued)
    return edition_of(fold(register, records_of(log), AS_OF), load(), END)


@pytest.mark.parametrize(
    ("many", "words"),
    [
        (1, "Fewer than 5 recommendations are not shown"),
        (4, "Fewer than 5 recommendations are not shown"),
        (5, "5 recommendations are not shown"),
    ],
)
def test_a_small_number_of_what_is_not_shown_is_not_told(many: int, words: str) -> None:
    (sentence,) = [line for line in unworded(many).missing if "recommendation" in line]

    assert sentence.startswith(f"{words}, with all about them, because no wording for the public")


def test_nothing_missing_is_said_to_be_nothing() -> None:
    assert () == unworded(0).missing


# Nothing internal


WORLD = World(
    refs=(REVIEW, REC, "wscb/2"), streams=(f"review-{REVIEW}", "review-wscb/2", "audit-wscb/2")
)
PERSONAL_EVENTS: tuple[type[Event[Any]], ...] = (
    *get_args(v.ReviewEvent),
    *get_args(r.RecommendationEvent),
    *get_args(BodyEvent),
)
BEGINNING: list[Event[Any]] = [
    v.CaseNotified(
        by=CHAIR,
        on=day("2018-01-10"),
        review=REVIEW,
        kind="scr",
        subject="K",
        aware=day("2018-01-05"),
    ),
    v.HoldDecided(
        by=CHAIR,
        on=day("2018-01-11"),
        review=REVIEW,
        hold=True,
        reasons="Harm",
        criteria=("death",),
    ),
    v.ReportPublished(by=CHAIR, on=day("2018-02-01"), review=REVIEW, place="website"),
    r.RecommendationIssued(
        by=CHAIR,
        on=day("2018-01-12"),
        recommendation=REC,
        source=f"review-{REVIEW}",
        text="Do",
        addressed=("wscb",),
    ),
    r.RecommendationWorded(by=CHAIR, on=day("2018-02-01"), recommendation=REC, wording="Do so."),
]


UNWORDED: list[Event[Any]] = [
    v.FindingRecorded(
        by=CHAIR,
        on=day("2018-01-11"),
        review=REVIEW,
        finding="f-1",
        factor=v.Factor.SYSTEM,
        what="What was seen",
        why="Why it was so",
    ),
    v.FindingAddressed(
        by=CHAIR, on=day("2018-01-12"), review=REVIEW, finding="f-1", recommendation=REC
    ),
    r.RecommendationDeclined(
        by=CHAIR, on=day("2018-01-13"), recommendation=REC, reasons="It is done"
    ),
    r.RecommendationPlanned(
        by=CHAIR,
        on=day("2018-01-14"),
        recommendation=REC,
        owner="wsb/lpp",
        due=day("2018-03-01"),
        action="Write it down",
    ),
    attrs.evolve(BEGINNING[3], recommendation="wscb/2"),  # type: ignore[misc]
]
"""What the public has no words for: of each kind of text that it may have words for."""


@settings(max_examples=25)
@given(st.lists(events(WORLD, *PERSONAL_EVENTS), max_size=30))
def test_no_internal_text_of_any_history_is_in_a_byte_of_it(more: list[Event[Any]]) -> None:
    """Whatever follows what, allowed or not: corrections can make any order."""
    log = records_of([with_canaries(event, CANARY) for event in BEGINNING + UNWORDED + more])
    edition = edition_of(fold(register, log, AS_OF), load(), END)
    everything = "".join(written(edition).values()).encode()

    assert CANARY in repr(log)
    assert CANARY.encode() not in everything


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text that stands anywhere in a command."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from texts_of(getattr(value, field.name))


def test_only_what_the_register_holds_of_the_worked_history_is_in_it(
    demo: Application, files: Mapping[str, str]
) -> None:
    """No text, person, theme, audit or indicator of any command but the wordings; no day but
    those of the register, and the day of the page.
    """
    everything = "".join(files.values())
    view: PublicRegister = demo.view(register, valid=END)
    public = repr([*view.promises, *view.answers])
    commands = [request.command for request in demo_requests(MAPPER)]
    texts = {
        text
        for command in commands
        if not isinstance(command, PUBLIC_TEXTS)
        for text in texts_of(command)
        if len(text) > 3 and text not in public
    }
    dates = re.findall(r"\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}-\d\d-\d\d", everything)
    days = {row_day for row in (*view.promises, *view.answers) for row_day in days_of(row)}

    assert len(texts) > 200
    assert OURS == {
        text for text in texts if re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", everything)
    }
    assert {text for each in (*days, END) for text in (in_words(each), each.isoformat())} >= {
        *dates
    }


OURS = {"good", "told"}
"""Words of the page itself that a command has as well."""


def days_of(row: Any) -> Iterator[date]:
    return (
        value for name in row.__struct_fields__ if isinstance(value := getattr(row, name), date)
    )


def test_nothing_is_read_for_it_but_the_register(demo: Application) -> None:
    class RegisterOnly:
        """A reader of nothing else."""

        frameworks = demo.frameworks

        def view(self, projection: Any, **times: Any) -> Any:
            assert projection is register
            return demo.view(projection, **times)

    reader: Any = RegisterOnly()

    assert public_edition(demo, valid=END) == public_edition(reader, valid=END)


# The command


def test_a_folder_holds_a_report_for_the_board_or_a_public_edition(
    demo: Application, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of the board's is left beside what is to be published."""
    store = tmp_path / "demo.db"
    assert 0 == run(["demo", "--db", str(store)])
    command = ["report", "--db", str(store), "--valid", "2019-06-30", "--out", str(tmp_path / "r")]
    assert 0 == run(command)
    assert 0 == run([*command, "--public"])
    names = sorted(str(f.relative_to(tmp_path / "r")) for f in (tmp_path / "r").rglob("*.*"))

    assert ["public.html", "tables/register.answers.csv", "tables/register.promises.csv"] == names
    assert written(public_edition(demo, valid=END))["public.html"] == (
        tmp_path / "r" / "public.html"
    ).read_text("utf-8")


def test_of_a_store_without_a_public_review_it_says_that_there_is_nothing() -> None:
    page = page_of(written(public_edition(Board().app, valid=END))["public.html"])
    accessible(page)

    assert "No recommendation of a public review has words for the public yet." in page.text
