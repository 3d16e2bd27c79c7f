"""A whole life under a pack of one's own, by the command line. The case is fictional."""

import json
from collections.abc import Iterable
from pathlib import Path

from lif_core.decisions.messages import Command
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import dump
from tests.command_line import Lif
from tests.core.framework.test_lives_by_law import GATED, GATED_LIFE, GROUNDS
from tests.lives import CLOSE, COPY, PUBLISH


def test_three_grounds_at_once_and_a_gate_by_the_command_line(lif: Lif, tmp_path: Path) -> None:
    """The pack is checked, the life recorded, publication refused before its gate, and then not;
    the store says under which packs it was written.
    """
    pack, mapper = tmp_path / "gated.toml", LifMapper()
    pack.write_text(GATED, "utf-8")
    options = ("--db", tmp_path / "lif.db", "--pack", pack)

    def asked(commands: Iterable[Command]) -> Path:
        file = tmp_path / "ask.jsonl"
        file.write_bytes(b"\n".join(dump(command, mapper) for command in commands))
        return file

    def table(view: str, name: str) -> list[dict[str, object]]:
        shown = lif(
            "view", view, "--table", name, "--valid", "2018-02-01", "--format", "json", *options
        )
        rows: list[dict[str, object]] = json.loads(shown.out)
        return rows

    assert 0 == lif("framework", "check", pack).code
    assert 0 == lif("record", asked(GATED_LIFE), "--create", *options).code
    refused = lif("record", asked([PUBLISH]), *options)
    assert (3, True) == (refused.code, "review.gate" in refused.err)
    assert 0 == lif("record", asked([COPY, PUBLISH, CLOSE]), *options).code

    (review,) = table("conduct", "reviews")
    assert list(GROUNDS) == review["grounds"]
    clocks = {row["clock"]: row["status"] for row in table("accountability", "clocks")}
    assert "met" == clocks["publication"]
    recorded = json.loads(lif("framework", "recorded", *options, "--format", "json").out)
    assert [("gated", "same"), ("general", "same")] == [
        (row["name"], row["status"]) for row in recorded
    ]
