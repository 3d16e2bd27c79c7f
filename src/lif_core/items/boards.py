"""Which boards something belongs to."""

from lif_core.framework import Framework


def boards_of(ref: str, named: tuple[str, ...], framework: Framework) -> tuple[str, ...]:
    """The boards *named*, or the one whose reference it bears; of a reference of joint bodies, the
    boards that the pack governs.
    """
    namespace = ref.partition("/")[0]
    if named or framework.has_board(namespace):
        return named or (namespace,)
    return tuple(filter(framework.has_board, framework.governs)) or (namespace,)
