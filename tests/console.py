"""Pages that show commands and what they write: each is run, and the output compared."""

import io
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from attrs import frozen

from lif_adapters.cli.main import run

LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
BLOCK = re.compile(
    r'^```(?:console|\w+ title="(?P<file>[\w.-]+)")\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL
)
CONSOLE = re.compile(r"^```console$", re.MULTILINE)
ERROR = re.compile(r"lif: [a-z ]+: ")
PLAIN = re.compile(r"[|><&;$`*]")
"""What only a shell understands; a command without it is run in this process, which is faster."""


@frozen
class Shown:
    """A *command* that a page shows, and the lines of its *output*; `...` stands for any lines."""

    command: str
    output: Sequence[str]


def steps(text: str) -> Iterator[Shown | tuple[str, str]]:
    """Yield what a page does, from top to bottom: a command, or a file by its name and text.

    The commands of a block that shows no output are only run.
    """
    for block in BLOCK.finditer(text):
        if block["file"]:
            yield block["file"], block["text"]
        else:
            commands = list(_commands(block["text"].splitlines()))
            silent = not any(each.output for each in commands)
            yield from (Shown(c.command, ["..."]) if silent else c for c in commands)


def _commands(lines: Sequence[str]) -> Iterator[Shown]:
    command: list[str] = []
    output: list[str] = []
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield Shown("\n".join(command), output)
            command, output = [line[2:]], []
        elif line.startswith("> ") and command and not output:
            command.append(line[2:])
        else:
            output.append(line)
    yield Shown("\n".join(command), output)


def written(command: str, setenv: Callable[[str, str], None], *, fails: bool = False) -> str:
    """Return what a *command* writes on both of its streams; it fails where the command does, or
    does not where it *fails* as the page shows.

    `export` sets the environment of the commands after it, by *setenv*.
    """
    words = shlex.split(command)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        setenv(name, value)
        return ""
    if words[0] == "lif" and not PLAIN.search(command):
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
            code = run(words[1:])
        assert fails == bool(code), f"{command}: {out.getvalue()}"
        return out.getvalue()
    lif = " ".join(f"'{word}'" for word in LIF)
    script = f'set -o pipefail; lif() {{ {lif} "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert fails == bool(done.returncode), f"{command}: {done.stdout.decode()}"
    return done.stdout.decode()


def is_shown(output: Sequence[str], lines: Sequence[str]) -> bool:
    """Return whether *lines* are the *output* of a page, where `...` stands for any lines, and
    within a line for any text.

    Blank lines at the end do not count.
    """
    output, lines = _stripped(output), _stripped(lines)
    pattern = "".join(
        r"(?:.*\n)*?"
        if line.strip() == "..."
        else re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + "\n"
        for line in output
    )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in lines)) is not None


def _stripped(lines: Sequence[str]) -> Sequence[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def check(page: Path, setenv: Callable[[str, str], None]) -> None:
    """Run a *page* in the present folder, and compare what it shows."""
    for step in steps(page.read_text("utf-8")):
        if isinstance(step, Shown):
            fails = any(map(ERROR.match, step.output))
            lines = written(step.command, setenv, fails=fails).splitlines()
            assert is_shown(step.output, lines), _differing(step, lines)
        else:
            Path(step[0]).write_text(step[1], "utf-8")


def _differing(step: Shown, lines: Sequence[str]) -> str:
    return "\n".join((f"$ {step.command}", *lines, "", "and not, as the page says:", *step.output))
