"""A chain in outline: which stream rests on which, through which finding, and what says so."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from lif_core.views.provenance import LinkRow, Trail

End = Callable[[LinkRow], str]


def outline(trail: Trail) -> Iterator[str]:
    """The chain both ways, each stream's own chain indented below it, the first time it stands."""
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
        for line in _said(links):
            yield f"{margin}      {line}"
        if not again:
            seen.add(stream)
            waiting += [(depth + 1, *step) for step in reversed(onward[stream].items())]


def _said(links: Iterable[LinkRow]) -> Iterator[str]:
    """What each entry says, its findings on one line."""
    entries: dict[tuple[str, int, str], list[LinkRow]] = defaultdict(list)
    for link in links:
        entries[link.stream, link.entry, link.field].append(link)
    for (_, _, field), said in entries.items():
        name = field.replace("_", " ")
        yield f"{said[0].on}  {said[0].event} ({name}){_through(said)}"


def _through(links: Sequence[LinkRow]) -> str:
    findings = [link.finding for link in links if link.finding is not None]
    if not findings:
        return ""
    return f", finding{'s' if len(findings) > 1 else ''} {', '.join(findings)}"
