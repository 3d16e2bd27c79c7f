"""One name, one thing: two texts that look the same are not two names."""

import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import IssueRecommendation, RecommendationIssued
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.corrections import Replacement
from lif_core.errors import MalformedError
from lif_core.framework import parse
from lif_core.log.memory import MemoryRecorder
from lif_core.log.requests import Request
from lif_core.values.authority import Authority, Deliberation, Dissent
from lif_core.values.fields import check_label, check_ref, check_stream, check_text
from lif_core.values.text import invisible, is_blank, look_alike, normal
from tests.people import CHAIR, TEXTS, day

COMPOSED, APART = "caf\u00e9", "cafe\u0301"  # the same four letters
DAY = day("2018-01-25")

# What Unicode itself says of these (DerivedCoreProperties.txt, the derivation of
# Default_Ignorable_Code_Point): the formats, but for those that are seen, and a few more.
SEEN_FORMATS = {
    *range(0x0600, 0x0606),
    0x06DD,
    0x070F,
    0x0890,
    0x0891,
    0x08E2,
    0x110BD,
    0x110CD,
    *range(0x13430, 0x13440),
}
OTHERS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0}
SELECTORS = {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
UNASSIGNED = {*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}


def test_what_cannot_be_seen_is_what_unicode_says() -> None:
    """Derived anew from the categories, over all of Unicode."""
    formats = {n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) == "Cf"}
    expected = (formats - SEEN_FORMATS) | OTHERS | SELECTORS | UNASSIGNED
    found = {n for n in range(sys.maxunicode + 1) if invisible(chr(n)) is not None}

    assert set() == expected ^ found


@given(st.text(max_size=20))
def test_a_label_that_is_taken_shows_all_that_it_is(text: str) -> None:
    """Whatever is taken is in its one spelling, on one line, with plain spaces alone."""
    try:
        label = check_label("name", text)
    except MalformedError:
        return

    assert unicodedata.normalize("NFC", text) == label
    assert label == check_label("name", label)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") for c in label) or (
        SEEN_FORMATS & set(map(ord, label))
    )
    assert {" "} >= {c for c in label if c.isspace()}


@given(st.text(max_size=12), st.sampled_from(["NFC", "NFD"]))
def test_equivalent_texts_are_one_label(text: str, form: Any) -> None:
    """Refused alike, or kept alike."""

    def kept(text: str) -> str | None:
        try:
            return check_label("name", text)
        except MalformedError:
            return None

    assert kept(text) == kept(unicodedata.normalize(form, text))


@given(st.data())
def test_a_character_that_is_not_seen_is_refused_wherever_it_stands(data: st.DataObject) -> None:
    """And the error names it."""
    hidden = chr(data.draw(st.sampled_from([0x00AD, 0x200B, 0x2060, 0xFEFF, 0xFE0F, 0xE0041])))
    text = data.draw(st.sampled_from(["wscb/r-2", "chair", "wscb"]))
    place = data.draw(st.integers(0, len(text)))
    with pytest.raises(MalformedError) as error:
        check_label("role", text[:place] + hidden + text[place:])

    assert f"U+{ord(hidden):04X}" in error.value.problem


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("wscb/r\u200b-2", "U+200B ZERO WIDTH SPACE"),
        ("wscb/r\u00ad-2", "U+00AD SOFT HYPHEN"),
        ("wscb/\ufeffr-2", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("wscb/r\ufe0f-2", "U+FE0F VARIATION SELECTOR-16"),
        ("wscb/r\u200f-2", "U+200F RIGHT-TO-LEFT MARK"),
        ("wscb/r\u2067-2", "U+2067 RIGHT-TO-LEFT ISOLATE"),
        ("wscb/r\U000e0062-2", "U+E0062 TAG LATIN SMALL LETTER B"),
        ("wscb/r\u3164-2", "U+3164 HANGUL FILLER"),
        ("wscb/r\u034f-2", "U+034F COMBINING GRAPHEME JOINER"),
        ("wscb/r\u200d-2", "U+200D ZERO WIDTH JOINER"),
        ("wscb/r\u00a02", "U+00A0 NO-BREAK SPACE"),
        ("wscb/r\t2", "U+0009"),
    ],
)
def test_a_look_alike_is_refused_by_name(text: str, character: str) -> None:
    """In a reference, in the id of a stream, in a code."""
    for check, value in (
        (check_ref, text),
        (check_stream, f"recommendation-{text}"),
        (check_label, text),
    ):
        with pytest.raises(MalformedError) as error:
            check("field", value)

        assert error.value.problem.startswith(f"{character} makes it look like another text")


