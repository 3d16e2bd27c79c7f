"""Figures that are counted in two ways."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lif_core.items.improvement import Finding
from lif_core.items.standing import counted
from lif_core.values.refs import category_of, ref_of, stream_of
from tests.agreement import Looks, Row, read_by
from tests.agreement.claims import CALENDAR

STANDINGS = (
    "waiting",
    "accepted",
    "implemented",
    "embedded",
    "sustained",
    "in_doubt",
    "relapsed",
    "declined",
    "ended",
)


def by(rows: Iterable[Row], column: Any, *columns: Any) -> dict[Any, Any]:
    """The sums of some *columns* of rows, by another one; without any, how many rows there are.

    What comes to nothing is left out. A column may be a function.
    """
    key, values = read_by(column), [*map(read_by, columns)] or [lambda row: 1]
    sums: dict[Any, list[int]] = defaultdict(lambda: [0] * len(values))
    for row in rows:
        for at, value in enumerate(values):
            sums[key(row)][at] += value(row) or 0
    return {name: tuple(of_it) for name, of_it in sorted(sums.items()) if any(of_it)}


def each(rows: Iterable[Row], column: str) -> Iterator[tuple[Any, Row]]:
    """Each of the values in a *column* of rows, with its row."""
    for row in rows:
        for value in dict.fromkeys(getattr(row, column)):
            yield value, row


def by_each(rows: Iterable[Row], column: str, *columns: Any) -> dict[Any, Any]:
    """The sums of some *columns* by each of the values in another one."""
    pairs, values = [*each(rows, column)], [read_by(one) for one in columns]
    functions = [lambda pair, value=value: value(pair[1]) for value in values]
    return by(pairs, lambda pair: pair[0], *functions)


def total(rows: Iterable[Row], *columns: Any) -> tuple[int, ...]:
    """The sums of some *columns* of rows."""
    sums = by(rows, lambda row: "", *columns)
    return tuple(sums.get("", (0,) * len(columns)))


def standings(findings: Iterable[str]) -> tuple[int, ...]:
    """Improvements by how far they came, as the public reads it, after how many there are."""
    counts = Counter[str]()
    for finding in findings:
        counts.update({"made": 1, **counted(Finding(finding))})
    return tuple(counts[column] for column in ("made", *STANDINGS))


def standings_by_board(improvements: Iterable[Row]) -> dict[str, Any]:
    findings: dict[str, list[str]] = defaultdict(list)
    for board, row in each(improvements, "boards"):
        findings[board].append(row.finding)
    return {board: standings(of_it) for board, of_it in sorted(findings.items())}


def not_of_deaths(looks: Looks) -> Iterator[Row]:
    """The improvements that do not arise from the review of a child's death."""
    improvements = looks.rows("sustainability/improvements")
    return (row for row in improvements if row.source not in looks.deaths)


def lately(looks: Looks, table: str) -> Iterator[Row]:
    """The rows of `annual-report` that are of the last twelve months, and of no report."""
    return (row for row in looks.rows(f"annual-report/{table}") if row.report is None)


def listed_agencies(looks: Looks) -> set[str]:
    return {row.agency for row in looks.rows("scorecard/duties")}


def among(names: Iterable[str], sums: Mapping[str, Any]) -> dict[str, Any]:
    """Those of some *sums* that are of these *names*."""
    wanted = {*names}
    return {name: of_it for name, of_it in sums.items() if name in wanted}


MADE = ("made", *STANDINGS)
ANSWERS = ("made", "accepted", "accepted_in_part", "declined", "pending", "ended")
CHECKS = ("passed", "failed", "on_time", "checks_done", "checks_due", "notes")
RECHECKS = ("passed", "failed", "notes", "notes_against", "on_time", "checks_done", "checks_due")
USES = ("begun", "held", "concluded")
HELD_DAYS = (
    "held", "open", "overdue_now", "days_overdue_so_far", "explained", "offered",
    "by_first_date", "accrued", "open_days",
)  # fmt: skip


def held(looks: Looks) -> Iterator[Row]:
    """The reviews that are held, but for those of children's deaths."""
    deaths = {row.review for row in looks.rows("child-death-panel/deaths")}
    return (
        row
        for row in looks.rows("conduct/reviews")
        if row.held is not None and row.review not in deaths
    )


