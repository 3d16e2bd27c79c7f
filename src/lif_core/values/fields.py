"""The types of the fields of commands and events, which say what a field may hold.

Each annotated type says three things: how the value is checked when a command is made, which
stream a reference names (so that the application can see that it exists), and whether the text may
be about a person (so that it can be found, and one day encrypted or erased).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import EnumType
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, dataclass_transform, get_args, get_origin

import attrs
import msgspec
from attrs import frozen
from msgspec import Meta, ValidationError

from lif_core.errors import MalformedError
from lif_core.values.text import is_blank, look_alike, normal
from lif_core.values.type_names import in_words, type_name

ERASED = "[erased]"
"""The text that stands in the place of one whose key was destroyed."""
REF_LENGTH = 200
TEXT_LENGTH = 100_000
LIST_LENGTH = 10_000
"""A list in a command has at most so many members."""

# Control characters, and overrides of the direction of writing
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@frozen
class Names:
    """The mark of a reference, which the board issued, to a stream of this *category*.

    An empty category means that the value is a whole stream id, such as `review-wscb/scr-child-k`.
    A decision rests on a stream that it names; with *forward*, the stream rests on the decision.
    With *to_come*, the stream may be named before anything of it is on record.
    """

    category: str
    forward: bool = False
    to_come: bool = False


@frozen
class Listed:
    """The mark of a code that is on a *list* of the framework, or of one of its kinds of review.

    Whether it has to be is for a decision to say: the lists are given in `framework.vocabulary`.
    """

    list: str


@frozen
class Personal:
    """The mark of a text that may be about a person: a child, an adult, family, staff.

    One that *names itself* is the name of whom it is about, and of nobody else.
    """

    names_itself: bool = False


@frozen
class Prose:
    """The mark of free text, on one line or many."""


@frozen
class Label:
    """The mark of a short text on one line, by which something is told from others: a name, a
    role, a code.

    In the name *of a person*, letters may be joined where their script needs it.
    """

    of_a_person: bool = False


_NO_CONTROL = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_ON_ONE_LINE = r"[^\x00-\x1f\x7f-\x9f]"
_SEEN = r"[^\s\x00-\x1f\x7f-\x9f]"
LABEL_PATTERN = f"^{_SEEN}({_ON_ONE_LINE}*{_SEEN})?$"
"""The pattern of a label, but for the characters that look like others, which none can say."""
_PROSE_PATTERN = f"^{_NO_CONTROL}*{_SEEN}{_NO_CONTROL}*$"
_REF_PATTERN = f"[a-z0-9][a-z0-9-]{{0,39}}/{_SEEN}({_ON_ONE_LINE}*{_SEEN})?"
REF_PATTERN = f"^{_REF_PATTERN}$"
"""The pattern of a reference, but for the characters that look like others."""
_BODY_PATTERN = f"[a-z0-9][a-z0-9-]{{0,39}}(/{_SEEN}({_ON_ONE_LINE}*{_SEEN})?)?"
_CATEGORY = r"[^\s\x00-\x1f\x7f-\x9f-]+"
STREAM_PATTERN = f"^(body-{_BODY_PATTERN}|{_CATEGORY}-{_REF_PATTERN})$"


def _schema(length: int, pattern: str, least: int = 1) -> Meta:
    return Meta(extra_json_schema={"minLength": least, "maxLength": length, "pattern": pattern})


_PROSE = _schema(TEXT_LENGTH, _PROSE_PATTERN)
_LABEL = _schema(REF_LENGTH, LABEL_PATTERN)
_REF = _schema(REF_LENGTH, REF_PATTERN, 3)
_BODY = _schema(REF_LENGTH, f"^{_BODY_PATTERN}$")
_STREAM = _schema(REF_LENGTH + 40, STREAM_PATTERN, 3)

Text = Annotated[str, Prose(), _PROSE]
PersonalText = Annotated[str, Prose(), Personal(), _PROSE]
Code = Annotated[str, Label(), _LABEL]
PersonalName = Annotated[str, Label(of_a_person=True), Personal(names_itself=True), _LABEL]
PersonalPlace = Annotated[str, Label(of_a_person=True), Personal(), _LABEL]
Name = Annotated[str, Label(), _LABEL]
CaseKindCode = Annotated[Code, Listed("case_kinds")]
DeathKindCode = Annotated[Code, Listed("death_kinds")]
OpenedKindCode = Annotated[Code, Listed("opened_kinds")]
AuditKindCode = Annotated[Code, Listed("audit_kinds")]
CriterionCode = Annotated[Code, Listed("criteria")]
MethodologyCode = Annotated[Code, Listed("methodologies")]
PurposeCode = Annotated[Code, Listed("purposes")]
JudgedAreaCode = Annotated[Code, Listed("judged_areas")]
ResidenceAreaCode = Annotated[Code, Listed("areas")]
DeathCategoryCode = Annotated[Code, Listed("categories")]
FactorDomainCode = Annotated[Code, Listed("domains")]
FactorInfluenceCode = Annotated[Code, Listed("influences")]
AddresseeCode = Annotated[Code, Listed("addressees")]
MilestoneCode = Annotated[Code, Listed("milestones")]
RouteCode = Annotated[Code, Listed("routes")]
ChannelCode = Annotated[Code, Listed("channels")]
PlanBasisCode = Annotated[Code, Listed("plan_basis")]
MeasureCode = Annotated[Code, Listed("training_evaluations")]
TrainingStandardCode = Annotated[Code, Listed("training_standards")]
EvaluationStandardCode = Annotated[Code, Listed("standards")]
ScaleNameCode = Annotated[Code, Listed("scales")]
GradeCode = Annotated[Code, Listed("grades")]
BodyRef = Annotated[str, Names("body"), _BODY]
ReviewRef = Annotated[str, Names("review"), _REF]
RecommendationRef = Annotated[str, Names("recommendation"), _REF]
NextRecommendationRef = Annotated[str, Names("recommendation", forward=True), _REF]
ComingReviewRef = Annotated[str, Names("review", forward=True, to_come=True), _REF]
AuditRef = Annotated[str, Names("audit"), _REF]
CourseRef = Annotated[str, Names("training_course"), _REF]
ComingCourseRef = Annotated[str, Names("training_course", forward=True, to_come=True), _REF]
IndicatorRef = Annotated[str, Names("indicator"), _REF]
PlanRef = Annotated[str, Names("improvement_plan"), _REF]
ProgrammeRef = Annotated[str, Names("training_programme"), _REF]
DisseminationRef = Annotated[str, Names("dissemination"), _REF]
NextDisseminationRef = Annotated[str, Names("dissemination", forward=True), _REF]
ProcedureRef = Annotated[str, Names("procedure"), _REF]
ChallengeRef = Annotated[str, Names("challenge"), _REF]
EvaluationRef = Annotated[str, Names("evaluation"), _REF]
MembershipRef = Annotated[str, Names("membership"), _REF]
DataSubjectRef = Annotated[str, Names("data_subject"), _REF]
LedgerRef = Annotated[str, Names("ledger"), _REF]
EditionRef = Annotated[str, Names("edition"), _REF]
ReportRef = Annotated[str, Names("annual_report"), _REF]
LessonRef = Annotated[str, Names("lesson"), _REF]
StreamRef = Annotated[str, Names(""), _STREAM]
EvidenceRef = Annotated[str, Names("", forward=True), _STREAM]
NextStreamRef = Annotated[str, Names("", forward=True), _STREAM]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Ordinal = Annotated[int, Meta(ge=1, le=10_000_000)]
Instant = Annotated[datetime, Meta(tz=True)]

Check = Callable[[str, Any], Any]
"""Given where a value stands, and the value, a check returns it as it is to be kept.

