"""The address of a log in PostgreSQL: libpq's URL, with options of our own."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from attrs import field, frozen
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from lif_core.errors import MalformedError

SCHEMA = "lif"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,47}")  # with what is put before it, at most 63 bytes
_SECONDS = ("pool_timeout", "lock_timeout", "answer_timeout", "stall_timeout")
_OURS = ("schema", "pool_size", *_SECONDS)
_LIBPQ = frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
_DEFAULTS = {  # of libpq's options, where the URL gives none: a dead server is found out
    "connect_timeout": "10",
    "fallback_application_name": "lif",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


@frozen(kw_only=True)
class Address:
    """An address of a log: libpq's *conninfo*, the *schema*, and how long is waited for what.

    *pool_size* is how many connections are open at most, beside those that wait for entries. In
    seconds, *pool_timeout* is how long one of them is waited for, *lock_timeout* how long the
    lock of another writer, *answer_timeout* how long an answer of the server; the server ends a
    transaction that does nothing for as long as *stall_timeout*, so that a writer that was cut
    off lets go of the lock.
    """

    conninfo: str = field(repr=False)  # it may hold a password
    schema: str = SCHEMA
    pool_size: int = 10
    pool_timeout: float = 60
    lock_timeout: float = 60
    answer_timeout: float = 120
    stall_timeout: float = 45

    @property
    def place(self) -> str:
        """The server, the database and the schema, for people; without a password."""
        parts = conninfo_to_dict(self.conninfo)
        server = parts.get("host") or parts.get("hostaddr") or "localhost"
        port = f":{parts['port']}" if parts.get("port") else ""
        return f"{server}{port}/{parts.get('dbname') or ''}?schema={self.schema}"


def address_of(url: str) -> Address:
    """Return the address that *url* gives.

    Raises:
        MalformedError: an option is unknown, or has a value that it cannot have; its text holds no
            password.
    """
    try:
        scheme, place, path, query, _ = urlsplit(url)
        options = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        ours = {name: value for name, value in options if name in _OURS}
        theirs = [(name, value) for name, value in options if name not in _OURS]
        _refuse_unknown(name for name, _ in theirs)
        if len({name for name, _ in options}) < len(options):
            raise MalformedError("url", "an option is given twice")
        bare = urlunsplit((scheme, place, path, urlencode(theirs, quote_via=quote), ""))
        parts = conninfo_to_dict(bare)
        defaults = {name: value for name, value in _DEFAULTS.items() if name not in parts}
        conninfo = make_conninfo(bare, client_encoding="UTF8", **defaults)
    except (ProgrammingError, ValueError) as error:
        if isinstance(error, MalformedError):
            raise
        # Its text may hold a password.
        raise MalformedError("url", f"not as libpq reads it: {_FORM}") from None
    return Address(conninfo=conninfo, **_settings(ours))


_FORM = "write postgresql://USER@HOST/DATABASE?schema=NAME"


def _refuse_unknown(names: Iterable[str]) -> None:
    for name in names:
        if name not in _LIBPQ:
            known = ", ".join(_OURS)
            raise MalformedError("url", f"unknown option {name!r}: libpq has none, ours: {known}")


def _settings(options: Mapping[str, str]) -> dict[str, Any]:
    """Return our *options* as they are meant."""
    settings: dict[str, Any] = {}
    for name, text in options.items():
        if name == "schema":
            if not _NAME.fullmatch(text) or text.startswith("pg_"):
                raise MalformedError("url", f"schema {text!r}: write small letters, digits and _")
            settings[name] = text
        else:
            settings[name] = _positive(name, text)
    return settings


def _positive(name: str, text: str) -> float:
    """Return the positive number that *text* is: whole for `pool_size`."""
    try:
        number = int(text) if name == "pool_size" else float(text)
    except ValueError:
        number = 0
    if not 0 < number <= 86_400:
        raise MalformedError("url", f"{name}={text}: no number above 0, and no more than a day")
    return number
