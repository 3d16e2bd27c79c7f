"""The levels of an evaluation, in words for those who said that training worked."""

from collections.abc import Mapping
from typing import NamedTuple

from lif_core.values.evidence import TrainingLevel


class LevelWords(NamedTuple):
    """A level, as what people did (*past*), and as what they *had* done."""

    past: str
    had: str


LEVELS: Mapping[int, LevelWords] = {
    TrainingLevel.REACTION: LevelWords("were satisfied", "were satisfied"),
    TrainingLevel.LEARNING: LevelWords("learned", "had learned"),
    TrainingLevel.PRACTICE: LevelWords("changed practice", "had changed practice"),
    TrainingLevel.OUTCOMES: LevelWords("saw better outcomes", "had seen better outcomes"),
}
