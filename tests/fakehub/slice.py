"""`@octokit/openapi`'s api.github.com.json → the paths that the tests use, with what they refer to, without prose.

npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
python tests/fakehub/slice.py package/generated/api.github.com.json tests/fakehub/github.json
"""

import json
import sys
from pathlib import Path

PATHS = {
    "/user": ("get",),
    "/apps/{app_slug}": ("get",),
    "/repos/{owner}/{repo}": ("get",),
    "/repos/{owner}/{repo}/actions/permissions": ("get",),
    "/repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos": ("get",),
    "/repos/{owner}/{repo}/actions/permissions/workflow": ("get",),
    "/repos/{owner}/{repo}/branches/{branch}": ("get",),
    "/repos/{owner}/{repo}/branches/{branch}/protection": ("get",),
    "/repos/{owner}/{repo}/codeowners/errors": ("get",),
    "/repos/{owner}/{repo}/rules/branches/{branch}": ("get",),
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}": ("get",),
    "/repos/{owner}/{repo}/pulls": ("get",),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("get",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": ("get",),
    "/repos/{owner}/{repo}/statuses/{sha}": ("post",),
    "/repos/{owner}/{repo}/activity": ("get",),
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}/events": ("get",),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ("get", "patch", "delete"),
}
PROSE = {"summary", "example", "examples", "externalDocs", "tags", "x-github", "x-octokit"}


def sliced(whole):
    paths = {path: {verb: whole["paths"][path][verb] for verb in verbs} for path, verbs in PATHS.items()}
    result = {
        "openapi": whole["openapi"],
        "info": {"title": "GitHub", "version": whole["info"]["version"]},
        "servers": [{"url": "https://api.github.com"}],
        "paths": plain(paths),
        "components": {},
    }
    queue, seen = [result["paths"]], set()
    while queue:
        for reference in set(references(queue.pop())) - seen:
            seen.add(reference)
            family, name = reference.split("/")[2:]
            part = result["components"].setdefault(family, {})[name] = plain(whole["components"][family][name])
            queue.append(part)
    return result


def plain(node, *, names=False):
    """The node without prose. Under `properties` the same words are names of fields and stay."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: plain(value) for key, value in node.items()}
    kept = {key: value for key, value in node.items() if key not in PROSE}
    return {
        key: "" if key == "description" else plain(value, names=key in {"properties", "patternProperties"})
        for key, value in kept.items()
    }


def references(node):
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(json.dumps(sliced(json.loads(source.read_text())), separators=(",", ":"), sort_keys=True) + "\n")
