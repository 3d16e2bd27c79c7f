"""Lives of recommendations, as commands, each of which leads to one event."""

from datetime import date, timedelta

from tests.audits import audit_commands
from tests.benchmarks.program import Command
from tests.benchmarks.program import recommendation as r
from tests.benchmarks.program import review as v
from tests.people import CHAIR, POLICY, QUALITY, TRAINING, day

LIFE = 10  # events of a recommendation


def notified() -> Command:
    """Return the review that the recommendations arise from, which only `lif` looks for."""
    opened = day("2017-12-01")
    return v.NotifyCase(
        by=CHAIR, on=opened, review="wscb/scr-1", kind="scr", subject="Child K", aware=opened
    )


def life(number: int, length: int = LIFE, ref: str | None = None) -> list[Command]:
    """Return all that happens to a recommendation; every other one is implemented."""
    ref = ref or f"wscb/r-{number}"
    days = [day("2018-02-01") + timedelta(number % 100 + 2 * step) for step in range(length)]
    issue = r.IssueRecommendation(
        by=CHAIR,
        on=days[0],
        recommendation=ref,
        source="review-wscb/scr-1",
        text="Review the pre-birth procedure, and see that every team uses it.",
        addressed=("wsb/lpp", "wsb/jld"),
    )
    accept = r.AcceptRecommendation(by=POLICY, on=days[1], recommendation=ref)
    plan = r.PlanRecommendation(
        by=QUALITY,
        on=days[2],
        recommendation=ref,
        owner="wsb/lpp",
        due=days[2] + timedelta(3),
        action="Rewrite the procedure; brief all teams; audit it in the spring.",
    )
    delays = [delay(ref, on, step) for step, on in enumerate(days[3:-1])]
    end = delay(ref, days[-1], 0)
    if number % 2:
        end = r.ImplementRecommendation(
            by=POLICY, on=days[-1], recommendation=ref, evidence="Published on the board's site."
        )
    return [issue, accept, plan, *delays, end]


def delay(ref: str, on: date, step: int) -> Command:
    """Return the *step*-th of the delays: it is explained, and then the due date is changed."""
    if step % 2:
        return r.ChangeDueDate(
            by=QUALITY,
            on=on,
            recommendation=ref,
            due=on + timedelta(3),
            reasons="Agreed, once the audit was moved.",
        )
    return r.ExplainRecommendationDelay(
        by=POLICY,
        on=on,
        recommendation=ref,
        explanation=f"guidance-{on}",
        reasons="Waiting for the national guidance.",
        until=on + timedelta(14),
    )


def improved(number: int) -> list[Command]:
    """Return the life of one that all answer, and that is put in place, shown to be practice, and
    checked; some relapse.
    """
    issue, accept, plan, *_ = life(number)
    ref, on = f"wscb/r-{number}", plan.on
    also = r.AcceptRecommendation(by=TRAINING, on=accept.on, recommendation=ref)
    done = r.ImplementRecommendation(
        by=POLICY, on=on + timedelta(10), recommendation=ref, evidence="Published."
    )
    embed = r.EmbedRecommendation(
        by=QUALITY,
        on=on + timedelta(60),
        recommendation=ref,
        evidence="An audit of case files.",
        rests_on=(f"audit-{ref}-60",),
    )
    due = tuple(on + timedelta(days) for days in (160, 460))
    schedule = r.ScheduleChecks(by=QUALITY, on=on + timedelta(60), recommendation=ref, due=due)
    checks = [
        r.CheckRecommendation(
            by=QUALITY,
            on=on + timedelta(days + number % 40),
            recommendation=ref,
            check=f"check {days}",
            passed=number % 6 != 0 or days < 400,
            note="Sampled.",
            rests_on=(f"audit-{ref}-{days}",),
        )
        for days in (160, 460, 660)
    ]
    audits = {
        days: audit_commands(f"{ref}-{days}", on + timedelta(days), ref)
        for days in (60, 160, 460, 660)
    }
    looked = [
        command
        for check, days in zip(checks, (160, 460, 660), strict=True)
        for command in (*audits[days], check)
    ]
    return [issue, accept, also, plan, done, *audits[60], embed, schedule, *looked]
