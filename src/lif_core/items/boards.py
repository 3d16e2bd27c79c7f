"""Which boards something belongs to."""

from lif_core.framework import Framework


def boards_of(ref: str, named: tuple[str, ...], framework: Framework) -> tuple[str, ...]:
    """The boards *named*, or the one whose reference it bears; of a reference of joint bodies, the
    boards that the pack governs.
    """
    namespace = ref.partition("/")[0]
    governed = tuple(board for board in framework.governs if framework.has_board(board))
    if named or framework.has_board(namespace) or not governed:
        return named or (namespace,)
    return governed
