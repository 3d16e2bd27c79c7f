"""The log over HTTP: who is answered what, and that it is what the log says."""

import asyncio
import csv
import io
import json
import logging
from collections.abc import Iterator
from threading import Barrier
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from litestar import Litestar, asgi
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from lif_adapters.http import User, http_app
from lif_adapters.http.host import Scope
from lif_adapters.json_values import json_record, json_value
from lif_core.aggregates.lesson import LessonDrawn, LessonLinked, LessonPublished
from lif_core.aggregates.review import ReviewOpened
from lif_core.commands.application import Application
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import schema
from lif_core.values.refs import namespace_of, ref_of
from lif_core.views import PROJECTIONS
from tests import logs
from tests.improvement_events import event
from tests.improvement_histories import recorded
from tests.people import CHAIR, EVERYTHING, TEXTS, day
from tests.web import REVIEW, STREAM, application, client, host, worked

MAPPER = LifMapper()
READ = ("/history", "/why?stream=review-wscb/scr-child-k", "/views", "/rules", "/openapi.json")
VIEWS = ("/views/accountability", "/views/accountability/clocks", "/views/lessons/lessons.csv")
OPEN = "/commands/OpenReview"


@pytest.fixture
def board() -> Application:
    return application()


@pytest.fixture
def http(board: Application) -> TestClient:
    """A client of somebody who may do everything, over an empty log."""
    return client(http_app(board, host))


@pytest.fixture(scope="module")
def history() -> Application:
    """The worked history, which is only read."""
    return worked()


@pytest.fixture(scope="module")
def reading(history: Application) -> TestClient:
    """A client of somebody who may read everything of the worked history."""
    return client(http_app(history, host))


# Who is answered what


@pytest.mark.parametrize("path", [*READ, *VIEWS])
def test_nobody_unknown_is_answered_anything(history: Application, path: str) -> None:
    unknown = client(http_app(history, host, challenge='Session realm="board"'), token="")
    answer = unknown.get(path)

    assert 401 == answer.status_code
    assert 'Session realm="board"' == answer.headers["WWW-Authenticate"]
    assert {"type", "title", "status", "detail"} == set(answer.json())


def test_nobody_unknown_records_anything(board: Application) -> None:
    answer = client(http_app(board, host), token="").post(OPEN, json=REVIEW)

    assert (401, []) == (answer.status_code, list(board.history()))


@pytest.mark.parametrize("path", [*READ[:2], *VIEWS])
def test_whoever_is_permitted_nothing_reads_nothing(history: Application, path: str) -> None:
    """A user of whom the host says a name alone; that a stream is not there is not said either."""
    somebody = client(http_app(history, host), token="nothing")

    assert 403 == somebody.get(path).status_code
    assert 403 == somebody.get("/history?stream=review-wscb/nothing").status_code
    assert {"views": []} == somebody.get("/views").json()


@pytest.mark.parametrize("token", ["nothing", "board"])
def test_nobody_records_by_an_authority_that_is_not_theirs(board: Application, token: str) -> None:
    somebody = client(http_app(board, host), token=token)
    by = {"person": "L. Policy", "role": "committee chair", "body": "wsb/lpp"}
    answer = somebody.post(OPEN, json={**REVIEW, "by": by})

    assert (403, "urn:lif:problem:not-permitted") == (answer.status_code, answer.json()["type"])
    assert [] == list(board.history())


def test_an_authority_is_asked_for_however_it_was_come_to(board: Application) -> None:
    """A host may answer `in` as it likes; how they decided is no part of who may."""

    class Chairs:
        def __contains__(self, authority: object) -> bool:
            return authority == CHAIR

    def chairs(scope: Scope) -> User:
        return User(name="B. Manager", authorities=Chairs())

    http = client(http_app(board, chairs))
    deliberated = {**REVIEW["by"], "deliberation": {"reasons": "It was asked for"}}
    member = {**REVIEW["by"], "role": "member"}

    assert 201 == http.post(OPEN, json={**REVIEW, "by": deliberated}).status_code
    assert 403 == http.post(OPEN, json={**REVIEW, "by": member}).status_code


def test_a_reader_of_one_board_reads_its_streams_and_no_others(history: Application) -> None:
    board = client(http_app(history, host), token="board")

    assert 200 == board.get("/history?stream=review-wscb/scr-child-k").status_code
    assert 403 == board.get("/history?stream=body-wsb/lpp").status_code
    assert 403 == board.get("/history").status_code
    why = "/why?stream=recommendation-wscb/r-2"
    everything = client(http_app(history, host)).get(why)
    assert "audit-wsb/" in everything.text
    seen = board.get(why)
    assert 200 == seen.status_code
    assert seen.json()["links"]
    for row in [*seen.json()["rests_on"], *seen.json()["rested_on_by"]]:
        assert "wscb" == namespace_of(ref_of(row["stream"]))
    for link in seen.json()["links"]:
        ends = {namespace_of(ref_of(link[end])) for end in ("earlier", "later")}
        assert {"wscb"} == ends


