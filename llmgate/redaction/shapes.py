"""A text → the places in it that have the shape of a well-known token, key or password.

The prefixes are those that the issuers and the field's secret scanners (gitleaks, trufflehog, detect-secrets) publish.
Each shape has a literal hint, which is looked for first, and a pattern that is linear in the text: a literal prefix and
bounded or possessive runs of one character class. Patterns are compiled when their hint is first seen: most never are.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MIN_CHARS = 12
"""No shape is shorter."""

_WORD = "[A-Za-z0-9]"
_ID = "[A-Za-z0-9_-]"
_HEX = "[0-9a-fA-F]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """`secret` is the group that is the secret; `holds` decides on what a pattern cannot tell."""

    hint: str
    pattern: str
    secret: int | str = 0
    holds: Callable[[str], bool] = bool

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each match, in order."""
        if self.hint in text:
            for match in re.finditer(self.pattern, text):
                if self.holds(match[self.secret]):
                    yield match.span(self.secret)


def _token(prefix: str, rest: str, *, hint: str = "", before: str = _WORD, exact: bool = False) -> Shape:
    r"""Make the shape of a token with a prefix of fixed width, at which no longer word goes on.

    A letter or digit before it may be the end of an escape: `\n` of JSON, `%3D` of a URL. The prefix comes first in
    the pattern, since a literal there is what `re` searches for quickly.
    """
    starts = rf"(?:(?<!{before}{prefix})|(?<=\\[nrtbf]{prefix})|(?<=%{_HEX}{{2}}{prefix}))"
    ends = f"(?!{_WORD})" if exact else ""
    return Shape(hint=hint or prefix.replace("\\", ""), pattern=prefix + starts + rest + ends)


def _is_basic(text: str) -> bool:
    """Tell whether it is base64 of `user:password`: so that `Basic` stays a word."""
    try:
        return b":" in base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return False


_PEM_NAME = "[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"

