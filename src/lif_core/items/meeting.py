"""The meeting at which a decision was taken, and whether it was quorate (framework §3)."""

from datetime import date

from msgspec import Struct

from lif_core.items.body import BodyMeetings
from lif_core.projection.projection import Part
from lif_core.values.authority import Authority

MEETINGS = "meetings"
"""The topic on which a body says its meetings: to itself, `#` and what the meeting is called."""


class MeetingHeld(Struct, frozen=True):
    """A meeting that was held *on* a day, and whether it was *quorate*."""

    on: date
    quorate: bool


def say_meetings(body: BodyMeetings, part: Part) -> None:
    """Say each meeting of a body to the decisions that were taken at it."""
    for meeting in body.meetings:
        held = MeetingHeld(meeting.on, meeting.quorate)
        part.say(MEETINGS, _address(part.ref, meeting.meeting), held)


def _address(body: str, meeting: str) -> str:
    return f"{body}#{meeting}"


def meeting_of(by: Authority | None, part: Part) -> MeetingHeld | None:
    """Return the meeting at which somebody decided; `None` where they did at none, or at none that
    is on record.
    """
    if by is None or by.deliberation is None or by.deliberation.meeting is None:
        return None
    meetings = part.ask(MEETINGS, _address(by.body, by.deliberation.meeting))
    return meetings[-1] if meetings else None


def is_quorate(by: Authority | None, part: Part) -> bool | None:
    """Return whether the meeting was quorate at which somebody decided; `None` without one."""
    meeting = meeting_of(by, part)
    return meeting.quorate if meeting else None