def test_a_view_that_is_kept_for_a_role_asks_for_the_role_as_well(history: Application) -> None:
    """That the host names the view is not enough."""
    board = client(http_app(history, host), token="board")

    answer = board.get("/views/child-death-panel")
    assert (403, "child-death-panel") == (answer.status_code, answer.json()["role"])
    assert ["accountability"] == [view["name"] for view in board.get("/views").json()["views"]]


def test_a_user_sees_of_a_lesson_no_more_than_why_shows() -> None:
    """An entry about a link to what another board reviewed is in no page, and leaves no gap."""
    drawn, kind = day("2018-01-02"), "single-agency-review"
    records = recorded(
        (
            event(ReviewOpened, drawn, review="wsab/1", kind=kind, title="A case"),
            event(LessonDrawn, drawn, lesson="wscb/l-1", sentence="Ask who lives there"),
            event(LessonLinked, drawn, lesson="wscb/l-1", review="wsab/1", finding="f-1"),
            event(LessonPublished, drawn, lesson="wscb/l-1", place="page"),
        )
    )
    app = Application(logs.reader(records).recorder, clock=lambda: logs.NOW, readership=TEXTS)
    pages = [
        client(http_app(app, host), token).get("/history?stream=lesson-wscb/l-1")
        for token in ("all", "board")
    ]
    names = [[entry["name"] for entry in page.json()["entries"]] for page in pages]

    assert names == [
        ["LessonDrawn.v1", "LessonLinked.v1", "LessonPublished.v1"],
        ["LessonDrawn.v1", "LessonPublished.v1"],
    ]
    assert ['"3"', '"2"'] == [page.headers["ETag"] for page in pages]


# Commands


def test_what_is_decided_is_answered_with_its_entries(
    http: TestClient, board: Application
) -> None:
    answer = http.post(OPEN, json=REVIEW)
    (record,) = board.for_reader(EVERYTHING).history()

    assert 201 == answer.status_code
    assert {"stream": STREAM, "entries": [json_record(record, MAPPER)]} == answer.json()
    assert ("B. Manager", "A. Chair") == (record.entered_by, record.event.by.person)
    assert '"1"' == answer.headers["ETag"]
    at = str(answer.url.join(answer.headers["Location"]))
    assert answer.json()["entries"] == http.get(at).json()["entries"]


def test_what_was_fulfilled_already_records_nothing(http: TestClient, board: Application) -> None:
    http.post(OPEN, json=REVIEW)
    answer = http.post(OPEN, json=REVIEW)

    assert (200, []) == (answer.status_code, answer.json()["entries"])
    assert '"1"' == answer.headers["ETag"]
    assert 1 == len(list(board.history()))


@pytest.mark.parametrize("key", ["7f3a", '"7f3a"'])
def test_the_same_key_again_is_answered_the_same(
    http: TestClient, board: Application, key: str
) -> None:
    """In the quotes of a structured field, or without."""
    first, again = (
        http.post(OPEN, json=REVIEW, headers={"Idempotency-Key": key}) for _ in range(2)
    )

    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert ["7f3a"] == [record.command_id for record in board.history()]


def test_the_same_key_for_another_command_is_refused(http: TestClient) -> None:
    key = {"Idempotency-Key": "7f3a"}
    http.post(OPEN, json=REVIEW, headers=key)
    answer = http.post(OPEN, json={**REVIEW, "title": "Another"}, headers=key)

    assert (409, "record.command-id-reused") == (answer.status_code, answer.json()["rule"])


def test_a_rule_refuses_with_its_code_and_facts(http: TestClient) -> None:
    http.post(OPEN, json=REVIEW)
    answer = http.post(OPEN, json={**REVIEW, "title": "Another"})

    assert 409 == answer.status_code
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert "review.reference-taken" == answer.json()["rule"]


