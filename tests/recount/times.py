"""Two times and corrections: which entries count on a day, as known at an instant."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
Fields = Mapping[str, Any]


def day(text: str | None) -> date:
    """Return the date in *text*, which must be there."""
    assert text is not None
    return date.fromisoformat(text)


def maybe_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def london(instant: datetime) -> date:
    """Return the day that it is in London at *instant*."""
    return instant.astimezone(LONDON).date()


def end_of(known: date) -> datetime:
    """Return the last instant of a day in London."""
    midnight = datetime.combine(known + timedelta(days=1), time(0), LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Version:
    """One wording of an entry, and when it was recorded."""

    position: int
    recorded: datetime
    fields: Fields

    @property
    def on(self) -> date:
        return day(self.fields["on"])

    @property
    def recorded_day(self) -> date:
        return london(self.recorded)


@dataclass(frozen=True)
class Entry:
    """An entry that counts, as it stands; *versions* has the wordings before, and this one."""

    position: int
    stream: str
    number: int
    name: str
    versions: tuple[Version, ...]

    @property
    def fields(self) -> Fields:
        return self.versions[-1].fields

    @property
    def on(self) -> date:
        return self.versions[-1].on

    @property
    def recorded(self) -> datetime:
        return self.versions[0].recorded

    @property
    def recorded_day(self) -> date:
        return london(self.recorded)

    @property
    def by(self) -> str:
        return str(self.fields["by"]["body"])

    @property
    def order(self) -> tuple[date, int]:
        return self.on, self.position

    @property
    def amended(self) -> bool:
        return len(self.versions) > 1

    def spoken(self) -> Iterator[tuple[Version, date]]:
        """Yield each wording with the day on which another was recorded in its place."""
        for version, later in zip_longest(self.versions, self.versions[1:]):
            yield version, later.recorded_day if later else date.max

    def says(self, name: str) -> Any:
        """Return a field, or the body that it was answered for."""
        if name == "answered_for":
            return self.fields.get("for_body") or self.by
        return self.fields.get(name)


@dataclass(frozen=True)
class Rest:
    """What an entry rests on: the *latest* of some names, or *any*, or *every* one of them.

    Where *field* is set, of those whose *theirs* is the value of *field* here, or is among them.
    *either* says that the two may take effect in any order.
    """

    how: str
    names: tuple[str, ...]
    field: str = ""
    theirs: str = ""
    either: bool = False
    only: tuple[str, str] = ("", "")


def latest(*names: str, field: str = "", theirs: str = "", either: bool = False) -> Rest:
    return Rest("latest", names, field, theirs or field, either)


def any_of(*names: str, field: str = "", theirs: str = "") -> Rest:
    return Rest("any", names, field, theirs or field)


PLANNED = latest("RecommendationPlanned", "RecommendationReopened")
OWNED = latest("RecommendationPlanned", "TransferAccepted")
ACCEPTED = ("RecommendationAccepted", "RecommendationAcceptedInPart")
FINDING = latest("FindingRecorded", field="finding")
PUT_ON = latest("CourseProvided", "CourseCommissioned", either=True)
SESSION = latest("SessionScheduled", field="session")
PRIORITY = latest("PrioritySet", field="priority")

# As `docs/reference/corrections.md` lists it; all entries rest on the opening as well.
RESTS: Mapping[str, tuple[Rest, ...]] = {
    "AddresseesInformed": (
        replace(latest("HoldDecided"), only=("matter", "decision")),
        replace(latest("ReportAccepted"), only=("matter", "report")),
    ),
    "ContributionRecorded": (any_of("PractitionersInvited", field="organisation"),),
    "FamilyResponded": (any_of("FamilyInvited"),),
    "FindingRecorded": (latest("HoldDecided"),),
    "FindingAddressed": (FINDING,),
    "NoActionTaken": (FINDING,),
    "FindingShared": (FINDING,),
    "FindingWorded": (FINDING,),
    "ReviewExplanationAccepted": (latest("ReviewDelayExplained", field="explanation"),),
    "JudgementRecorded": (latest("HoldDecided"),),
    "ReportAccepted": (
        latest("HoldDecided"),
        any_of("FindingRecorded", "JudgementRecorded", "DocumentCited", "DeathAnalysed"),
    ),
    "ReportPublished": (latest("ReportAccepted"),),
    "NonPublicationDecided": (latest("ReportAccepted"),),
    "ReportTakenDown": (latest("ReportPublished"),),
    "ReviewDiscontinued": (latest("HoldDecided"),),
    "ReviewClosed": (
        latest("HoldDecided"),
        latest("ReportAccepted"),
        latest("ReportPublished", "NonPublicationDecided"),
    ),
    "RecommendationPlanned": (any_of(*ACCEPTED),),
    "DueDateChanged": (PLANNED,),
    "RecommendationDelayExplained": (PLANNED, OWNED),
    "RecommendationExplanationAccepted": (
        latest("RecommendationDelayExplained", field="explanation"),
    ),
    "TransferProposed": (PLANNED, OWNED),
    "TransferAccepted": (latest("TransferProposed"),),
    "EscalationAnswered": (latest("EscalationRaised", field="escalation"),),
    "RecommendationImplemented": (PLANNED, OWNED, any_of(*ACCEPTED)),
    "RecommendationEmbedded": (
        latest("RecommendationImplemented"),
        latest("RecommendationChecked", field="checks", theirs="check"),
    ),
    "RecommendationChecked": (
        latest("RecommendationImplemented", either=True),
        any_of("RecommendationImplemented"),
    ),
    "AnswerWorded": (
        latest(*ACCEPTED, "RecommendationDeclined", field="body", theirs="answered_for"),
    ),
    "ActionWorded": (PLANNED,),
    "OwnerTold": (latest("RecommendationChecked", field="check"),),
    "RecommendationClosed": (
        latest("RecommendationImplemented"),
        replace(any_of("ChecksScheduled"), either=True),
    ),
    "RecommendationReopened": (latest("RecommendationImplemented"),),
    "RecommendationJudged": (latest("RecommendationImplemented"),),
    "SelfEvaluationModerated": (
        latest("SelfEvaluationSubmitted", field="agency", theirs="answered_for"),
    ),
    "ImprovementChecked": (latest("AuditConcluded"),),
    "ImpactShown": (latest("AuditConcluded"),),
    "BriefingNoteIssued": (latest("AuditConcluded"),),
    "BriefingNoteAcknowledged": (latest("BriefingNoteIssued"),),
    "NoteActionReported": (latest("BriefingNoteAcknowledged", field="answered_for"),),
    "CourseDeclined": (latest("CourseRequested"),),
    "CourseAssessed": (PUT_ON,),
    "SessionScheduled": (PUT_ON,),
    "SessionCancelled": (SESSION,),
    "PlacesBooked": (SESSION,),
    "AttendanceRecorded": (SESSION,),
    "EvaluationRecorded": (latest("AttendanceRecorded", field="session", either=True),),
    "ProcedureAdopted": (latest("ProcedureEndorsed", field="version"),),
    "ProgressReported": (PRIORITY,),
    "OutcomeRecorded": (PRIORITY,),
    "PriorityDropped": (PRIORITY,),
    "EditionIssued": (Rest("every", ("EditionMandated",)),),
    "EditionAcknowledged": (latest("EditionIssued"),),
    "EditionEvaluated": (latest("EditionIssued"),),
    "AnnualReportPublished": (latest("ImpactExplained"),),
    "LegalHoldLifted": (latest("LegalHoldPlaced"),),
}
OPENINGS = frozenset(
    {
        *("BodyRegistered", "CaseNotified", "DeathNotified", "ReviewOpened"),
        *("RecommendationIssued", "AuditPlanned", "CourseRequested", "CourseProvided"),
        *("CourseCommissioned", "IndicatorDefined", "LessonDrawn"),
    }
)
ENDINGS = frozenset(
    {
        *("RecommendationWithdrawn", "RecommendationSuperseded"),
        *("EvaluationCompleted", "EvaluationAbandoned", "MembershipEnded"),
    }
)
AFTER_THE_END = frozenset({"RecommendationWorded", "AnswerWorded", "ActionWorded"})
CORRECTIONS = ("EntryVoided", "EntryAmended")


@dataclass
class Stream:
    """The entries of one stream as known at an instant, corrections applied."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    contradictions: list[list[int]] = field(default_factory=list)
    without_effect: dict[int, str] = field(default_factory=dict)

    @property
    def inconsistent(self) -> bool:
        return bool(self.contradictions)