def in_force(looks: Looks) -> set[str]:
    rows = looks.rows("procedures/procedures")
    return {row.procedure for row in rows if row.status == "endorsed"}


DEATHS = ("notified", "reviewed", "concluded", "waiting", "stopped")


def deaths_by(looks: Looks, table: str) -> dict[str, tuple[int, ...]]:
    """The deaths of each group as the panel sees them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in looks.rows("child-death-panel/deaths"):
        names = {"boards": row.boards, "years": (str(row.died.year),)}.get(table, ("",))
        for name in names:
            groups[name].append(row.standing)
    return {
        name: (
            len(of_it), of_it.count("reviewed") + of_it.count("concluded"),
            *(of_it.count(standing) for standing in ("concluded", "waiting", "stopped")),
        )
        for name, of_it in groups.items()
    }  # fmt: skip


def shown_of(rows: Iterable[Row], counts: Mapping[str, tuple[int, ...]]) -> Iterator[Any]:
    """Each count that is shown to the public, and is another one for the panel."""
    for row in rows:
        real = counts.get(row.group, (0,) * len(DEATHS))
        for name, count in zip(DEATHS, real, strict=True):
            if getattr(row, name) not in (None, count):
                yield row.group, name, getattr(row, name), count


CLOCKS = ("met", "late", "done", "open", "overdue", "ended")


def names(looks: Looks) -> dict[str, str]:
    """The names that bodies on record bear today."""
    return {row.body: row.name for row in looks.rows("assurance/names") if row.until is None}


def shown_otherwise(looks: Looks) -> Iterator[Any]:
    """Each row of a category or a year that the public sees, and the panel sees otherwise."""
    for row in looks.rows("child-deaths/modifiable"):
        shown = (row.modifiable, row.not_modifiable, row.unknown)
        if row.modifiable is not None and shown != answers_of(looks, row):
            yield row
    categories = looks.rows("child-death-panel/categories")
    for row in looks.rows("child-deaths/patterns"):
        if row.pattern == "category" and row.deaths is not None:
            of_it = [each for each in categories if each.category == row.code]
            if total(of_it, "deaths") != (row.deaths,):
                yield row


def inconsistent(looks: Looks) -> int:
    """How many reviews and recommendations are inconsistent."""
    streams = {row.stream for row in looks.rows("corrections/inconsistent")}
    return sum(category_of(each) in ("review", "recommendation") for each in streams)


def answers_of(looks: Looks, group: Row) -> tuple[int, ...]:
    """The deaths of a group, by whether the panel saw modifiable factors in them."""
    rows = [
        row
        for row in looks.rows("child-death-panel/categories")
        if (row.category if group.by == "category" else str(row.year)) == group.group
    ]
    return total(rows, "modifiable", "not_modifiable", "unknown")


RECOMMENDATIONS, IMPROVEMENTS = "recommendations/recommendations", "sustainability/improvements"
SUMS: Mapping[str, tuple[Callable[[Looks], Any], Callable[[Looks], Any]]] = {
    "recommendations in all": (
        lambda v: (
            v.figure("accountability/totals").recommendations,
            v.figure("learning-cycle/totals").recommendations,
            sum(v.figure("sustainability/standing").values()),
        ),
        lambda v: (len(v.rows(RECOMMENDATIONS)),) * 3,
    ),
    "recommendations by how far they have come": (
        lambda v: {k.value: n for k, n in v.figure("sustainability/standing").items() if n},
        lambda v: Counter(row.finding for row in v.rows(IMPROVEMENTS)),
    ),
    "recommendations with a cycle": (
        lambda v: len(v.rows("learning-cycle/recommendations")),
        lambda v: (
            v.figure("learning-cycle/totals").recommendations
            - v.figure("learning-cycle/totals").without_cycle
        ),
    ),
    "recommendations by stage": (
        lambda v: by(v.rows("learning-cycle/funnel"), ("framework", "stage"), "furthest"),
        lambda v: by(
            [r for r in v.rows("learning-cycle/recommendations") if r.stage],
            ("framework", "stage"),
        ),
    ),
    "recommendations by theme": (
        lambda v: by(v.rows("recommendations/themes"), "theme", "recommendations"),
        lambda v: by_each(v.rows(RECOMMENDATIONS), "themes", lambda row: 1),
    ),
    "recommendations of a board": (
        lambda v: by(v.rows("accountability/boards"), "board", "recommendations"),
        lambda v: by_each(v.rows(RECOMMENDATIONS), "boards", lambda row: 1),
    ),
    "recommendations of a board, in its group": (
        lambda v: by(
            [r for r in v.rows("sustainability/groups") if r.by == "board"],
            "group",
            "improvements",
            *Finding,
        ),
        lambda v: by_each(
            v.rows(IMPROVEMENTS),
            "boards",
            lambda row: 1,
            *((lambda row, f=f: row.finding == f) for f in Finding),
        ),
    ),
    "standing of a board's recommendations": (
        lambda v: by(v.rows("assurance/boards"), "board", *MADE),
        lambda v: standings_by_board(v.rows(IMPROVEMENTS)),
    ),
    "standing of a board's recommendations in its report": (
        lambda v: by(lately(v, "implementation"), "board", *MADE),
        lambda v: standings_by_board(v.rows(IMPROVEMENTS)),
    ),
    "standing of a board's recommendations in public": (
        lambda v: by(v.rows("publication/boards"), "board", *MADE),
        lambda v: standings_by_board(not_of_deaths(v)),
    ),
    "standing of a review's recommendations in public": (
        lambda v: by(v.rows("publication/improvements"), "review", *MADE),
        lambda v: among(
            [row.review for row in v.rows("publication/reviews")],
            {
                ref_of(source): standings(
                    row.finding for row in v.rows(IMPROVEMENTS) if row.source == source
                )
                for source in {row.source for row in v.rows(IMPROVEMENTS)}
                if category_of(source) == "review"
            },
        ),
    ),
    "checks of a board": (
        lambda v: by(v.rows("assurance/boards"), "board", *CHECKS),
        lambda v: by_each(v.rows(IMPROVEMENTS), "boards", *CHECKS),
    ),
    "checks in all": (
        lambda v: total(
            [v.figure("sustainability/rechecks")],
            "passed",
            "failed",
            "notes",
            "notes_against",
            "on_time",
            "done",
            "due",
        ),
        lambda v: total(v.rows(IMPROVEMENTS), *RECHECKS),
    ),
    "checks that were due by now and not made, on the calendar": (
        lambda v: sum(
            row.what == "check" and row.days <= 0
            for row in [*v.rows("calendar/overdue"), *v.rows("calendar/due")]
        ),
        lambda v: sum(
            row.checks_due - row.checks_done
            for row in v.rows(IMPROVEMENTS)
            if row.finding not in ("declined", "withdrawn", "superseded")
        ),
    ),
    "spells": (
        lambda v: (
            v.figure("sustainability/lasting").spells,
            v.figure("sustainability/lasting").recommendations,
        ),
        lambda v: (
            len(v.rows("sustainability/spells")),
            len({row.recommendation for row in v.rows("sustainability/spells")}),
        ),
    ),
    "evidence by level": (
        lambda v: by(v.rows("sustainability/evidence"), "level", "embedded", "checks", "records"),
        lambda v: {
            level: counts
            for level in range(5)
            if any(
                counts := (
                    sum(
                        r.level == level and r.finding in ("embedded", "sustained")
                        for r in v.rows(IMPROVEMENTS)
                    ),
                    *(
                        sum(
                            r.level == level and r.what == what
                            for r in v.rows("sustainability/shown")
                        )
                        for what in ("check", "evidence")
                    ),
                )
            )
        },
    ),
    "duties that are open, on the calendar": (
        lambda v: total(
            [r for r in v.rows("calendar/counts") if r.what == "recommendation"],
            "overdue",
            lambda row: row.due + row.overdue,
        ),
        lambda v: (
            v.figure("accountability/totals").overdue_now,
            v.figure("accountability/totals").duties_open
            - v.figure("accountability/totals").undated,
        ),
    ),
    "all that is due, by kind": (
        lambda v: by(v.rows("calendar/counts"), "what", "overdue", "not_known", "due"),
        lambda v: by(
            [row for table in CALENDAR for row in v.rows(table)],
            "what",
            lambda row: row.status == "overdue",
            lambda row: row.status == "not_known",
            lambda row: row.status == "due",
        ),
    ),
    "answers of an agency": (
        lambda v: by(v.rows("scorecard/duties"), "agency", *ANSWERS),
        lambda v: among(
            listed_agencies(v), by(v.rows("accountability/responses"), "body", *ANSWERS)
        ),
    ),
    "answers in all": (
        lambda v: by(
            v.rows("accountability/answers"),
            "body",
            lambda r: 1,
            *((lambda r, a=a: r.answer.replace(" ", "_") == a) for a in ANSWERS[1:]),
        ),
        lambda v: by(v.rows("accountability/responses"), "body", *ANSWERS),
    ),
    "days of an agency": (
        lambda v: by(v.rows("scorecard/duties"), "agency", *HELD_DAYS),
        lambda v: among(
            listed_agencies(v), by(v.rows("accountability/bodies"), "body", *HELD_DAYS)
        ),
    ),
    "recommendations judged": (
        lambda v: by(
            [r for r in v.rows("accountability/judgement_totals") if r.judgement != "not judged"],
            "judgement",
            "recommendations",
        ),
        lambda v: by(v.rows("accountability/judged"), "judgement"),
    ),
    # Reviews and audits
    "reviews in all": (
        lambda v: v.figure("accountability/totals").reviews,
        lambda v: len(v.rows("conduct/reviews")),
    ),
    "reviews of a board": (
        lambda v: by(v.rows("accountability/boards"), "board", "reviews"),
        lambda v: by_each(v.rows("conduct/reviews"), "boards", lambda row: 1),
    ),
    "reviews of a board that go on, and that are concluded": (
        lambda v: by(v.rows("assurance/boards"), "board", "reviews_ongoing", "reviews_concluded"),
        lambda v: by_each(
            held(v),
            "boards",
            lambda r: r.reported is None and r.ended is None,
            lambda r: r.reported is not None,
        ),
    ),
    "reviews of a board that go on, in its report": (
        lambda v: by(lately(v, "periods"), "board", "ongoing"),
        lambda v: by_each(held(v), "boards", lambda r: r.reported is None and r.ended is None),
    ),
    "reviews by kind in a report": (
        lambda v: by(
            v.rows("annual-report/reviews"),
            lambda r: (r.report or "", r.board),
            "concluded",
            "ongoing",
            "findings",
        ),
        lambda v: by(
            v.rows("annual-report/periods"),
            lambda r: (r.report or "", r.board),
            "concluded",
            "ongoing",
            "findings",
        ),
    ),
    "findings in a report": (
        lambda v: by(
            v.rows("annual-report/periods"), lambda r: (r.report or "", r.board), "findings"
        ),
        lambda v: by(v.rows("annual-report/findings"), lambda r: (r.report or "", r.board)),
    ),
    "decisions at meetings": (
        lambda v: (
            by(v.rows("decisions/meetings"), "body", lambda r: 1, "quorate"),
            total(v.rows("decisions/meetings"), "decisions"),
            v.figure("decisions/")["inquorate"],
        ),
        lambda v: (
            by(v.rows("accountability/representation"), "body", "meetings", "quorate"),
            total(v.rows("decisions/decisions"), lambda r: r.met is not None),
            sum(row.quorate is False for row in v.rows("decisions/decisions")),
        ),
    ),
    "uses by kind, source and year": (
        lambda v: by(v.rows("coverage/ever"), ("board", "source"), *USES),
        lambda v: by(v.rows("coverage/kinds"), ("board", "source"), *USES),
    ),
    "uses by year": (
        lambda v: by(v.rows("coverage/years"), ("board", "source", "kind"), *USES),
        lambda v: by(v.rows("coverage/kinds"), ("board", "source", "kind"), *USES),
    ),
    "uses begun in all": (
        lambda v: total(v.rows("coverage/totals"), "begun")[0],
        lambda v: len(v.rows("conduct/reviews")) + len(v.rows("audits/audits")),
    ),
    "uses of a board": (
        lambda v: by(v.rows("coverage/ever"), "board", "begun"),
        lambda v: dict(
            sorted(
                (board, (n,))
                for board, n in Counter(
                    board
                    for name in ("conduct/reviews", "audits/audits")
                    for board, _ in each(v.rows(name), "boards")
                ).items()
            )
        ),
    ),
    "sources of evaluations concluded": (
        lambda v: by(v.rows("expected-evaluations/sources"), "source", "concluded"),
        lambda v: by([r for r in v.rows("coverage/totals") if r.source], "source", "concluded"),
    ),
    "evaluations expected": (
        lambda v: by(
            v.rows("expected-evaluations/sources"),
            "source",
            "expected",
            "done",
            "late",
            "open",
            "missing",
            "abandoned",
        ),
        lambda v: by(
            v.rows("expected-evaluations/expected"),
            "source",
            lambda r: 1,
            lambda r: r.status == "done",
            "late",
            *((lambda r, s=s: r.status == s) for s in ("open", "missing", "abandoned")),
        ),
    ),
    "findings by theme": (
        lambda v: by(
            v.rows("conduct/themes"),
            "theme",
            "findings",
            "system",
            "individual",
            "good_practice",
        ),
        lambda v: by_each(
            v.rows("conduct/findings"),
            "themes",
            lambda r: 1,
            *((lambda r, f=f: r.factor == f) for f in ("system", "individual", "good practice")),
        ),
    ),
    "what nobody shared": (
        lambda v: (
            v.figure("dissemination/")["reviews_never_shared"],
            v.figure("dissemination/")["practice_never_shared"],
        ),
        lambda v: (
            sum(row.shared is None for row in v.rows("dissemination/reviews")),
            sum(row.shared is None for row in v.rows("dissemination/practice")),
        ),
    ),
    "channels": (
        lambda v: by(v.rows("dissemination/channels"), "channel", "often", "reached"),
        lambda v: by(
            v.rows("dissemination/disseminations"),
            "channel",
            lambda r: 1,
            lambda r: r.reached or 0,
        ),
    ),
    # Deaths
    "deaths in all": (
        lambda v: tuple(v.figure("child-death-panel/").values()),
        lambda v: total(
            v.rows("child-death-panel/deaths"),
            lambda r: 1,
            lambda r: r.analysed is not None,
            lambda r: r.modifiable == "modifiable factors",
        ),
    ),
    "deaths by category": (
        lambda v: total(v.rows("child-death-panel/categories"), "deaths", "modifiable"),
        lambda v: tuple(v.figure("child-death-panel/")[n] for n in ("notified", "modifiable")),
    ),
    "deaths by factor": (
        lambda v: by(
            v.rows("child-death-panel/factors"),
            lambda r: f"{r.domain}: {r.factor}: {r.influence}",
            "deaths",
        ),
        lambda v: by_each(v.rows("child-death-panel/deaths"), "factors", lambda r: 1),
    ),
    "deaths in public, where a count is shown": (
        lambda v: [
            *shown_of(v.rows("child-deaths/boards"), deaths_by(v, "boards")),
            *shown_of(v.rows("child-deaths/years"), deaths_by(v, "years")),
            *shown_of([v.figure("child-deaths/totals")], deaths_by(v, "")),
        ],
        lambda v: [],
    ),
    # All else
    "statements of a board": (
        lambda v: by(
            v.rows("assurance/boards"), "board", "statements_asked", "statements_received"
        ),
        lambda v: by_each(v.rows("assurance/statements"), "boards", "asked", "received"),
    ),
    "statements of an agency": (
        lambda v: by(v.rows("scorecard/assurance"), "agency", "asked", "submitted"),
        lambda v: among(
            listed_agencies(v), by(v.rows("compliance/statements"), "agency", "asked", "given")
        ),
    ),
    "an agency's own audits": (
        lambda v: by(v.rows("scorecard/assurance"), "agency", "own", "concluded", "impact"),
        lambda v: among(
            listed_agencies(v),
            by(
                v.rows("compliance/own_audits"),
                "agency",
                lambda r: 1,
                lambda r: r.concluded is not None,
                lambda r: bool(r.impacts),
            ),
        ),
    ),
    "concerns and warnings of a board": (
        lambda v: by(v.rows("assurance/boards"), "board", "open_concerns", "warnings"),
        lambda v: by(
            [
                *each(v.rows("assurance/concerns"), "boards"),
                *each(v.rows("assurance/warnings"), "boards"),
            ],
            lambda pair: pair[0],
            lambda pair: hasattr(pair[1], "reference"),
            lambda pair: hasattr(pair[1], "warning"),
        ),
    ),
    "notes of an agency": (
        lambda v: by(v.rows("scorecard/learning"), "agency", "notes", "acknowledged", "acted_on"),
        lambda v: among(
            listed_agencies(v),
            by(
                [r for r in v.rows("audits/notes") if r.sent],
                "agency",
                lambda r: 1,
                lambda r: r.acknowledged is not None,
                lambda r: r.reported is not None,
            ),
        ),
    ),
    "learning put to an agency": (
        lambda v: by(v.rows("scorecard/learning"), "agency", "put_to", "taken_up"),
        lambda v: among(
            listed_agencies(v),
            by(
                v.rows("dissemination/bodies"),
                "body",
                lambda r: 1,
                lambda r: r.taken_up is not None,
            ),
        ),
    ),
    "procedures in force": (
        lambda v: {r.procedures for r in v.rows("scorecard/learning")},
        lambda v: (
            {sum(r.status == "endorsed" for r in v.rows("procedures/procedures"))}
            if v.rows("scorecard/learning")
            else set()
        ),
    ),
    "procedures of an agency": (
        lambda v: by(v.rows("scorecard/learning"), "agency", "adopted"),
        lambda v: among(
            listed_agencies(v),
            dict(
                sorted(
                    (body, (n,))
                    for body, n in Counter(
                        body
                        for body, _ in {
                            (r.body, r.procedure)
                            for r in v.rows("procedures/adoptions")
                            if r.procedure in in_force(v)
                        }
                    ).items()
                )
            ),
        ),
    ),
    "editions of the framework": (
        lambda v: total(v.rows("scorecard/assurance"), "editions", "acknowledged"),
        lambda v: total(v.rows("assurance/editions"), "agencies", "acknowledged"),
    ),
    "members of an agency": (
        lambda v: by(v.rows("scorecard/representation"), "agency", "members"),
        lambda v: among(
            listed_agencies(v),
            by([r for r in v.rows("assurance/members") if r.ended is None], "agency"),
        ),
    ),
    "evidence of agencies": (
        lambda v: by(v.rows("scorecard/embedding"), "agency", "evidence"),
        lambda v: by(v.rows("scorecard/routes"), "agency", "evidence"),
    ),
    "people of an agency who came": (
        lambda v: by(v.rows("scorecard/training"), "agency", "attended"),
        lambda v: among(
            listed_agencies(v), by(v.rows("training/mix.agencies"), "agency", "attended")
        ),
    ),
    "people of an agency who completed training": (
        lambda v: by(v.rows("scorecard/training"), "agency", "groups", "staff", "completed"),
        lambda v: among(
            listed_agencies(v),
            by(
                [r for r in v.rows("training/completions") if r.latest],
                "agency",
                lambda r: 1,
                "staff",
                "completed",
            ),
        ),
    ),
    "courses in all": (
        lambda v: tuple(v.figure("training/").values()),
        lambda v: (
            sum(r.status in ("provided", "commissioned") for r in v.rows("training/catalogue")),
            total(v.rows("training/sessions"), "attended")[0],
        ),
    ),
    "courses by what they arise from": (
        lambda v: by(v.rows("training/arising"), "stream", "courses"),
        lambda v: by_each(v.rows("training/catalogue"), "arising_from", lambda r: 1),
    ),
    "evaluations of training by level": (
        lambda v: by(
            v.rows("training/levels"),
            lambda r: (r.level, r.months or 0, r.measure or ""),
            "sessions",
            "replies",
            "positive",
        ),
        lambda v: by(
            v.rows("training/evaluations"),
            lambda r: (r.level, r.months or 0, r.measure or ""),
            lambda r: 1,
            "replies",
            "positive",
        ),
    ),
    "people whose profession is known": (
        lambda v: total(v.rows("training/mix.professions"), "attended"),
        lambda v: total(v.rows("training/mix.agencies"), "attended"),
    ),
    "grades": (
        lambda v: by(v.rows("compliance/standards"), ("audit", "standard"), "own"),
        lambda v: by([r for r in v.rows("compliance/grades") if r.own], ("audit", "standard")),
    ),
    "a lesson, from its links": (
        lambda v: {
            r.lesson: (r.told, r.answers, r.stand)
            for r in v.rows("lessons/lessons")
            if r.told or r.answers
        },
        lambda v: {
            lesson: (
                sum(r.lesson == lesson for r in v.rows("lessons/tellings")),
                sum(r.lesson == lesson for r in v.rows("lessons/answers")),
                sum(
                    r.lesson == lesson and r.embedded is not None and r.ended is None
                    for r in v.rows("lessons/answers")
                ),
            )
            for lesson in {
                r.lesson for table in ("tellings", "answers") for r in v.rows(f"lessons/{table}")
            }
        },
    ),
    "a change that stands in a lesson": (
        lambda v: (
            {
                r.answer
                for r in v.rows("lessons/answers")
                if category_of(r.answer) == "recommendation" and r.embedded and not r.ended
            }
            - {
                stream_of("recommendation", r.recommendation)
                for r in v.rows(IMPROVEMENTS)
                if r.embedded
            }
        ),
        lambda v: set(),
    ),
    "answers by source": (
        lambda v: by(v.rows("accountability/matrix"), "body", *ANSWERS),
        lambda v: by(v.rows("accountability/responses"), "body", *ANSWERS),
    ),
    "duties by who answers today": (
        lambda v: total(v.rows("accountability/lineages"), *HELD_DAYS[1:]),
        lambda v: total(v.rows("accountability/bodies"), *HELD_DAYS[1:]),
    ),
    "duties of law by status": (
        lambda v: by(v.rows("accountability/clock_totals"), "clock", "started", *CLOCKS),
        lambda v: by(
            v.rows("accountability/clocks"),
            "clock",
            lambda r: 1,
            *((lambda r, s=s: ("late" if r.status == "short" else r.status) == s) for s in CLOCKS),
        ),
    ),
    "escalations": (
        lambda v: by(v.rows("accountability/escalation_totals"), "to", "raised", "open"),
        lambda v: by(
            v.rows("accountability/escalations"), "to", lambda r: 1, lambda r: r.answered is None
        ),
    ),
    "the names of committees": (
        lambda v: {
            r.committee: r.name for r in v.rows("assurance/committees") if r.committee in names(v)
        },
        lambda v: {
            r.committee: names(v)[r.committee]
            for r in v.rows("assurance/committees")
            if r.committee in names(v)
        },
    ),
    "sources used lately": (
        lambda v: {(r.board, r.source) for r in v.rows("coverage/lately") if r.used},
        lambda v: {(r.board, r.source) for r in v.rows("coverage/kinds") if r.lately},
    ),
    "what is inconsistent in public, at most": (
        lambda v: [
            count
            for view in ("publication", "register")
            if (count := v.figure(f"{view}/")["inconsistent"]) > inconsistent(v)
        ],
        lambda v: [],
    ),
    "spells by each estimate": (
        lambda v: (
            v.figure("sustainability/survival").spells,
            v.figure("sustainability/by_day_of_discovery").spells,
            v.figure("sustainability/survival_of_first").spells,
        ),
        lambda v: (
            v.figure("sustainability/lasting").spells,
            v.figure("sustainability/lasting").spells,
            v.figure("sustainability/lasting").recommendations,
        ),
    ),
    "people whose agency is known": (
        lambda v: total(v.rows("training/mix.agencies"), "attended"),
        lambda v: (v.figure("training/mix").of,),
    ),
    "courses by standard": (
        lambda v: by(v.rows("training/standards"), "standard", "courses"),
        lambda v: by(
            v.rows("training/standards"),
            "standard",
            lambda r: r.met + r.not_met + r.not_assessed,
        ),
    ),
    "places booked": (
        lambda v: {r.of for r in v.rows("training/bookings")},
        lambda v: {*total(v.rows("training/bookings"), "places")} - {0},
    ),
    "answers without a public wording": (
        lambda v: v.figure("register/missing").answers,
        lambda v: sum(r.on is not None and r.wording is None for r in v.rows("register/answers")),
    ),
    "deaths by category and year in public, where a count is shown": (
        lambda v: [*shown_otherwise(v)],
        lambda v: [],
    ),
}