def test_a_refusal_says_what_the_rules_say_of_it(http: TestClient) -> None:
    """With the facts of the case; the rules themselves have none."""
    stranger = {**REVIEW, "kind": "inquest"}
    refused = http.post(OPEN, json=stranger).json()
    rules = {rule["rule"]: rule for rule in http.get("/rules").json()["rules"]}

    assert "review.unknown-kind" == refused["rule"]
    assert "The framework has no such kind of review: inquest; it has" in refused["detail"]
    assert "The framework has no such kind of review." == rules[refused["rule"]]["wrong"]
    assert rules[refused["rule"]]["remedy"] == refused["remedy"]
    assert rules[refused["rule"]]["source"] == refused["source"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[]", ""),
        ("{", ""),
        ('{"on": "2018-01-25", "on": "2018-01-26"}', "on"),
        (json.dumps({**REVIEW, "on": "yesterday"}), "on"),
        (json.dumps({**REVIEW, "review": "peer"}), "review"),
        (json.dumps({**REVIEW, "colour": "red"}), "colour"),
        (json.dumps({**REVIEW, "command": "OpenReview"}), "command"),
        (json.dumps({**REVIEW, "command_id": "7f3a"}), "command_id"),
        (json.dumps({**REVIEW, "recorded_at": "2018-01-25T09:00:00+00:00"}), "recorded_at"),
        (json.dumps({**REVIEW, "entered_by": "Somebody else"}), "entered_by"),
    ],
)
def test_a_malformed_body_names_its_field(
    http: TestClient, board: Application, body: str, field: str
) -> None:
    answer = http.post(OPEN, content=body, headers={"Content-Type": "application/json"})

    assert 422 == answer.status_code
    assert field == answer.json().get("field", "")
    assert [] == list(board.history())


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(http: TestClient, board: Application, media_type: str) -> None:
    """A page of another site can send any of these in the user's name without asking."""
    body = json.dumps(REVIEW)
    answer = http.post(OPEN, content=body, headers={"Content-Type": media_type})

    assert (415, []) == (answer.status_code, list(board.history()))


def test_a_body_that_is_too_long_is_not_read(board: Application) -> None:
    """Whether it says how long it is or not."""
    small = client(http_app(board, host, body_bytes=300))
    long = json.dumps({**REVIEW, "title": "x" * 300}).encode()

    def chunks() -> Iterator[bytes]:
        yield from (long[at : at + 50] for at in range(0, len(long), 50))

    headers = {"Content-Type": "application/json"}
    statuses = [
        small.post(OPEN, content=of, headers=headers).status_code for of in (long, chunks())
    ]
    assert [413, 413] == statuses
    assert 201 == small.post(OPEN, json=REVIEW).status_code


def test_a_command_that_is_not_there_is_absent(http: TestClient) -> None:
    assert 404 == http.post("/commands/CloseEverything", json={}).status_code


# What somebody has seen


def test_two_on_a_stale_page_of_whom_one_is_told(http: TestClient) -> None:
    http.post(OPEN, json=REVIEW)
    seen = {"If-Match": http.get(f"/history?stream={STREAM}").headers["ETag"]}
    dates = ("2018-02-01", "2018-03-01")
    first, second = (
        http.post(
            "/commands/VoidEntry",
            json={
                "by": REVIEW["by"],
                "on": on,
                "stream": STREAM,
                "entry": 1,
                "reasons": f"Not a review ({on})",
            },
            headers=seen,
        )
        for on in dates
    )

    assert (201, 412) == (first.status_code, second.status_code)
    told = second.json()
    assert (STREAM, 1, 2) == (told["stream"], told["expected"], told["found"])
    assert '"2"' == http.get(f"/history?stream={STREAM}").headers["ETag"]


def test_a_stream_that_is_to_be_new_is_new(http: TestClient) -> None:
    new = {"If-None-Match": "*"}

    assert 201 == http.post(OPEN, json=REVIEW, headers=new).status_code
    assert 412 == http.post(OPEN, json=REVIEW, headers=new).status_code


def test_the_same_key_is_answered_the_same_whatever_was_recorded_since(http: TestClient) -> None:
    """Whoever lost the answer has not lost the decision."""
    headers = {"Idempotency-Key": "7f3a", "If-None-Match": "*"}
    first, again = (http.post(OPEN, json=REVIEW, headers=headers) for _ in range(2))

    assert (201, first.text) == (again.status_code, again.text)


@pytest.mark.parametrize(
    "headers", [{"If-Match": "1"}, {"If-Match": '"x"'}, {"If-None-Match": "1"}]
)
def test_a_tag_that_is_none_is_malformed(http: TestClient, headers: dict[str, str]) -> None:
    answer = http.post(OPEN, json=REVIEW, headers=headers)

    assert (422, list(headers)) == (answer.status_code, [answer.json()["field"]])