def parsed(record: Mapping[str, Any]) -> Entry:
    """Return the entry in an object of the exported log, as it was recorded."""
    version = Version(
        record["position"], datetime.fromisoformat(record["recorded_at"]), record["event"]
    )
    name = record["name"].partition(".")[0]
    return Entry(record["position"], record["stream"], record["entry"], name, (version,))


def corrected(entries: Sequence[Entry]) -> tuple[dict[int, Entry], set[int]]:
    """Return the entries of one stream with what amended them, and the numbers of void ones.

    A later correction goes before an earlier one; one that is void itself has no effect.
    """
    void: set[int] = set()
    amendments: dict[int, list[Version]] = {}
    for correction in reversed([e for e in entries if e.name in CORRECTIONS]):
        if correction.number in void:
            continue
        target = correction.fields["entry"]
        if correction.name == "EntryVoided":
            void.add(target)
        else:
            wording = correction.fields["replacement"]["event"]
            amendments.setdefault(target, []).insert(
                0, Version(correction.position, correction.recorded, wording)
            )
    plain = {
        e.number: replace(e, versions=(*e.versions, *amendments.get(e.number, ())))
        for e in entries
        if e.name not in CORRECTIONS
    }
    return plain, void


def _candidates(entry: Entry, rest: Rest, standing: Iterable[Entry]) -> list[list[Entry]]:
    """Return the groups of entries one of which *rest* picks; one group for each value."""
    if rest.only[0] and entry.says(rest.only[0]) != rest.only[1]:
        return []
    of_name = [e for e in standing if e.name in rest.names]
    if not rest.field:
        return [of_name]
    values = entry.says(rest.field)
    values = values if isinstance(values, list) else [values]
    return [[e for e in of_name if e.says(rest.theirs) == value] for value in values]


