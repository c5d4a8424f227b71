"""The action's description and an image by its digest → the description that runs this image.

$ python -m scripts.release.pin ghcr.io/llmgate/llmgate@sha256:0123…
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ACTION = Path(__file__).parents[2] / "action.yml"
_BUILT = "  image: Dockerfile\n"
_IMAGE = re.compile(r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}")


class NotPinned(Exception):
    """The description stays as it is."""


def pinned(action: str, image: str) -> str:
    """Put the image in the place of the Dockerfile, and change nothing else."""
    if not _IMAGE.fullmatch(image):
        raise NotPinned(f"{image!r} is no image by its digest: give HOST/NAME@sha256: and 64 hexadecimal digits")
    if action.count(_BUILT) != 1:
        raise NotPinned(f"action.yml: the line {_BUILT.strip()!r} is not there once: pin the commit that was built")
    return action.replace(_BUILT, f"  image: docker://{image}\n")


def main(image: str) -> int:
    try:
        ACTION.write_text(pinned(ACTION.read_text(), image))
    except NotPinned as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