# History


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("stream", [None, "recommendation-wscb/r-2"])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_pages_together_are_the_history(
    reading: TestClient, history: Application, order: str, stream: str | None, limit: int
) -> None:
    about = f"stream={stream}&" if stream else ""
    url: str | None = f"/history?{about}order={order}&limit={limit}"
    entries: list[Any] = []
    while url:
        page = reading.get(url).json()
        assert 0 < len(page["entries"]) <= limit
        entries += page["entries"]
        url = page["next"] and f"/history{page['next']}"
    records = [record.position for record in history.history(stream)]

    assert records[:: 1 if order == "oldest" else -1] == [entry["position"] for entry in entries]


def test_a_page_lies_between_two_positions_as_known_then(
    reading: TestClient, history: Application
) -> None:
    page = reading.get("/history?after=10&before=60&valid=2017-12-31&known=2018-01-31").json()
    expected = [
        record.position
        for record in history.history(valid=day("2017-12-31"), known=day("2018-01-31"))
        if 10 < record.position < 60
    ]

    assert expected == [entry["position"] for entry in page["entries"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=%D9%A1", "limit"),
        ("after=-1", "after"),
        ("order=sideways", "order"),
        ("stream=nothing", "stream"),
        ("valid=soon", "valid"),
        ("known=2018-01-31T09:00:00", "known"),
        ("vaild=2018-01-31", "vaild"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(
    reading: TestClient, query: str, field: str
) -> None:
    """Passed over, it would answer another question."""
    answer = reading.get(f"/history?{query}")

    assert (422, field) == (answer.status_code, answer.json()["field"])


def test_a_stream_that_is_not_there_is_absent(reading: TestClient) -> None:
    for path in ("history", "why"):
        assert 404 == reading.get(f"/{path}?stream=review-wscb/none").status_code


def test_why_is_what_the_command_line_says(reading: TestClient, history: Application) -> None:
    stream = "recommendation-wscb/r-2"
    answer = reading.get("/why", params={"stream": stream, "known": "2018-06-30"}).json()
    trail = history.for_reader(EVERYTHING).why(stream, known=day("2018-06-30"))

    assert json_value(trail.links, MAPPER) == answer["links"]
    for part in ("rests_on", "entries", "rested_on_by"):
        records = getattr(trail, part)
        assert [r.position for r in records] == [entry["position"] for entry in answer[part]]


# Views


@pytest.mark.parametrize("name", PROJECTIONS)
def test_a_view_and_its_tables_are_what_the_log_says(
    reading: TestClient, history: Application, name: str
) -> None:
    """As JSON and as CSV, at both times."""
    times = {"valid": "2019-06-30", "known": "2019-01-31"}
    whole = reading.get(f"/views/{name}", params=times).json()
    view = history.for_reader(EVERYTHING).view(
        PROJECTIONS[name], valid=day(times["valid"]), known=day(times["known"])
    )
    listed = {each["name"]: each["tables"] for each in reading.get("/views").json()["views"]}

    assert json_value(view, MAPPER) == whole
    for table in listed[name]:
        rows = reading.get(f"/views/{name}/{table}", params=times).json()
        assert (whole["valid"], whole["known"]) == (rows["valid"], rows["known"])
        answer = reading.get(f"/views/{name}/{table}.csv", params=times)
        lines = list(csv.reader(io.StringIO(answer.text)))
        assert len(rows["rows"]) == len(lines) - 1
        assert all(list(row) == lines[0] for row in rows["rows"])
        if isinstance(whole.get(table), list):
            assert whole[table] == rows["rows"]


def test_a_table_as_csv_is_harmless_in_a_spreadsheet(http: TestClient) -> None:
    http.post(OPEN, json={**REVIEW, "title": "=1+1"})
    answer = http.get("/views/provenance/streams.csv")

    assert "text/csv; charset=utf-8" == answer.headers["Content-Type"]
    assert ["'=1+1"] == [row["title"] for row in csv.DictReader(io.StringIO(answer.text))]


@pytest.mark.parametrize("path", ["/views/nothing", "/views/nothing/x", "/views/audits/nothing"])
def test_a_view_or_table_that_is_not_there_is_absent(reading: TestClient, path: str) -> None:
    assert 404 == reading.get(path).status_code


# HTTP


def sent(app: Any, method: str, url: str) -> tuple[Any, bytes]:
    """Return how an answer begins, and its body, as the application sends them to a server."""
    path, _, query = url.partition("?")
    messages = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    headers = [(b"host", b"lif"), (b"authorization", b"Bearer all")]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    asyncio.run(app({**scope, "headers": headers, "root_path": ""}, receive, send))
    return messages[0], b"".join(message["body"] for message in messages[1:])


@pytest.mark.parametrize("path", [*READ, *VIEWS, "/nowhere"])
def test_head_is_get_without_its_body(history: Application, path: str) -> None:
    app = http_app(history, host)
    (got, body), (headed, nothing) = (sent(app, method, path) for method in ("GET", "HEAD"))

    assert got == headed
    assert (True, b"") == (body != b"", nothing)


def test_other_methods_are_told_those_there_are(reading: TestClient) -> None:
    options, put = reading.options("/history"), reading.put("/history")

    assert (204, 405) == (options.status_code, put.status_code)
    assert {"GET", "HEAD", "OPTIONS"} == set(options.headers["Allow"].split(", "))
    assert {"GET", "HEAD", "OPTIONS"} == set(put.headers["Allow"].split(", "))
    assert {"type": "about:blank", "title": "Method Not Allowed", "status": 405} == put.json()


@pytest.mark.parametrize("path", [*READ, "/nowhere"])
def test_no_answer_is_kept_on_the_way(reading: TestClient, path: str) -> None:
    assert "no-store" == reading.get(path).headers["Cache-Control"]


def test_an_error_of_the_host_tells_nothing_and_is_logged(
    board: Application, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(scope: Scope) -> User | None:
        raise RuntimeError("password of the database: 123")

    with caplog.at_level(logging.ERROR, "lif.http"):
        answer = client(http_app(board, broken)).get("/views/a%0AERROR%20forged%E2%80%AE")

    assert {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
    } == answer.json()
    assert "password" in caplog.text
    assert r"GET /views/a\nERROR forged\u202e failed" == caplog.messages[0]


def test_requests_wait_for_each_other_in_threads_never_in_the_loop(board: Application) -> None:
    """Two at once, each of which goes on when the other has come."""
    both = Barrier(2)

    def waiting(scope: Scope) -> User | None:
        both.wait(10)
        return User(name="A. Waiter")

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(http_app(board, waiting), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://lif") as http:
            answers = await asyncio.gather(*(http.get("/views") for _ in range(2)))
            return [answer.status_code for answer in answers]

    assert [200, 200] == asyncio.run(ask())


# Under another application


def starlette(app: Any) -> Any:
    return Starlette(routes=[Mount("/board/lif", app)])


def fastapi(app: Any) -> Any:
    outer, inner = FastAPI(), FastAPI()
    inner.mount("/lif", app)
    outer.mount("/board", inner)
    return outer


def litestar(app: Any) -> Any:
    return Litestar([asgi("/board/lif", is_mount=True, copy_scope=True)(app)], openapi_config=None)


def stripped(app: Any) -> Any:
    """Mount as servers do that pass on the path without its root, as WSGI has it."""

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix("/board/lif")
            scope = {**scope, "root_path": "/board/lif", "path": path}
        await app(scope, receive, send)

    return outer


@pytest.mark.parametrize("mount", [starlette, fastapi, litestar, stripped])
def test_it_can_be_mounted_under_any_application(board: Application, mount: Any) -> None:
    """Its addresses, in what it answers too, lead where it is."""
    http = client(mount(http_app(board, host)))
    recorded = http.post(f"/board/lif{OPEN}", json=REVIEW)
    there = http.get(str(recorded.url.join(recorded.headers["Location"])))
    page = http.get("/board/lif/history?limit=1&order=newest")

    assert [201, 200, 200] == [answer.status_code for answer in (recorded, there, page)]
    assert (
        401 == client(mount(http_app(board, host)), token="").get("/board/lif/views").status_code
    )
    assert 404 == http.get("/board/lif/nowhere").status_code
    assert 200 == http.get("/board/lif/views/accountability/clocks.csv").status_code


def test_the_contract_says_where_it_is(board: Application) -> None:
    http = client(starlette(http_app(board, host)))

    assert [{"url": "/board/lif"}] == http.get("/board/lif/openapi.json").json()["servers"]


# The contract


def test_the_contract_takes_the_commands_that_a_file_takes(http: TestClient) -> None:
    """But for what stands in the address, in a header, or is for a migration."""
    contract = http.get("/openapi.json").json()

    assert contract["openapi"].startswith("3.1")
    for name in MAPPER.registry.commands:
        operation = contract["paths"][f"/commands/{name}"]["post"]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = contract["components"]["schemas"][reference.rpartition("/")[2]]
        expected = set(schema(name, MAPPER)["properties"])
        assert expected - {"command", "command_id", "recorded_at"} == set(body["properties"])
