"""References, and the ids of streams that are made of them.

A reference, `wscb/r-2`, is what its board named a thing: a name in a namespace, which is mostly
the board's. What is recorded of the thing is in the stream `recommendation-wscb/r-2`: a category,
a hyphen, the reference. A namespace without a slash, `wscb`, is a reference too: the board itself.
"""


def stream_of(category: str, ref: str) -> str:
    """Return the id of the stream of *ref* in a *category*."""
    return f"{category}-{ref}"


def category_of(stream: str) -> str:
    """Return the category of a *stream*: `recommendation` of `recommendation-wscb/r-2`."""
    return stream.partition("-")[0]


def ref_of(stream: str) -> str:
    """Return the reference in the id of a *stream*: `wscb/r-2` of `recommendation-wscb/r-2`."""
    return stream.partition("-")[2]


def namespace_of(ref: str) -> str:
    """Return the namespace of a reference: `wscb` of `wscb/r-2`, and of `wscb`."""
    return ref.partition("/")[0]
