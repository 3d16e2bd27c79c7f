"""An HTML page as a tree, read strictly: what is opened is closed, in its order."""

from collections.abc import Iterator
from html.parser import HTMLParser

from attrs import define, field

VOID = frozenset({"meta", "br", "img", "link", "hr", "input"})


@define(eq=False)
class Node:
    """An element, its attributes, and what is in it: elements and texts."""

    tag: str
    attributes: dict[str, str | None] = field(factory=dict)
    inside: list["Node | str"] = field(factory=list)

    def every(self, *tags: str) -> Iterator["Node"]:
        """The elements in it, at any depth, in their order; of these *tags*, or all."""
        for child in self.inside:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                yield from child.every(*tags)

    @property
    def text(self) -> str:
        """What is read, cells and lines apart, spaces as one."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.inside:
            yield from (child,) if isinstance(child, str) else child._texts()

    def by_id(self, name: str) -> "Node":
        (found,) = (node for node in self.every() if node.attributes.get("id") == name)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"an attribute of <{tag}> is there twice"
        node = Node(tag, dict(attrs))
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop().tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def page_of(html: str) -> Node:
    """The tree of *html*; an `AssertionError` where it is not well formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]
