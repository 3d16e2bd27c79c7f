"""The outline of a chain: which stream rests on which, through which finding, by which entry."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from lif_core.views.provenance import LinkRow, Trail

FORWARD = {"rests_on": "as its evidence"}
"""The words for a field by which the entry that has it rests on what stands above it."""
End = Callable[[LinkRow], str]


def outline(trail: Trail) -> Iterator[str]:
    """Yield the lines of the chain both ways.

    The chain of each stream is indented below it, where it stands for the first time.
    """
    yield trail.stream
    if not trail.links:
        yield "  rests on nothing on record, and nothing on it"
    yield from _one_way("rests on", trail, here=attrgetter("later"), there=attrgetter("earlier"))
    yield from _one_way(
        "is rested on by", trail, here=attrgetter("earlier"), there=attrgetter("later")
    )


def _one_way(words: str, trail: Trail, *, here: End, there: End) -> Iterator[str]:
    onward: dict[str, dict[str, list[LinkRow]]] = defaultdict(lambda: defaultdict(list))
    for link in trail.links:
        onward[here(link)][there(link)].append(link)
    seen = {trail.stream}
    waiting = [(1, *step) for step in reversed(onward[trail.stream].items())]
    while waiting:
        depth, stream, links = waiting.pop()
        margin = "  " * depth
        again = stream in seen
        yield f"{margin}{words} {stream}{' (as above)' if again else ''}"
        for line in _causes(links):
            yield f"{margin}      {line}"
        if not again:
            seen.add(stream)
            waiting += [(depth + 1, *step) for step in reversed(onward[stream].items())]


def _causes(links: Iterable[LinkRow]) -> Iterator[str]:
    """Yield a line for each field of an entry that names the stream, its findings together."""
    entries: dict[tuple[str, int, str], list[LinkRow]] = defaultdict(list)
    for link in links:
        entries[link.stream, link.entry, link.field].append(link)
    for (_, _, field), same in entries.items():
        name = FORWARD.get(field, field.replace("_", " "))
        yield f"{same[0].on}  {same[0].event} ({name}){_findings(same)}"


def _findings(links: Sequence[LinkRow]) -> str:
    findings = [link.finding for link in links if link.finding is not None]
    if not findings:
        return ""
    return f", finding{'s' if len(findings) > 1 else ''} {', '.join(findings)}"
