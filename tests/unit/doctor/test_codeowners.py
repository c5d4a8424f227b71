"""Who owns a path, by the examples of GitHub's documentation and the rules around them."""

import pytest

from llmgate.doctor import codeowners
from llmgate.doctor.codeowners import Line, Wrong

# The cases of https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
# customizing-your-repository/about-code-owners#example-of-a-codeowners-file
DOCUMENTED = [
    ("*", "a", True),
    ("*", "a/b/c", True),
    ("*.js", "a.js", True),
    ("*.js", "deep/in/a.js", True),
    ("*.js", "a.jsx", False),
    ("/build/logs/", "build/logs/today/one.log", True),
    ("/build/logs/", "deep/build/logs/one.log", False),
    ("docs/*", "docs/getting-started.md", True),
    ("docs/*", "docs/build-app/troubleshooting.md", False),
    ("apps/", "apps/one", True),
    ("apps/", "deep/apps/one", True),
    ("/docs/", "docs/deep/one", True),
    ("/docs/", "deep/docs/one", False),
    ("/*", "a", True),
    ("/*", "a/b", False),
    ("/*/", "a/b", True),
    ("/*/", "a", False),
    ("/a", "a/b", True),
    ("/a", "b/a", False),
    ("a\\*b", "a*b", True),
    ("a\\*b", "axb", False),
    ("/apps/[id]/a.ts", "apps/[id]/a.ts", True),
    ("/apps/[id]/a.ts", "apps/i/a.ts", False),
    ("a/*/c", "a/b/c/d", True),
    ("a/**/c", "a/c", True),
    ("a/**/", "a/b", True),
    ("**/logs", "build/logs/one", True),
    ("**/logs", "deep/build/logs/one", True),
    ("/apps/github", "apps/github/one", True),
    ("/scripts/", "scripts", False),
    ("/llmgate.yaml", "llmgate.yaml", True),
    ("/llmgate.yaml", "deep/llmgate.yaml", False),
    ("llmgate.yaml", "deep/llmgate.yaml", True),
    ("/LLMGATE.yaml", "llmgate.yaml", False),
    ("/a\\ b/", "a b/c", True),
    ("/fixtures/**/*.yaml", "fixtures/one.yaml", True),
    ("/fixtures/**/*.yaml", "fixtures/deep/in/one.yaml", True),
    (".github/workflows", ".github/workflows/llmgate.yml", True),
]


def owner(text, path):
    lines = [entry for entry in codeowners.read(text) if isinstance(entry, Line)]
    line = codeowners.Owners(lines).decisive(path)
    return line and line.owners


@pytest.mark.parametrize(("pattern", "path", "matches"), DOCUMENTED)
def test_a_pattern_owns_what_github_says(pattern, path, matches):
    assert (owner(f"{pattern} @octocat\n", path) == ("@octocat",)) is matches


def test_the_last_line_that_matches_decides():
    text = "* @all\n/fixtures/ @gate @ada\n/fixtures/open/\n"
    assert owner(text, "a") == ("@all",)
    assert owner(text, "fixtures/a") == ("@gate", "@ada")
    assert owner(text, "fixtures/open/a") == ()
    assert owner("/a @ada\n", "b") is None


def test_comments_and_empty_lines_own_nothing():
    assert list(codeowners.read("# * @all\n\n   \n  # more\n")) == []
    assert owner("* @all # @ada\n", "a") == ("@all",)
    assert owner("* @all\t#and so on\r\n", "a") == ("@all",)


@pytest.mark.parametrize("line", ["!a @b", "\\#a @b", "a acme", "a @", "a @b/c/d", "a" * 501 + " @b"])
def test_a_line_that_github_skips_owns_nothing(line):
    (entry,) = codeowners.read(f"{line}\n")
    assert isinstance(entry, Wrong)


@pytest.mark.parametrize("name", ["@ada", "@ada-lovelace", "@acme/gate_keepers", "ada@example.com", "@a.b"])
def test_an_owner_is_a_user_a_team_or_an_address(name):
    assert owner(f"* {name}\n", "a") == (name,)