It is the very same object, unless a text in it identifies something and is spelt otherwise.
"""
T = TypeVar("T")


def is_compound(kind: Any) -> bool:
    """Return whether a class *kind* has fields of its own."""
    return attrs.has(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct))


@cache
def types_of(kind: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class *kind*, by their names, in their order."""
    if attrs.has(kind):
        return {field.name: field.type for field in attrs.fields(kind)}
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


def _is_plain(text: str, length: int) -> bool:
    """Return whether *text* is ASCII on one line, as most is: little can be wrong with it."""
    return text.isascii() and text.isprintable() and 0 < len(text) <= length


def check_text(where: str, value: Any, length: int = TEXT_LENGTH) -> str:
    """Return *value*; raise `MalformedError` unless it is text that can be stored and shown."""
    if type(value) is not str:
        raise MalformedError(where, f"expected text, got {type_name(type(value))}")
    if _is_plain(value, length) and not value.isspace():
        return value
    if len(value) > length:
        raise MalformedError(where, f"{len(value):,} characters; at most {length:,} are kept")
    if is_blank(value):
        raise MalformedError(where, "must not be blank")
    if match := _CONTROL.search(value):
        raise MalformedError(where, f"control character U+{ord(match[0]):04X}; remove it")
    if match := SURROGATE.search(value):
        raise MalformedError(where, f"lone surrogate U+{ord(match[0]):04X}; not Unicode text")
    return value