def supports(entry: Entry, standing: Sequence[Entry]) -> Iterator[tuple[Rest, tuple[int, ...]]]:
    """Yield what *entry* rests on among those *standing*: numbers of which one must stand."""
    for rest in RESTS.get(entry.name, ()):
        for group in _candidates(entry, rest, standing):
            ordered = sorted(group, key=lambda e: e.order)
            if not ordered:
                continue
            match rest.how:
                case "latest":
                    yield rest, (ordered[-1].number,)
                case "any":
                    yield rest, tuple(e.number for e in ordered)
                case _:
                    for each in ordered:
                        yield rest, (each.number,)


Supports = dict[int, list[tuple[Rest, tuple[int, ...]]]]


def rested_on(entries: Sequence[Entry]) -> Supports:
    """Return what each entry of a stream rests on, as it was when it was recorded."""
    basis: Supports = {}
    for index, entry in enumerate(entries):
        if entry.name in CORRECTIONS:
            continue
        before = entries[:index]
        plain, _ = corrected(before)
        gone = out(before, basis)
        standing = [e for number, e in plain.items() if number not in gone]
        opening = next((e.number for e in reversed(standing) if e.name in OPENINGS), None)
        found = list(supports(entry, standing))
        if opening is not None and (entry.name not in OPENINGS or _adds(entry)):
            found.insert(0, (Rest("any", ()), (opening,)))
        basis[entry.number] = found
    return basis


def _adds(entry: Entry) -> bool:
    return entry.name in ("CourseProvided", "CourseCommissioned")


def out(entries: Sequence[Entry], basis: Supports) -> dict[int, str]:
    """Return the numbers of entries that are void, or lapsed with what they rested on."""
    plain, void = corrected(entries)
    gone = dict.fromkeys((n for n in plain if n in void), "void")
    for number in sorted(plain):
        if number in gone:
            continue
        if any(all(n in gone for n in numbers) for _, numbers in basis.get(number, ())):
            gone[number] = "lapsed"
    return gone


def contradictions(
    standing: Sequence[Entry], absorbed: Sequence[Entry], basis: Supports, touched: bool
) -> Iterator[tuple[Entry, list[Entry]]]:
    """Yield each entry that cannot have been, with those that it contradicts; one is amended."""
    by_number = {e.number: e for e in (*standing, *absorbed)}
    for entry in standing:
        for rest, numbers in basis.get(entry.number, ()):
            others = [by_number[n] for n in numbers if n in by_number]
            agreeing = [e for e in others if _agrees(entry, rest, e)]
            early = not rest.either and all(entry.on < e.on for e in agreeing)
            if others and (not agreeing or early) and _one_amended(entry, *others):
                yield entry, others
    for index, entry in enumerate(standing):
        for earlier in standing[:index]:
            if entry.name == earlier.name and _bears_its_name(entry, earlier):
                yield entry, [earlier]
        if entry.name == "AttendanceRecorded" and not _booked(entry, standing[:index]):
            yield entry, [standing[index - 1]]
    if standing and standing[0].stream.startswith("recommendation-"):
        yield from out_of_step(standing, touched)


def _booked(entry: Entry, before: Sequence[Entry]) -> bool:
    """Return whether an attendance counts the places that were booked, where any were."""
    of_session = [
        e for e in before
        if e.name == "PlacesBooked" and e.fields["session"] == entry.fields["session"]
    ]  # fmt: skip
    places = sum(e.fields["places"] for e in of_session)
    return places in (0, entry.fields["booked"])


# By what field an entry is told from others of its kind, in its stream.
NAMED_BY = {"PointRecorded": "period", "OccurrenceRecorded": "occurrence"}


