"""Commands run in this process, each through click's own runner."""

import importlib

from click.testing import CliRunner


def run(name, *arguments, environment=None):
    """Run one command. What it returns is its exit code, as in `cli.main`; an error of ours stays in `exception`."""
    command = importlib.import_module(f"llmgate.cli.{name.replace('-', '_')}").command
    done = CliRunner().invoke(command, [str(each) for each in arguments], env=environment, standalone_mode=False)
    if done.exception is None and isinstance(done.return_value, int):
        done.exit_code = done.return_value
    return done
