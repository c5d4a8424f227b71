"""The name of a key → what its value is, where the name says so."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

MAX_NAME_CHARS = 100

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PSEUDONYM = re.compile(r"\[[a-z][a-z0-9-]*\]")  # what stands for a secret is no word for one
_ABOUT = frozenset({"value", "header", "string", "text", "plain", "raw", "hash", "encoded"})
_SECRETS = frozenset(
    {"authorization", "password", "passwd", "passphrase", "passcode", "pwd", "secret", "cookie", "credential"}
    | {"credentials", "passwords", "secrets", "cookies", "apikey", "apikeys", "jwt", "otp", "cvv", "cvc"}
    | {"accesskey", "secretkey", "privatekey", "authtoken", "accesstoken", "refreshtoken", "idtoken", "sessiontoken"}
)
_ENDS = ("password", "passwd", "secret", "apikey")
_KEYS = frozenset(
    {"api", "access", "secret", "private", "account", "subscription", "signing", "encryption", "master", "shared"}
    | {"storage", "auth", "service", "ssh", "admin", "license", "webhook", "hmac", "deploy"}
)
_TOKENS = frozenset(
    {"access", "refresh", "auth", "id", "session", "bearer", "csrf", "xsrf", "api", "bot", "device", "security"}
    | {"private", "secret", "oauth", "user", "app", "service", "push", "deploy", "job", "personal", "reset", "sas"}
    | {"verification", "invite", "github", "gitlab", "slack", "hf", "npm", "login", "client", "authentication"}
)
_OTHER_TOKENS = frozenset(
    {"next", "page", "continuation", "sync", "cursor", "resume", "max", "min", "eos", "bos", "pad", "unk", "stop"}
    | {"start", "end", "special", "mask", "sep", "cls", "first", "last", "idempotency"}
)
_PHONES = frozenset(
    {"phone", "telephone", "tel", "mobile", "fax", "cellphone", "msisdn", "whatsapp", "telefon", "mobil", "handy"}
    | {"phonenumber", "mobilenumber", "telephonenumber", "rufnummer", "telefonnummer"}
)
_NUMBER = frozenset({"number", "no", "nr", "num", "e"})  # `e` of E.164, whose digits are no words


class Meaning(Enum):
    """What a key says of its value. A TOKEN is a secret if it looks like one: words are called tokens, too."""

    SECRET = "secret"  # noqa: S105 - a kind, not a secret
    TOKEN = "token"  # noqa: S105 - as above
    PHONE = "phone"
    NOTHING = "nothing"


@lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """Read the last words of a name, in whatever case it is written."""
    own = _PSEUDONYM.sub("x", name[-MAX_NAME_CHARS:])
    words = [word.lower() for word in _WORD.findall(own)]
    while words and words[-1] in _ABOUT:
        words.pop()
    before, last = ["", *words][-2:] if words else ("", "")
    if last in _SECRETS or last.endswith(_ENDS) or (last in ("key", "keys") and before in _KEYS):
        return Meaning.SECRET
    if last == "token":
        return _token(before)
    if last in _PHONES or (last in _NUMBER and before in _PHONES):
        return Meaning.PHONE
    return Meaning.NOTHING


def _token(before: str) -> Meaning:
    if before in _TOKENS:
        return Meaning.SECRET
    return Meaning.NOTHING if before in _OTHER_TOKENS else Meaning.TOKEN
