"""Two texts → whether the first is in another language, told by the small words that none can do without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

MIN_SMALL_WORDS = 3
MIN_LEAD = 3
"""How many times as many of its small words as of any other language a text has to have."""
MAX_CHARS = 20_000

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_SMALL: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "English": (
            "a an in i me my do does did who why where get so no up out about any all but they he she his her "
            "the of and to is are was were you your it this that with for from have has can will be not "
            "on at by as or if we our they their which what when how there would should"
        ),
        "German": (
            "der die das und ist sind war nicht ein eine einen einem mit für auf von zu zum zur im den "
            "dem des ich sie wir ihr ihre kann können wird werden haben hat auch oder wenn aus bei nach "
            "über ab bis sich"
        ),
        "French": (
            "le la les des du un une et est sont dans pour avec sur vous votre nous notre ne pas que qui "
            "ce cette il elle au aux par plus ou être avoir peut"
        ),
        "Spanish": (
            "el la los las un una y es son en para con por de del que no se su sus usted nosotros puede "
            "está están como más al lo pero o si"
        ),
        "Italian": (
            "il lo la gli le un una e è sono di del della che non per con nel nella si può su da dal alla "
            "anche come più o se ci"
        ),
        "Portuguese": (
            "o a os as um uma e é são de do da dos das que não para com em no na por se pode você seu sua "
            "como mais ou ao está"
        ),
        "Dutch": (
            "de het een en is zijn van voor met op niet dat die dit u uw we ons kan kunnen wordt worden "
            "heeft hebben ook of als bij naar uit om tot er"
        ),
        "Turkish": (
            "ve bir bu için ile de da olarak çok daha ne var yok mi m\u0131 değil gibi kadar sonra olan her sizin "
            "siz en"
        ),
        "Swedish": (
            "och att det som en på är för av med till den inte om ett har du kan från din ditt vi ska eller vid när"
        ),
        "Polish": (
            "i w z na do nie się jest są to że dla od po za przez jak lub oraz może tym który która które "
            "przy ale czy już"
        ),
    }.items()
}


def mismatch(text: str, question: str, around: str) -> str | None:
    """Say in which language a text is, where the question is clearly in another; else what is around both."""
    own = _language(text)
    asked, given = _language(question), _language(around)
    if own is None or own == (asked or given):
        return None
    if asked is not None:
        return f"the answer is in {own}, the question in {asked}"
    return f"the answer is in {own}, what it was given in {given}" if given is not None else None


def _language(text: str) -> str | None:
    """Tell the language of a text by its small words; those that several languages share count for each."""
    words = [word.casefold() for word in _WORD.findall(text[:MAX_CHARS])]
    counts = {language: sum(word in small for word in words) for language, small in _SMALL.items()}
    best, *rest = sorted(counts, key=lambda language: -counts[language])
    if counts[best] < MIN_SMALL_WORDS or counts[best] < MIN_LEAD * max(counts[rest[0]], 1):
        return None
    return best
