"""The results of an examination of a store, check by check."""

from enum import StrEnum

from attrs import frozen


class CheckState(StrEnum):
    """The state of what was checked: all is well, something should be known, or it is wrong."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@frozen
class CheckResult:
    """The result of a *check* of a store: its *state*, what is so, and the *remedy*, if any.

    *problem* says what is so in words, also where nothing is wrong.
    """

    check: str
    state: CheckState
    problem: str
    remedy: str = ""


def fine(check: str, words: str) -> CheckResult:
    """Return that nothing is wrong, and in *words* what is so."""
    return CheckResult(check, CheckState.OK, words)


def note(check: str, words: str, remedy: str = "") -> CheckResult:
    """Return what should be known."""
    return CheckResult(check, CheckState.NOTE, words, remedy)


def wrong(check: str, problem: str, remedy: str) -> CheckResult:
    """Return what is wrong, and what to do."""
    return CheckResult(check, CheckState.WRONG, problem, remedy)
