"""An application for programs that run in an event loop: each call in a thread of its own.

There is one implementation, which blocks; this is a facade over `asyncio.to_thread`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from lif_core.commands.application import Application
from lif_core.decisions.record import Record

P = ParamSpec("P")
R = TypeVar("R")


def _in_a_thread(
    method: Callable[Concatenate[Application, P], R],
) -> "Callable[Concatenate[AsyncApplication, P], Coroutine[Any, Any, R]]":
    """Return *method* of an application as one that is awaited."""

    async def call(self: "AsyncApplication", /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, self.application, *args, **kwargs)

    return update_wrapper(call, method)


def _records(application: Application, *args: Any, **kwargs: Any) -> tuple[Record, ...]:
    return tuple(application.history(*args, **kwargs))


class AsyncApplication:
    """The same as its *application*, awaited; both can be used at once.

    A call that is cancelled is not undone: what it decides may be recorded, so repeat it under the
    same command id.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    handle = _in_a_thread(Application.handle)
    handle_all = _in_a_thread(Application.handle_all)
    handle_each = _in_a_thread(Application.handle_each)
    view = _in_a_thread(Application.view)
    view_at = _in_a_thread(Application.view_at)
    diff = _in_a_thread(Application.diff)
    why = _in_a_thread(Application.why)
    case = _in_a_thread(Application.case)
    known_when = _in_a_thread(Application.known_when)
    save = _in_a_thread(Application.save)
    follow = _in_a_thread(Application.follow)
    data_subject = _in_a_thread(Application.data_subject)
    streams_about = _in_a_thread(Application.streams_about)
    complete_erasures = _in_a_thread(Application.complete_erasures)
    packs = _in_a_thread(Application.packs)
    close = _in_a_thread(Application.close)

    async def history(self, *args: Any, **kwargs: Any) -> tuple[Record, ...]:
        """Return the records that `Application.history` yields; give it a *limit*."""
        return await asyncio.to_thread(_records, self.application, *args, **kwargs)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
