"""The world of the random histories: two boards under one pack, and an application over it."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from lif_adapters.json_values import json_record, json_value
from lif_core import Application, MemoryRecorder, load_frameworks, parse_framework
from lif_core.log.mapper import LifMapper
from lif_core.views.accountability import accountability
from lif_core.views.corrections import corrections
from lif_core.views.sustainability import sustainability
from lif_core.views.training import training
from tests.people import TEXTS

VIEWS: Mapping[str, Any] = {
    "accountability": accountability,
    "corrections": corrections,
    "sustainability": sustainability,
    "training": training,
}
LATER = datetime(2031, 1, 1, tzinfo=UTC)
MAPPER = LifMapper()
BOARDS = ("xb", "yb")
COMMITTEES = ("xb/c1", "xb/c2", "xb/c3", "yb/c1")
AGENCIES = ("xb/a1", "xb/a2", "xb/a3", "yb/a1")

PACK = """
name = "recount"
title = "Two boards, for the second implementation"
governs = ["xb", "yb"]
in_force = 2016-01-01
addressees = [{ code = "panel", name = "Panel" }, { code = "inspectorate", name = "Inspectorate" }]
routes = [{ code = "team-meetings", name = "Team meetings" }]
channels = [{ code = "newsletter", name = "Newsletter" }]

[[review_kinds]]
kind = "case"
name = "Review of a case"
case = true
published = true
principles = false
independent = false
addressees = ["panel", "inspectorate"]
criteria = [{ code = "harm", name = "Harm" }]
[[review_kinds.grounds]]
ground = "harm"
name = "Harm"
met = ["harm"]
mandatory = false

[[review_kinds]]
kind = "small"
name = "Review without a case"
principles = false
independent = false

[[audit_kinds]]
kind = "multi"
name = "Multi-agency audit"
files = true
note = true
[[audit_kinds]]
kind = "own"
name = "Audit of an agency by itself"
own = true
[[audit_kinds]]
kind = "plain"
name = "Audit without files"

[[scales]]
name = "four"
grades = ["outstanding", "good", "requires improvement", "inadequate"]
good = 2

[[duties]]
name = "notification"
kinds = ["case"]
start = "aware"
stop = "notified"
working_days = 5
[[duties]]
name = "decision"
kinds = ["case"]
start = "notified"
stop = "decided"
months = 1
[[duties]]
name = "told"
kinds = ["case"]
start = "decided to hold"
stop = "decision to hold told"
working_days = 5
owed_to = ["panel", "inspectorate"]
[[duties]]
name = "told why not"
kinds = ["case"]
start = "decided not to hold"
stop = "decision not to hold told"
days = 14
owed_to = ["panel"]
[[duties]]
name = "completion"
kinds = ["case"]
start = "decided to hold"
stop = "report accepted"
months = 6
[[duties]]
name = "how long"
kinds = ["case", "small"]
start = "report accepted"
stop = "published"
[[duties]]
name = "copy"
kinds = ["case"]
start = "published"
stop = "report sent"
working_days = 7
ahead = true
owed_to = ["panel"]
[[duties]]
name = "online"
kinds = ["case"]
start = "published"
stop = "taken down"
months = 2
not_before = true
[[duties]]
name = "yearly audit"
kinds = ["multi"]
boards = ["xb"]
every_months = 12
stop = "audit concluded"
"""
BODIES = "".join(
    f'\n[[bodies]]\nref = "{ref}"\nname = "{ref}"\nkind = "{kind}"\n'
    + ('boards = ["xb", "yb"]\n' if ref == "xb/c3" else "")
    for kind, refs in (("board", BOARDS), ("committee", COMMITTEES), ("agency", AGENCIES))
    for ref in refs
)


def pack_text(*, answers: bool, floor: int) -> str:
    """Return the pack, with or without a time for answers, with a *floor* of spells at risk."""
    text = PACK + BODIES
    if answers:
        text += '\n[[answer_times]]\nname = "answers"\ndays = 56\n'
    text += f"\n[horizons]\nat_risk = {floor}\n"
    if floor == 1:
        text += "explanation = 60\n"
    return text


@cache
def rules(*, answers: bool, floor: int) -> Mapping[str, Any]:
    """Return the pack as the recount reads it: as data."""
    return tomllib.loads(pack_text(answers=answers, floor=floor))


@cache
def frameworks(*, answers: bool, floor: int) -> Any:
    text = pack_text(answers=answers, floor=floor)
    return load_frameworks().plus(parse_framework(text, "recount.toml"))


def application(*, answers: bool, floor: int) -> Application:
    return Application(
        MemoryRecorder(),
        clock=lambda: LATER,
        frameworks=frameworks(answers=answers, floor=floor),
        readership=TEXTS,
    )


def exported(app: Application) -> list[dict[str, Any]]:
    """Return the log as `lif log --format json` writes it."""
    return [json_record(record, MAPPER) for record in app.history()]


def shown(app: Application, name: str, valid: Any, known: Any) -> dict[str, Any]:
    """Return a view as `lif view --format json` writes it."""
    view = app.view(VIEWS[name], valid=valid, known=known, afresh=True)
    value = json_value(view, MAPPER)
    assert isinstance(value, dict)
    return value