def check_label(
    where: str, value: Any, length: int = REF_LENGTH, *, of_a_person: bool = False
) -> str:
    """Return *value* in its one spelling, NFC.

    Raises:
        MalformedError: it is no such text on one line, with no space around it, or has a character
            that makes it look like another one; the error names the character.
    """
    if type(value) is str and _is_plain(value, length) and value[0] != " " != value[-1]:
        return value
    text = normal(check_text(where, value, length))
    if text != text.strip() or len(text.splitlines()) > 1:
        raise MalformedError(where, "must be on one line, with no space around it")
    if character := look_alike(text, of_a_person=of_a_person):
        problem = f"{character} makes it look like another text; remove it, or write a plain space"
        raise MalformedError(where, problem)
    return text


def check_ref(where: str, value: Any, *, body: bool = False) -> str:
    """Return the reference *value*, `namespace/local`, such as `wscb/r-2`, in its one spelling.

    The reference of a *body* may be the namespace alone.

    Raises:
        MalformedError: it is none.
    """
    ref = check_label(where, value)
    namespace, slash, local = ref.partition("/")
    if not _NAMESPACE.fullmatch(namespace) or (slash and local != local.strip()):
        raise MalformedError(
            where, f"{ref!r} is not a reference; write the board's short name first: wscb/r-2"
        )
    if not local and (slash or not body):
        raise MalformedError(where, f"{ref!r} names a board but nothing of it; write wscb/r-2")
    return ref


def check_namespace(where: str, value: Any) -> str:
    """Return the namespace *value*, the short name of a board, in its one spelling.

    Raises:
        MalformedError: it is none.
    """
    name = check_ref(where, value, body=True)
    if "/" in name:
        raise MalformedError(where, f"{name!r} is not the short name of a board, such as wscb")
    return name


def check_stream(where: str, value: Any) -> str:
    """Return the id *value* of a stream, a category, a hyphen and a reference, in its one
    spelling.

    Raises:
        MalformedError: it is none.
    """
    stream = check_label(where, value, REF_LENGTH + 40)
    category, hyphen, ref = stream.partition("-")
    if not hyphen or not category.isidentifier():
        raise MalformedError(where, f"{stream!r} is not a stream; write review-wscb/scr-child-k")
    check_ref(where, ref, body=category == "body")
    return stream


