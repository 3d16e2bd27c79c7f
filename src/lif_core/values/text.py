"""Text that identifies: one spelling of a name, and nothing in it that cannot be seen.

Two texts that look the same must not be two names. What is composed otherwise is composed alike
(Unicode's NFC); what has no look of its own is refused where a text identifies something, by its
name.
"""

import json
import re
import unicodedata

# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt, 16.0), which programs show as
# nothing, and the marks of interlinear annotation
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE_ONE = re.compile(f"[{_INVISIBLE}]")
_UNSEEN = rf"\x7f-\x9f\u2028\u2029\ud800-\udfff{_INVISIBLE}"
_STEERING = re.compile(rf"[\x00-\x1f{_UNSEEN}]")
_STEERING_IN_JSON = re.compile(f"[{_UNSEEN}]")
_SEEN = re.compile(rf"[^\s{_INVISIBLE}\u2800]")  # U+2800 is a pattern in braille of no dots
_OTHER_SPACE = re.compile(r"[^\S ]")
_JOINERS = "\u200c\u200d"
_LOOKS = "\ufe0e\ufe0f"  # of the symbol before it: as text, or as emoji
_KEYCAP = re.compile("[0-9#*]\ufe0f\u20e3")
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def normal(text: str) -> str:
    """Return *text* in the one spelling (NFC) that it shares with all that are equivalent."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Return whether nothing of *text* can be seen."""
    return _SEEN.search(text) is None


def look_alike(text: str, *, of_a_person: bool = False) -> str | None:
    """Return which character of *text*, by its name, makes it look like another text, if any.

    That is one which cannot be seen, or a space that is not the plain one. In the name *of a
    person*, letters of scripts that need it may be joined, or kept apart, by a character for it.
    """
    if text.isascii() and text.isprintable():
        return None
    if space := _OTHER_SPACE.search(text):
        return named(space[0])
    return invisible(text, of_a_person=of_a_person)


def invisible(text: str, *, of_a_person: bool = False) -> str | None:
    """Return which character of *text*, by its name, cannot be seen, if any."""
    for match in _INVISIBLE_ONE.finditer(text):
        if not (of_a_person and match[0] in _JOINERS and _joins(text, match.start())):
            return named(match[0])
    return None


def visible(text: str) -> str:
    """Return *text* on one line, without anything that a terminal would obey or show as nothing:
    such a character stands there by its number, unless it only says how a letter or an emoji looks
    that is beside it.
    """
    if text.isascii() and text.isprintable():
        return text

    def escaped(match: re.Match[str]) -> str:
        place = match.start()
        if (match[0] in _JOINERS and _joins(text, place)) or _is_of_emoji(text, place):
            return match[0]
        return match[0].encode("unicode_escape").decode()

    return _STEERING.sub(escaped, text)


def visible_json(text: str) -> str:
    """Return *text*, which is JSON, with such characters escaped: it reads back as it was."""
    return _STEERING_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _joins(text: str, place: int) -> bool:
    """Return whether the joiner at *place* stands between letters of a script that has joiners."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(around) == 2 and all(_may_join(character) for character in around)


def _is_of_emoji(text: str, place: int) -> bool:
    """Return whether the character at *place* says how the symbol before it looks, or joins that
    with the next to one emoji.
    """
    before, after = text[max(place - 2, 0) : place], text[place + 1 : place + 2]
    if text[place] in _LOOKS:
        is_keycap = _KEYCAP.fullmatch(before[-1:] + text[place] + after) is not None
        return is_keycap or _is_symbol(before[-1:])
    base = before.rstrip(_LOOKS)[-1:]
    return text[place] == "\u200d" and _is_symbol(base) and _is_symbol(after)


def _is_symbol(character: str) -> bool:
    """Return whether a *character*, if there is one, is a symbol, or the tone of a skin."""
    if not character or character.isascii():
        return False
    return character in _SKIN_TONES or unicodedata.category(character) in ("So", "Sm")


def _may_join(character: str) -> bool:
    return character >= "\u0600" and unicodedata.category(character)[0] in "LM"


def named(character: str) -> str:
    """Return a *character* by its number and name: `U+200B ZERO WIDTH SPACE`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
