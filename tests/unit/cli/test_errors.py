"""What the command says of an error: the words, the exit code, and no secret."""

import pytest

from llmgate import cli
from llmgate.errors import NotEvaluated, UsageError


@pytest.mark.trust("unforeseen")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("wrong: canary-canary", id="wrong-option"), 2),
        (NotEvaluated("gone: canary-canary", id="worker-failed"), 3),
        (ValueError("canary-canary"), 3),
    ],
)
def test_an_error_that_holds_a_secret_is_told_without_it(monkeypatch, capsys, error, code):
    monkeypatch.setenv("HOUSE_KEY", "canary-canary")
    assert cli.exit_code(error) == code
    told = capsys.readouterr().err
    assert "[redacted]" in told
    assert "canary" not in told


def test_a_mistyped_command_is_told_with_the_likely_one(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["gaet"])
    assert "No such command 'gaet'. Did you mean gate?" in capsys.readouterr().err
