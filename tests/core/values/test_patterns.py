"""The patterns of the schemas are never narrower than the checks: what may be kept may be sent."""

import re
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Meta

from lif_core.errors import MalformedError
from lif_core.values.fields import (
    BodyRef,
    Check,
    Code,
    PersonalText,
    ReviewRef,
    StreamRef,
    check_label,
    check_ref,
    check_stream,
    check_text,
)

PIECES = st.sampled_from(
    ["wscb", "a-1", "É", "/", "-", "body", "review", " ", "\n", "é", "e\u0301", "子", "0"]
)
TEXTS = st.text(max_size=6) | st.lists(PIECES, max_size=6).map("".join)


def check_body(where: str, value: Any) -> str:
    return check_ref(where, value, body=True)


def pattern_of(kind: Any) -> str:
    """Return the pattern that the schema of a type has."""
    (pattern,) = (
        mark.extra_json_schema["pattern"]
        for mark in get_args(kind)
        if isinstance(mark, Meta) and mark.extra_json_schema
    )
    return str(pattern)


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (Code, check_label),
        (PersonalText, check_text),
        (ReviewRef, check_ref),
        (BodyRef, check_body),
        (StreamRef, check_stream),
    ],
    ids=["label", "prose", "reference", "body", "stream"],
)
@given(text=TEXTS)
@example(text="wscb")
@example(text="wscb/r-2")
@example(text="wscb/two words")
@example(text="body-wscb")
@example(text="review-wscb/ü")
@example(text="É2-wscb/r-2")
@example(text="first\n\tsecond")
def test_what_a_check_accepts_the_pattern_accepts(kind: Any, check: Check, text: str) -> None:
    try:
        check("field", text)
    except MalformedError:
        return
    assert re.search(pattern_of(kind), text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Code, ""),
        (Code, " a"),
        (Code, "a "),
        (Code, "a\nb"),
        (PersonalText, " \n"),
        (PersonalText, "a\x00b"),
        (ReviewRef, "wscb"),
        (ReviewRef, "WSCB/r-2"),
        (BodyRef, "wscb/"),
        (StreamRef, "review-wscb"),
        (StreamRef, "wscb/r-2"),
    ],
)
def test_what_the_pattern_refuses_in_a_form_need_not_be_sent(kind: Any, text: str) -> None:
    assert not re.search(pattern_of(kind), text)
