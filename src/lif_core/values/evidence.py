"""The strength of the evidence of a change, and the level of an evaluation of training."""

from enum import IntEnum


class EvidenceLevel(IntEnum):
    """A level of evidence of a change in practice, weakest first; ordinal, never averaged."""

    ASSERTION = 0
    DOCUMENT = 1
    OWN_AUDIT = 2
    INDEPENDENT_AUDIT = 3
    OUTCOME_DATA = 4


EMBEDDED_AT_LEAST = EvidenceLevel.OWN_AUDIT


class TrainingLevel(IntEnum):
    """A level at which training is evaluated (Kirkpatrick); ordinal, never averaged."""

    REACTION = 1
    LEARNING = 2
    PRACTICE = 3
    OUTCOMES = 4
