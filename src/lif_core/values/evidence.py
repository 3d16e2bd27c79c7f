"""How strong the evidence of a change is, and how deep an evaluation of training goes."""

from enum import IntEnum


class EvidenceLevel(IntEnum):
    """Of a change in practice, weakest first; ordinal, never averaged."""

    ASSERTION = 0
    DOCUMENT = 1
    OWN_AUDIT = 2
    INDEPENDENT_AUDIT = 3
    OUTCOME_DATA = 4


EMBEDDED_AT_LEAST = EvidenceLevel.OWN_AUDIT


class TrainingLevel(IntEnum):
    """What an evaluation of training asks (Kirkpatrick); ordinal, never averaged."""

    REACTION = 1
    LEARNING = 2
    PRACTICE = 3
    OUTCOMES = 4