@cache
def checks_of_type(annotation: Any) -> Check:
    """Return the check that the type *annotation* asks for.

    Raises:
        TypeError: there is no check for this type.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        return _checks_annotated(*get_args(annotation))
    if origin in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        check = checks_of_type(inner)
        return lambda where, value: None if value is None else check(where, value)
    if origin is tuple:
        return _check_each(checks_of_type(get_args(annotation)[0]))
    if annotation is datetime:
        return check_instant
    if annotation is float:
        return _check_number
    if isinstance(annotation, EnumType) or annotation in (bool, date, int):
        return _check_exact(annotation)
    if is_compound(annotation):
        return _check_fields(annotation)
    if isinstance(annotation, type):
        return _check_exact(annotation)
    raise TypeError(f"no check for a field of type {annotation!r}")


def _checks_annotated(kind: type, *marks: object) -> Check:
    for mark in marks:
        match mark:
            case Names(category=""):
                return check_stream
            case Names(category=category):
                return partial(check_ref, body=category == "body")
            case Prose():
                return check_text
            case Label(of_a_person=True):
                return partial(check_label, of_a_person=True)
            case Label():
                return check_label
            case Meta(ge=int(low), le=int(high)):
                return _check_between(low, high)
            case Meta(tz=True):
                return check_instant
    raise TypeError(f"no check for {kind!r} marked {marks!r}")


def _check_exact(kind: type) -> Check:
    def check(where: str, value: Any) -> Any:
        if type(value) is not kind:
            raise MalformedError(
                where, f"expected {type_name(kind)}, got {type_name(type(value))}"
            )
        return value

    return check


def _check_number(where: str, value: Any) -> Any:
    if type(value) not in (int, float) or not abs(value) < 1e15:
        raise MalformedError(where, f"expected a finite number, got {value!r}")
    return value


def _check_between(low: int, high: int) -> Check:
    def check(where: str, value: Any) -> Any:
        if type(value) is not int or not low <= value <= high:
            raise MalformedError(where, f"expected a whole number from {low} to {high:,}")
        return value

    return check


def check_instant(where: str, value: Any) -> datetime:
    """Return *value*; raise `MalformedError` unless it is an instant that UTC can express."""
    if type(value) is not datetime:
        raise MalformedError(where, f"expected an instant, got {type_name(type(value))}")
    if value.tzinfo is None:
        raise MalformedError(where, "a time without a zone; write 2018-01-25T09:30:00+00:00")
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        raise MalformedError(where, "outside the years 1 to 9999 in UTC") from error
    return value


def _check_each(check: Check) -> Check:
    def check_all(where: str, values: Any) -> Any:
        if type(values) is not tuple:
            raise MalformedError(where, f"expected a list, got {type_name(type(values))}")
        if len(values) > LIST_LENGTH:
            problem = f"{len(values):,} members; a list has at most {LIST_LENGTH:,}"
            raise MalformedError(where, problem)
        checked = tuple(check(f"{where}[{index}]", each) for index, each in enumerate(values))
        if any(new is not old for new, old in zip(checked, values, strict=True)):
            values = checked
        if len(set(values)) < len(values):
            index = _first_repeated(values)
            if index is None:
                return values  # texts that were erased, and can no more be told from each other
            raise MalformedError(f"{where}[{index}]", f"{values[index]} is listed twice")
        return values

    return check_all


def _first_repeated(values: tuple[Any, ...]) -> int | None:
    """Return the place of the first of *values* that stands before it, too, and was not erased."""
    places: dict[Any, int] = {}
    return next(
        (
            n
            for n, value in enumerate(values)
            if places.setdefault(value, n) < n and not _is_erased(value)
        ),
        None,
    )


def _is_erased(value: Any) -> bool:
    """Return whether a text was erased from *value*."""
    kind: Any = type(value)
    if is_compound(kind):
        return any(getattr(value, name) == ERASED for name in types_of(kind))
    return bool(value == ERASED)


@cache
def _check_fields(kind: Any) -> Check:
    inner = checks_of(kind)
    replace = attrs.evolve if attrs.has(kind) else msgspec.structs.replace

    def check(where: str, value: Any) -> Any:
        if type(value) is not kind:
            raise MalformedError(
                where, f"expected {type_name(kind)}, got {type_name(type(value))}"
            )
        spelt: dict[str, Any] = {}
        for name, check_inner in inner:
            field = getattr(value, name)
            checked = check_inner(f"{where}.{name}", field)
            if checked is not field:
                spelt[name] = checked
        return replace(value, **spelt) if spelt else value

    return check


def refuse_unknown_keys(value: Mapping[str, Any], kind: Any, where: str = "") -> None:
    """Raise `MalformedError` for a key of *value* that is no field of *kind*, at any depth."""
    known = types_of(kind)
    for key, inner in value.items():
        if key not in known:
            raise MalformedError(where + key, f"unknown field; known: {', '.join(sorted(known))}")
        for nested in _attrs_types(known[key]):
            for index, each in enumerate(inner if isinstance(inner, list) else [inner]):
                if isinstance(each, dict):
                    place = f"[{index}]" if isinstance(inner, list) else ""
                    refuse_unknown_keys(each, nested, f"{where}{key}{place}.")


def _attrs_types(annotation: Any) -> list[Any]:
    if is_compound(annotation):
        return [annotation]
    inner = getattr(annotation, "__args__", ())
    return [nested for part in inner for nested in _attrs_types(part)]


def malformed(error: ValidationError, where: str = "") -> MalformedError:
    """Return the *error* of `msgspec` as one that names the field and what is wrong with it."""
    problem, separator, path = str(error).rpartition(" - at `$")
    if not separator:
        problem, path = str(error), ""
    field = path.rstrip("`")
    if missing := _MISSING.fullmatch(problem):
        field, problem = f"{field}.{missing[1]}", "missing"
    return MalformedError((where + field).lstrip("."), in_words(problem))


def check_fields(where: str, value: T) -> T:
    """Return *value* with every field checked by its type, as in a command that is made."""
    if not is_compound(type(value)):
        raise MalformedError(where, f"expected an event, got {type(value).__name__}")
    kind: Any = type(value)
    checked: T = _check_fields(kind)(where, value)
    return checked


@cache
def checks_of(cls: Any) -> tuple[tuple[str, Check], ...]:
    """Return the fields of the class *cls*, each with the check that its type asks for."""
    return tuple((name, checks_of_type(kind)) for name, kind in types_of(cls).items())


NOT_CHECKED = bool
"""Takes nothing, or an event, and checks nothing of it: its command was checked. It is called for
each that is read from the log, so that it is a built-in.
"""
_WITHOUT_SLOTS = {"__dict__", "__weakref__"}
_OF_EVERY_CLASS = {
    *("__module__", "__qualname__", "__doc__", "__orig_bases__", "__parameters__"),
    *("__firstlineno__", "__static_attributes__"),  # from Python 3.13 on
}


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def message(cls: type[T]) -> type[T]:
    """Make a frozen, keyword-only attrs class whose field types are also its checks.

    Comparison and `repr` are inherited from `Command`: there are hundreds of messages, and to have
    `attrs` write these methods for each takes as long as all else that makes the class. An event
    that adds nothing to its command inherits all that `attrs` wrote for that.
    """
    if getattr(cls, "decided", False):
        namespace = {
            name: value for name, value in cls.__dict__.items() if name not in _WITHOUT_SLOTS
        }
        if namespace.keys() <= _OF_EVERY_CLASS:
            namespace |= {"__slots__": (), "__attrs_post_init__": NOT_CHECKED}
            kind: Any = cls
            namespace["__attrs_attrs__"] = attrs.fields(kind)  # msgspec looks at the class alone
            return type(cls.__name__, cls.__bases__, namespace)
        cls.__attrs_post_init__ = None  # type: ignore[attr-defined]  # its command was checked
    return frozen(cls, kw_only=True, eq=False, repr=False, weakref_slot=False)


def marks_of(annotation: Any) -> list[tuple[str, object]]:
    """Return every mark in *annotation*, with the path to it below the field."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return [("", mark) for mark in get_args(annotation)[1:]]
    if origin is tuple:
        return [("[]" + path, mark) for path, mark in marks_of(get_args(annotation)[0])]
    if origin in (Union, UnionType):
        return [mark for part in get_args(annotation) for mark in marks_of(part)]
    if is_compound(annotation):
        return [
            (f".{name}{path}", mark)
            for name, kind in types_of(annotation).items()
            for path, mark in marks_of(kind)
        ]
    return []