# Blank


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "\u200b",
        "\u3164",
        "\ufeff \u00ad",
        "\u2800",
        "\ufe0f",
        "\U000e0041",
        "\u2067",
    ],
)
def test_what_is_only_invisible_is_blank(text: str) -> None:
    """In prose as in a label."""
    assert is_blank(text)
    for check in (check_text, check_label):
        with pytest.raises(MalformedError, match="must not be blank"):
            check("field", text)


@pytest.mark.parametrize(
    "text",
    [
        "A family \U0001f469\u200d\U0001f469\u200d\U0001f466, with love \u2764\ufe0f.",
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",  # Persian: two parts kept apart
        "soft\u00adhyphen, on\u00a0one line,\tand a tab\nand a second line",
    ],
)
def test_prose_stays_as_it_was_written(text: str) -> None:
    """Nothing is told from anything else by prose: emoji and joiners are legal in it."""
    assert text is check_text("reasons", text)
    assert APART == check_text("reasons", APART)


# Names of people


PERSIAN = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
SINHALA = "\u0dc1\u0dca\u200d\u0dbb\u0dd3"


@pytest.mark.parametrize("name", [PERSIAN, SINHALA])
def test_letters_of_a_persons_name_may_be_joined(name: str) -> None:
    """Where the script needs it: such names are spelt with a joiner."""
    assert name == Authority(person=name, role="chair", body="wscb").person
    assert name == check_label("person", name, of_a_person=True)
    with pytest.raises(MalformedError):
        check_label("code", name)


@pytest.mark.parametrize(
    "name", ["A.\u200d Chair", "\u200cA", "\u0639\u200c", "A\u200bB", "A\u00a0B"]
)
def test_a_joiner_elsewhere_hides_in_a_name(name: str) -> None:
    with pytest.raises(MalformedError, match=r"U\+"):
        check_label("person", name, of_a_person=True)


# Everything that is compared


def issue(**changes: Any) -> IssueRecommendation:
    fields: dict[str, Any] = {
        "by": CHAIR,
        "on": DAY,
        "recommendation": f"wscb/{COMPOSED}",
        "source": f"review-wscb/{COMPOSED}",
        "text": "Do it",
        "addressed": (f"wsb/{COMPOSED}",),
    }
    return IssueRecommendation(**{**fields, **changes})


def test_a_command_is_made_in_one_spelling() -> None:
    """References, streams, lists of them, names and codes: however they were typed."""
    command = issue()
    typed = issue(
        recommendation=f"wscb/{APART}",
        source=f"review-wscb/{APART}",
        addressed=(f"wsb/{APART}",),
    )

    assert command == typed
    assert f"wscb/{COMPOSED}" == typed.recommendation
    assert (f"wsb/{COMPOSED}",) == typed.addressed


def test_so_is_what_stands_within_a_field() -> None:
    by = Authority(
        person=APART,
        role=APART,
        body="wscb",
        deliberation=Deliberation(
            meeting=APART, dissent=(Dissent(body="wscb", person=APART, reasons=APART),)
        ),
    )
    made = issue(by=by).by

    assert (COMPOSED, COMPOSED) == (made.person, made.role)
    assert made.deliberation is not None
    assert COMPOSED == made.deliberation.meeting
    assert COMPOSED == made.deliberation.dissent[0].person
    assert APART == made.deliberation.dissent[0].reasons  # prose, as it was written


