"""Training: who came of those who booked, and what they said afterwards."""

from collections.abc import Mapping

from tests.recount.rows import Row, Rows
from tests.recount.times import Entry, Stream

NOBODY = {"booked": 0, "cancelled": 0, "absent": 0, "walked_in": 0}


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def attended(entry: Entry) -> int:
    fields = entry.fields
    return int(fields["booked"] - fields["cancelled"] - fields["absent"] + fields["walked_in"])


def tables(streams: Mapping[str, Stream]) -> dict[str, Rows]:
    """Return the tables of sessions and of what changed after them."""
    courses = [
        s
        for s in streams.values()
        if s.name.startswith("training_course-") and not s.inconsistent and s.entries
    ]
    sessions: list[Row] = []
    evaluations: list[Row] = []
    for stream in courses:
        course = stream.name.removeprefix("training_course-")
        cancelled = {e.fields["session"] for e in stream.entries if e.name == "SessionCancelled"}
        capacity = {
            e.fields["session"]: e.fields["capacity"]
            for e in stream.entries
            if e.name == "SessionScheduled"
        }
        came = {
            e.fields["session"]: e
            for e in stream.entries
            if e.name == "AttendanceRecorded" and e.fields["session"] not in cancelled
        }
        for session in capacity.keys() - cancelled:
            counted = came[session].fields if session in came else NOBODY
            fields = {name: counted[name] for name in NOBODY}
            people = attended(came[session]) if session in came else 0
            turned_up = fields["booked"] - fields["cancelled"] - fields["absent"]
            sessions.append(
                {
                    "course": course,
                    "session": session,
                    "capacity": capacity.get(session),
                    **fields,
                    "attended": people,
                    "fill": share(people, capacity.get(session, 0)),
                    "turned_up": turned_up,
                    "turn_up": share(turned_up, fields["booked"]),
                }
            )
        for entry in stream.entries:
            if entry.name != "EvaluationRecorded" or entry.fields["session"] not in came:
                continue
            said = entry.fields
            people = attended(came[said["session"]])
            evaluations.append(
                {
                    "course": course,
                    "session": said["session"],
                    "level": said["level"],
                    "months": said["months"],
                    "attended": people,
                    "replies": said["replies"],
                    "reply_rate": share(said["replies"], people),
                    "positive": said["positive"],
                    "positive_of_replies": share(said["positive"], said["replies"]),
                    "positive_at_least": share(said["positive"], people),
                }
            )
    return {
        "sessions": Rows(("course", "session"), sessions),
        "evaluations": Rows(("course", "session", "level", "months"), evaluations),
        "figures": Rows((), [{"attended": sum(row["attended"] for row in sessions)}]),
    }
