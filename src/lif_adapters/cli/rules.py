"""`lif rules`: the rules by which a command can be refused, and what to do about each."""

from difflib import get_close_matches

from lif_adapters.cli import output
from lif_adapters.cli.options import FormatOption
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import write_rows
from lif_adapters.extensions import catalogue
from lif_core.errors import MalformedError


def rules(
    code: str | None = None,
    /,
    *,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """List the rules by which a command can be refused, or explain one: what is wrong, what to do.

    Args:
        code: A rule, such as recommendation.owner-only, or a family of them, such as review.
        format: How to write it.
    """
    known = catalogue().rules
    chosen = [rule for rule in known.values() if code is None or code in (rule.code, rule.family)]
    if not chosen:
        near = get_close_matches(code or "", known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`lif rules` lists them"
        raise MalformedError("rules", f"there is no rule {code}; {hint}")
    notices = [rule.notice() for rule in chosen]
    if format is OutputFormat.TABLE and code is not None:
        for notice in notices:
            output.say(notice.rule)
            for line in notice.lines():
                output.say(f"  {line}")
        return
    listed = ("rule", "wrong")
    names = listed if format is OutputFormat.TABLE else (*listed, "remedy", "source")
    write_rows([{name: getattr(notice, name) for name in names} for notice in notices], format)
