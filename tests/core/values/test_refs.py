"""A stream is its category and a reference; a reference is in a namespace."""

from lif_core.values.refs import category_of, namespace_of, ref_of, stream_of


def test_a_stream_is_made_of_what_it_is_taken_apart_into() -> None:
    """A hyphen in a reference, and a slash, belong to the reference."""
    stream = stream_of("training_course", "wscb/x-1/b")

    assert ("training_course", "wscb/x-1/b") == (category_of(stream), ref_of(stream))
    assert ("wscb", "wscb") == (namespace_of("wscb/x-1/b"), namespace_of("wscb"))