def test_a_list_names_nothing_twice_in_two_spellings() -> None:
    with pytest.raises(MalformedError, match="listed twice"):
        issue(addressed=(f"wsb/{COMPOSED}", f"wsb/{APART}"))


def test_a_replacement_is_made_in_one_spelling() -> None:
    event = RecommendationIssued.of(issue())
    other = RecommendationIssued.of(issue())
    object.__setattr__(other, "recommendation", f"wscb/{APART}")

    assert Replacement(event) == Replacement(other)


def test_a_command_id_is_one_in_both_spellings() -> None:
    asked = Request(command=issue(), command_id=APART, correlation=APART, causation=APART)

    assert (COMPOSED,) * 3 == (asked.command_id, asked.correlation, asked.causation)
    with pytest.raises(MalformedError, match="ZERO WIDTH SPACE"):
        Request(command=issue(), command_id="a\u200bb")


def test_a_stream_is_found_in_both_spellings() -> None:
    """Its history, its reasons and its replay."""
    app = Application(
        MemoryRecorder(), clock=lambda: datetime(2019, 1, 1, tzinfo=UTC), readership=TEXTS
    )
    board: dict[str, Any] = {"by": Authority(person="A", role="chair", body="xb"), "on": DAY}
    app.handle(RegisterBody(**board, body="xb", name="B", kind=BodyKind.BOARD))
    review: dict[str, Any] = {"review": f"xb/{APART}", "kind": "inquiry", "title": "A case"}
    app.handle(OpenReview(**board, **review), entered_by=APART)
    stream = f"review-xb/{APART}"

    assert [f"review-xb/{COMPOSED}"] == [record.stream for record in app.history(stream)]
    assert [COMPOSED] == [record.entered_by for record in app.history(stream)]
    assert 1 == len(app.why(stream).entries)
    assert 1 == len(list(app.replay(stream=stream)))
    assert () == app.handle(OpenReview(**board, **{**review, "review": f"xb/{COMPOSED}"}))


def test_the_name_of_a_body_identifies_it() -> None:
    with pytest.raises(MalformedError, match="ZERO WIDTH SPACE"):
        RegisterBody(by=CHAIR, on=DAY, body="xb", name="The\u200b board", kind=BodyKind.BOARD)


# Packs


PACK = """
name = "xb"
title = "Of a board"
governs = ["xb"]
bodies = [{ ref = "xb", name = "NAME", kind = "board", remit = "REMIT" }]
"""


def test_a_pack_is_read_in_one_spelling() -> None:
    pack = parse(PACK.replace("NAME", APART).replace("REMIT", "All"), "xb.toml")

    assert COMPOSED == pack.bodies[0].name


@pytest.mark.parametrize(
    ("name", "remit", "problem"),
    [
        ("The\u200b board", "All", "bodies[xb].name: U+200B ZERO WIDTH SPACE"),
        ("The board", "\u200b", "bodies[0].remit: must not be blank"),
        ("The board", "On\\nlines\u00ad", "bodies[0].remit: U+00AD SOFT HYPHEN"),
        ("The\u00a0board", "All", "bodies[xb].name: U+00A0 NO-BREAK SPACE"),
    ],
)
def test_a_look_alike_in_a_pack_is_named_with_its_key(name: str, remit: str, problem: str) -> None:
    with pytest.raises(MalformedError) as error:
        parse(PACK.replace("NAME", name).replace("REMIT", remit), "xb.toml")

    assert problem in str(error.value)


def test_what_is_plain_is_left_alone() -> None:
    """Most text is: it is the very same object."""
    assert "wscb/r-2" == normal("wscb/r-2")
    assert look_alike("wscb/r-2") is None
    assert check_label("field", "plain") == "plain"