SHAPES = (
    # models, their hosts, and what watches them
    _token("sk-", f"{_ID}{{16,}}"),  # OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse
    _token("AIza", f"{_ID}{{30,}}"),
    _token("hf_", f"{_WORD}{{30,}}"),
    _token("api_org_", f"{_WORD}{{30,}}"),
    _token("gsk_", f"{_WORD}{{20,}}"),
    _token("xai-", f"{_WORD}{{40,}}"),
    _token("pplx-", f"{_WORD}{{30,}}"),
    _token("r8_", f"{_WORD}{{30,}}"),
    _token("nvapi-", f"{_ID}{{30,}}"),
    _token("tgp_v1_", f"{_ID}{{30,}}"),
    _token("ABSK", "[A-Za-z0-9+/=]{100,}"),
    _token("bedrock-api-key-", "[A-Za-z0-9+/=]{20,}"),
    _token("lsv2_[ps][tk]_", f"{_ID}{{30,}}", hint="lsv2_"),
    _token("ls__", f"{_WORD}{{20,}}"),
    _token("pcsk_", f"{_ID}{{30,}}"),
    _token("tvly-", f"{_ID}{{20,}}"),
    _token("jina_", f"{_WORD}{{40,}}"),
    # code and packages
    _token("gh[oprsu]_", "[A-Za-z0-9_.-]{16,}", hint="gh"),
    _token("github_pat_", "[A-Za-z0-9_]{16,}"),
    *(
        _token(f"gl{kind}-", "[A-Za-z0-9_.-]{20,}")
        for kind in ("pat", "dt", "ptt", "rt", "cbt", "ft", "soat", "imt", "agent", "oas", "ffct")
    ),
    _token("npm_", f"{_WORD}{{30,}}"),
    _token("pypi-Ag", f"{_ID}{{30,}}"),
    _token("rubygems_", f"{_HEX}{{40,}}"),
    _token("dckr_pat_", f"{_ID}{{20,}}"),
    _token("ATATT3", "[A-Za-z0-9_=-]{50,}"),
    # clouds
    *(_token(prefix, "[0-9A-Z]{16,}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
    _token(r"ya29\.", "[A-Za-z0-9_.-]{20,}"),
    _token("GOCSPX-", f"{_ID}{{20,}}"),
    _token("1//0", f"{_ID}{{30,}}"),
    Shape(hint="AccountKey=", pattern="AccountKey=([A-Za-z0-9+/]{40,}={0,2})", secret=1),
    Shape(hint="AccessKey=", pattern="SharedAccessKey=([A-Za-z0-9+/]{40,}={0,2})", secret=1),
    Shape(hint="sig=", pattern="[?&;]sig=([A-Za-z0-9%+/=]{40,})", secret=1),
    Shape(
        hint="Q~",
        pattern=r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])",
    ),
    _token("dapi", "[0-9a-f]{32}(?:-[0-9]{1,2})?", exact=True),
    _token("do[opr]_v1_", "[0-9a-f]{40,}", hint="_v1_"),
    _token(r"hvs\.", f"{_ID}{{20,}}"),
    _token(r"hvb\.", f"{_ID}{{20,}}"),
    _token("pul-", "[0-9a-f]{40}", exact=True),
    _token("glsa_", "[A-Za-z0-9_]{32,}"),
    _token("glc_", "[A-Za-z0-9+/=]{32,}"),
    _token("sntry[su]_", "[A-Za-z0-9+/=_-]{40,}", hint="sntry"),
    # money and messages
    _token("[sr]k_live_", f"{_WORD}{{10,}}", hint="k_live_"),
    _token("[sr]k_test_", f"{_WORD}{{10,}}", hint="k_test_"),
    _token("whsec_", "[A-Za-z0-9+/=]{20,}"),
    _token("shp(?:at|ca|pa|ss)_", f"{_HEX}{{32}}", hint="shp", exact=True),
    _token("SK", "[0-9a-f]{32}", exact=True),
    _token(r"SG\.", rf"{_ID}{{16,64}}+\.{_ID}{{16,}}"),
    _token("xox[abeoprs]-", "[A-Za-z0-9-]{10,}", hint="xox"),
    _token("xapp-", "[A-Za-z0-9-]{10,}"),
    _token(r"hooks\.slack\.com/", r"(?:services|workflows|triggers)/[A-Za-z0-9_/+-]{20,}"),
    Shape(hint="/api/webhooks/", pattern=rf"discord(?:app)?\.com/api/webhooks/[0-9]{{15,20}}/{_ID}{{40,}}"),
    Shape(hint=":AA", pattern=f"(?<!{_WORD})[0-9]{{8,10}}:AA{_ID}{{30,}}"),  # Telegram
    # work
    _token("lin_api_", f"{_WORD}{{30,}}"),
    _token("lin_oauth_", f"{_WORD}{{30,}}"),
    _token("ntn_", f"{_WORD}{{40,}}"),
    _token("secret_", f"{_WORD}{{40,}}"),
    _token("PMAK-", "[0-9a-f-]{50,}"),
    # whatever it is for
    _token("[Bb]earer ", "[A-Za-z0-9._~+/=-]{16,}", hint="earer "),
    Shape(
        hint="asic ",
        pattern=f"[Bb]asic (?<!{_WORD}.{{6}})([A-Za-z0-9+/=]{{8,}})",
        secret=1,
        holds=_is_basic,
    ),
    _token("eyJ", rf"{_ID}{{8,}}+\.{_ID}{{8,}}+\.{_ID}{{8,}}", before=_ID),
    Shape(hint="://", pattern=r"://([^\s/@:?#\"'<>{}\\]{0,100}+:[^\s/@:?#\"'<>{}\\]{3,300}+)@", secret=1),
    Shape(
        hint="PRIVATE KEY",
        pattern=rf"-----BEGIN {_PEM_NAME}(?:(?:[^-]|-(?!----))*+-----END {_PEM_NAME}|[A-Za-z0-9+/=\s\\]*+)",
    ),
)


def spans(text: str) -> list[Iterator[tuple[int, int]]]:
    """List the places of each shape that may be in the text; each shape's are in order and do not overlap."""
    if len(text) < MIN_CHARS:
        return []
    return [shape.spans(text) for shape in SHAPES if shape.hint in text]
