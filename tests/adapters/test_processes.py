"""Processes that decide on the same streams at once, each on what is there by then."""

import subprocess
import sys
from datetime import date
from typing import Any

from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import OpenReview
from tests.people import CHAIR, TEXTS, day

PROCESSES = 5
COMMANDS = 60
REFS = ("wscb/1", "wscb/2")

CODE = """
import random, sys
from datetime import date, timedelta
from lif_adapters.wiring import connect
from lif_core.values.authority import Authority
from lif_core.errors import RefusedError
from lif_core.aggregates.recommendation import ImplementRecommendation, ReopenRecommendation
url, seed, count, *refs = sys.argv[1:]
chance = random.Random(seed)
by = Authority(person="A. Chair", role="independent chair", body="wscb")
recorded = 0
with connect(url) as app:
    for number in range(int(count)):
        on = date(2018, 3, 1) + timedelta(number)
        about = {"by": by, "on": on, "recommendation": chance.choice(refs)}
        said = f"{seed} {number}"
        command = chance.choice((
            lambda: ImplementRecommendation(**about, evidence=said),
            lambda: ReopenRecommendation(**about, due=on + timedelta(9), reasons=said),
        ))()
        try:
            recorded += len(app.handle(command, command_id=said))
        except RefusedError:
            pass
print(recorded)
"""


def test_what_one_process_decides_holds_for_the_others(store_url: str) -> None:
    """Done and reopened take turns in every stream, whoever said which; nothing is lost."""
    about: dict[str, Any] = {"by": CHAIR, "on": day("2018-01-01")}
    with connect(store_url, readership=TEXTS) as app:
        app.handle(
            OpenReview(**about, review="wscb/x", kind="single-agency-review", title="A case")
        )
        for ref in REFS:
            issue = {"source": "review-wscb/x", "text": "Do it", "addressed": ("wscb",)}
            app.handle(r.IssueRecommendation(**about, recommendation=ref, **issue))  # type: ignore[arg-type]
            app.handle(r.AcceptRecommendation(**about, recommendation=ref))
            plan = {"owner": "wscb", "due": date(2018, 2, 1), "action": "Do it"}
            app.handle(r.PlanRecommendation(**about, recommendation=ref, **plan))  # type: ignore[arg-type]
        before = len(list(app.history()))
    command = [sys.executable, "-c", CODE, store_url]
    children = [
        subprocess.Popen(
            [*command, str(seed), str(COMMANDS), *REFS], stdout=subprocess.PIPE, text=True
        )
        for seed in range(PROCESSES)
    ]
    counted = [int(child.communicate(timeout=120)[0]) for child in children]

    with connect(store_url, readership=TEXTS) as app:
        records = list(app.history())
        assert before + sum(counted) == len(records)
        assert len(records) == len({record.position for record in records})
        assert sorted(record.recorded_at for record in records) == [
            record.recorded_at for record in records
        ]
        for ref in REFS:
            said = [type(record.event) for record in app.history(f"recommendation-{ref}")][3:]
            turns = (r.RecommendationImplemented, r.RecommendationReopened)
            assert [turns[number % 2] for number in range(len(said))] == said
