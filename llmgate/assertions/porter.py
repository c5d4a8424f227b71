"""An English word in lower case → its stem, by Porter's algorithm with the extensions that NLTK has by default.

Porter 1980, "An algorithm for suffix stripping", https://tartarus.org/martin/PorterStemmer/; the extensions are those
that https://www.nltk.org/api/nltk.stem.porter.html names `NLTK_EXTENSIONS`. A stem need not be a word: "happy" and
"happiness" have the stem "happi".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_VOWELS: Final = frozenset("aeiou")
_IRREGULAR: Final = {
    "skies": "sky",
    "sky": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "news": "news",
    "innings": "inning",
    "inning": "inning",
    "outings": "outing",
    "outing": "outing",
    "cannings": "canning",
    "canning": "canning",
    "howe": "howe",
    "proceed": "proceed",
    "exceed": "exceed",
    "succeed": "succeed",
}
_SUFFIXES_OF_TWO: Final = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "bli": "ble",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
    "fulli": "ful",
}
_SUFFIXES_OF_ADJECTIVES: Final = {
    "icate": "ic",
    "ative": "",
    "alize": "al",
    "iciti": "ic",
    "ical": "ic",
    "ful": "",
    "ness": "",
}
_LAST_SUFFIXES: Final = {
    "al": "",
    "ance": "",
    "ence": "",
    "er": "",
    "ic": "",
    "able": "",
    "ible": "",
    "ant": "",
    "ement": "",
    "ment": "",
    "ent": "",
    "ion": "",
    "ou": "",
    "ism": "",
    "ate": "",
    "iti": "",
    "ous": "",
    "ive": "",
    "ize": "",
}


def stem(word: str) -> str:
    """Return the stem; words of one or two letters are their own."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 2:
        return word
    for step in (_without_plural, _without_past, _with_i, _with_one_suffix, _with_base, _without_suffix, _tidied):
        word = step(word)
    return word


def _without_plural(word: str) -> str:
    """Step 1a."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_past(word: str) -> str:
    """Step 1b."""
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        body = word.removesuffix(suffix)
        if body != word and "v" in _shape(body):
            return _restored(body)
    return word


def _restored(body: str) -> str:
    """Give the body the letter back that it had before -ed or -ing, or take the doubled one."""
    if body.endswith(("at", "bl", "iz")):
        return body + "e"
    shape = _shape(body)
    if body[-1] == body[-2:-1] and shape.endswith("c"):
        return body if body[-1] in "lsz" else body[:-1]
    return body + "e" if shape.count("vc") == 1 and _short(body) else body


def _with_i(word: str) -> str:
    """Step 1c."""
    return word[:-1] + "i" if word.endswith("y") and len(word) > 2 and _shape(word)[-2] == "c" else word


def _with_one_suffix(word: str) -> str:
    """Step 2; "alli" goes first, so that what it leaves may end in another."""
    if word.endswith("alli") and _measure(word[:-4]) > 0:
        word = word[:-2]
    if word.endswith("logi"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    return _replaced(word, _SUFFIXES_OF_TWO, above=0)


def _with_base(word: str) -> str:
    """Step 3."""
    return _replaced(word, _SUFFIXES_OF_ADJECTIVES, above=0)


def _without_suffix(word: str) -> str:
    """Step 4."""
    if word.endswith("ion") and not word.endswith(("sion", "tion")):
        return word
    return _replaced(word, _LAST_SUFFIXES, above=1)


def _tidied(word: str) -> str:
    """Step 5."""
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _replaced(word: str, suffixes: Mapping[str, str], *, above: int) -> str:
    """Replace the first suffix that the word has, if what is before it has a measure above that."""
    for suffix, replacement in suffixes.items():
        if word.endswith(suffix):
            body = word[: -len(suffix)]
            return body + replacement if _measure(body) > above else word
    return word


def _measure(body: str) -> int:
    """Count how often vowels are followed by consonants."""
    return _shape(body).count("vc")


def _short(body: str) -> bool:
    """Tell whether it ends as "hop" does, or is like "at"."""
    shape = _shape(body)
    return (shape.endswith("cvc") and body[-1] not in "wxy") or shape == "vc"


def _shape(body: str) -> str:
    """Write c for each consonant and v for each vowel; y is a vowel after a consonant."""
    letters: list[str] = []
    before = "v"
    for letter in body:
        before = "v" if letter in _VOWELS or (letter == "y" and before == "c") else "c"
        letters.append(before)
    return "".join(letters)