def _bears_its_name(entry: Entry, other: Entry) -> bool:
    field_ = NAMED_BY.get(entry.name)
    return bool(field_) and entry.says(str(field_)) == other.says(str(field_))


def _one_amended(*entries: Entry) -> bool:
    return any(e.amended for e in entries)


def _agrees(entry: Entry, rest: Rest, other: Entry) -> bool:
    if not rest.field:
        return True
    value = entry.says(rest.field)
    return other.says(rest.theirs) in (value if isinstance(value, list) else [value])


ANSWERS = (*ACCEPTED, "RecommendationDeclined")
# From which status on each of these may follow.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "RecommendationPlanned": ("accepted",),
    "RecommendationImplemented": ("accepted", "planned", "reopened"),
    "RecommendationReopened": ("implemented", "embedded"),
    "RecommendationEmbedded": ("implemented", "embedded"),
}
STATUS = {
    "RecommendationPlanned": "planned",
    "RecommendationImplemented": "implemented",
    "RecommendationReopened": "reopened",
    "RecommendationEmbedded": "embedded",
}


def out_of_step(standing: Sequence[Entry], touched: bool) -> Iterator[tuple[Entry, list[Entry]]]:
    """Yield each entry that cannot follow on the status that the recommendation has then.

    It is a correction that left it so: one that took something away, or moved it elsewhere.
    """
    status, before = "proposed", standing[0]
    answers: dict[str, Entry] = {}
    steps = [entry for entry in standing if entry.name in (*ANSWERS, *FOLLOWS)]
    corrected_step = touched or _one_amended(*steps)
    for entry in steps:
        wrong = False
        if entry.name in ANSWERS:
            earlier = answers.get(entry.says("answered_for"))
            if status in ("proposed", "accepted"):
                answers[entry.says("answered_for")] = entry
                accepted = any(e.name in ACCEPTED for e in answers.values())
                status = "accepted" if accepted else "proposed"
            else:
                wrong = bool(earlier and earlier.name != entry.name)
        elif status in FOLLOWS[entry.name]:
            status = STATUS[entry.name]
        else:
            wrong = True
        if wrong and corrected_step:
            yield entry, [before]
        before = before if wrong else entry


def rested_on_by(end: Entry, order: Sequence[Entry], basis: Supports) -> set[int]:
    """Return the entries that what took effect by the end rests on: they contradict each other."""
    early = {e.number for e in order if e.order <= end.order}
    found: set[int] = set()
    while True:
        bases = [numbers for n in early | found for _, numbers in basis.get(n, ())]
        more = {n for numbers in bases if not early & {*numbers} for n in numbers}
        if more <= found:
            return found
        found |= more


def stream_at(name: str, entries: Sequence[Entry], basis: Supports, valid: date) -> Stream:
    """Return what counts of a stream on a day, of the entries that are known."""
    plain, _ = corrected(entries)
    gone = out(entries, basis)
    standing: list[Entry] = []
    absorbed: list[Entry] = []
    order = sorted((e for n, e in plain.items() if n not in gone), key=lambda e: e.order)
    end = next((e for e in order if e.name in ENDINGS), None)
    rested_on = rested_on_by(end, order, basis) if end else set()
    for entry in order:
        late = end is not None and entry.order > end.order
        if late and entry.name not in AFTER_THE_END and entry.number not in rested_on:
            absorbed.append(entry)
        else:
            standing.append(entry)
    lost = gone | {e.number: "after the end" for e in absorbed}
    effective = [e for e in standing if e.on <= valid]
    touched = any(plain[n].name in (*ANSWERS, *FOLLOWS) for n in gone)
    shown = [
        sorted(e.number for e in (entry, *others))
        for entry, others in contradictions(standing, absorbed, basis, touched)
        if entry.on <= valid
    ]
    _, void = corrected(entries)
    lost |= {e.number: "void" for e in entries if e.name in CORRECTIONS and e.number in void}
    days = {e.number: e.on for e in entries}
    shown_lost = {n: why for n, why in lost.items() if days[n] <= valid}
    return Stream(name, effective, shown, shown_lost)


def streams_at(
    log: Iterable[Mapping[str, Any]], valid: date, known: datetime | None
) -> dict[str, Stream]:
    """Return what counts of each stream on *valid*, by what was on record at *known*."""
    by_stream: dict[str, list[Entry]] = {}
    for record in log:
        entry = parsed(record)
        if known is None or entry.recorded <= known:
            by_stream.setdefault(entry.stream, []).append(entry)
    return {
        name: stream_at(name, entries, rested_on(entries), valid)
        for name, entries in by_stream.items()
    }
