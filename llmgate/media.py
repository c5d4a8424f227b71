"""The parts of a message that are no text: a file of the repository held by its digest, or an address."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_PATH_CHARS = 300
MAX_URI_CHARS = 2_000

# No user, no address in numbers and no name without a dot: who fetches it may stand inside a network.
_ADDRESS = re.compile(r"https://(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}(?::[0-9]{1,5})?(?:[/?][!-~]*)?")


class Modality(StrEnum):
    """What kind of thing a part is, in OpenTelemetry's words and one more."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


def _path(value: str) -> str:
    if {"", ".", ".."} & set(value.split("/")) or "\\" in value or not value.isprintable():
        raise ValueError("a path is relative to the repository's root, with forward slashes and without '.' or '..'")
    return value


def _uri(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("an address begins with https:// and the name of a public host, and is plain ASCII")
    return value


MimeType = Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$", max_length=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BlobPart(_Part):
    """A file of the repository. Its bytes are read where they are sent, and must have the digest."""

    type: Literal["blob"] = "blob"
    modality: Modality = Field(description="What it is.")
    mime_type: MimeType = Field(description="As in `image/png`; it is sent along.")
    path: Annotated[str, Field(min_length=1, max_length=MAX_PATH_CHARS), AfterValidator(_path)] = Field(
        description="The file, from the repository's root; no link, and at most 5 MiB."
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="Of its bytes: whichever revision has the file with this digest, it is that one that is sent."
    )

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Self:
        kind = self.mime_type.partition("/")[0]
        if self.modality is not Modality.DOCUMENT and kind != self.modality:
            raise ValueError(f"the mime_type of {self.modality} begins with '{self.modality}/', not '{kind}/'")
        return self


class UriPart(_Part):
    """An address that the provider fetches: what is there when it does is not frozen."""

    type: Literal["uri"] = "uri"
    modality: Modality = Field(description="What it is.")
    mime_type: MimeType | None = Field(default=None, description="What it is known to be; Gemini alone is told.")
    uri: Annotated[str, Field(max_length=MAX_URI_CHARS), AfterValidator(_uri)] = Field(
        description="Sent as it is, and fetched by the provider; https only."
    )


MediaPart = BlobPart | UriPart
