"""Telling evidence from filler: placeholders, and texts that are the same although they were typed differently."""

import re
import unicodedata
from typing import Final

_FILLER_WORDS: Final = """
na none nil null nothing no nope nan void empty blank unknown unclear dunno idk tba tbc tbd todo wip asap pending later
soon yes yep yeah yup sure ok okay done fine good great same ditto test testing tests tested foo bar baz foobar blah bla
dummy example sample placeholder something whatever stuff thing text evidence proof lorem ipsum xyz
"""
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_NOT_NAMES: Final = frozenset(
    ("na", "none", "null", "nil", "unknown", "tba", "tbc", "tbd", "todo", "xx", "asd", "qwe", "asdasd", "notapplicable")
)

# Compared without spaces and punctuation, so that "n / a", "see above!" and "T.B.D." are found as well.
_FILLER_PHRASES: Final = frozenset(
    phrase.replace(" ", "")
    for phrase in (
        *("not applicable", "not available", "not yet", "none yet", "nothing yet", "no idea", "not sure", "no comment"),
        *(
            "dont know",
            "i dont know",
            "see above",
            "see below",
            "as above",
            "as before",
            "as discussed",
            "same as above",
        ),
        *("to be done", "to do", "to be determined", "to be confirmed", "to be announced", "to be added", "to follow"),
        *("will follow", "will add", "add later", "will add later", "fill in later", "just a test", "this is a test"),
        *("it is done", "all good", "all done", "lorem ipsum dolor sit amet", "trust me", "because", "just because"),
    )
)
_KEY_ROWS: Final = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1234567890")
_PART_OF_WORDS: Final = frozenset(("Mn", "Mc", "Me", "Sc"))
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"


def looks_like_placeholder(text: str) -> bool:
    """Whether the text was only typed to fill a field: nothing at all, n/a, tbd, asdf, xx, "ok done", "...".

    For what a rep writes about a buyer; names are judged by `looks_like_placeholder_name`.
    """
    words = _letters_and_digits(text)
    joined = "".join(words)
    if len(joined) < 2 or joined in _FILLER_PHRASES:
        return True
    if joined.startswith("loremipsum"):
        return True
    return all(_is_filler(word) for word in words) or _is_filler(joined)


def looks_like_placeholder_name(text: str) -> bool:
    """Whether a name was only typed to fill a field. Milder, since deals and people may be called ABC, X or Nana."""
    joined = "".join(_letters_and_digits(text))
    if len(joined) < 2:
        return not joined or not joined.isalnum()
    same = len(joined) > 2 and len(set(joined)) == 1
    return same or joined in _NOT_NAMES or (len(joined) > 3 and _runs_along_keys(joined))


def normalised(text: str) -> str:
    """The text without case, punctuation, spacing and typographic variants, for finding the same text again."""
    # What is made of signs alone, such as emoji, is compared as it stands.
    return " ".join(_letters_and_digits(text)) or " ".join(_fold_case(text).split())


def _is_filler(word: str) -> bool:
    return word in _FILLERS or _one_unit_again(word) or _runs_along_keys(word)


def _one_unit_again(word: str) -> bool:
    """aaaa, xx, hahaha, asdasd; a unit of two letters or more has to come three times, or be a filler itself."""
    for size in range(1, min(len(word) // 2, 6) + 1):
        unit, times = word[:size], len(word) // size
        if unit * times == word and (size == 1 or times > 2 or unit in _FILLERS or _runs_along_keys(unit)):
            return not (size == 1 and word.isdigit())
    return len(word) == 1 and word.isascii() and word.isalpha()


def _runs_along_keys(word: str) -> bool:
    """A run from the start of a row of keys, a longer one anywhere on it, or either backwards."""
    if len(word) < 3:
        return False
    for row in (*_KEY_ROWS, _ALPHABET):
        for keys in (row, row[::-1]):
            if keys.startswith(word) or (len(word) > 4 and word in keys) or word == keys[-4:]:
                return True
    return False


def _letters_and_digits(text: str) -> list[str]:
    """The words in folded case, with signs of currency and the vowel signs that are part of many scripts."""
    folded = re.sub(r"(?<=\w)['’](?=\w)", "", _fold_case(text))
    if folded.isascii():
        return re.findall(r"[a-z0-9$]+", folded)
    kept = (c if c.isalnum() or unicodedata.category(c) in _PART_OF_WORDS else " " for c in folded)
    return "".join(kept).split()


def _fold_case(text: str) -> str:
    """Compatibility forms and case folded, as Unicode defines caseless matching; invisible characters removed."""
    if text.isascii():
        return text.casefold()
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co") or c.isspace())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", visible).casefold())
    return unicodedata.normalize("NFKC", folded.casefold())
