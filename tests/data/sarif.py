"""The SARIF 2.1.0 schema of the package `@microsoft/jest-sarif` (MIT) → the same schema without its prose.

npm pack @microsoft/jest-sarif && tar xzf microsoft-jest-sarif-*.tgz
python tests/data/sarif.py package/lib/schemas/sarif-2.1.0-rtm.5.json tests/data/sarif-2.1.0.json
"""

import json
import sys
from pathlib import Path


def plain(node, *, names=False):
    """The node without prose. Under `properties` and `definitions` the same words are names and stay."""
    if isinstance(node, dict):
        kept = {key: item for key, item in node.items() if names or key not in ("description", "title", "$comment")}
        inner = ("properties", "definitions")
        return {key: plain(item, names=key in inner and not names) for key, item in kept.items()}
    return [plain(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(json.dumps(plain(whole), sort_keys=True) + "\n", encoding="utf-8")
