"""placeholder until succession arrives"""
from collections.abc import Callable
from datetime import date


def heir(ref: str, merged: Callable[[str], tuple[str, date] | None]) -> str:
    """Return who answers now for what *ref* held: itself, or in the end its successor."""
    seen = [ref]
    while (merger := merged(seen[-1])) is not None:
        if merger[0] in seen:
            return min(seen[seen.index(merger[0]) :])
        seen.append(merger[0])
    return seen[-1]
