"""The log, in the database that Django has: who may decide, and who may read."""

from functools import cache
from typing import Any

from django.db import connection

from board.models import Post
from lif_adapters import connect
from lif_core import Application, Authority, Reader, Roles
from lif_core.values.refs import namespace_of


@cache
def log() -> Application:
    """Return the one application of this process."""
    return connect(f"sqlite:{connection.settings_dict['NAME']}", shared=True)


def authority_of(user: Any) -> Authority | None:
    """Return by what authority a *user* decides; whoever holds no post decides nothing."""
    post = Post.objects.filter(user=user).first()
    return Authority(person=post.person, role=post.role, body=post.body) if post else None


def reader_for(user: Any) -> Reader:
    """Return the log as a *user* may read it: what their groups are, and whoever holds a post
    their board's streams, with the texts that may tell about a person.
    """
    roles = {group.name for group in user.groups.all()}
    if (by := authority_of(user)) is not None:
        roles |= {namespace_of(by.body), "personal texts"}
    return log().for_reader(Roles(roles))
