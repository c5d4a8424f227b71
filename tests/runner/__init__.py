"""GitHub's runner as tests need it: it starts the action as a container's step and tells what the runner makes of it.

`runner.Step(...)` has the folders, variables and inputs; `step.run()` its result; `step.start()` gives what can be
cancelled. Every rule is that of actions/runner 2.336 (258d6c8), named beside the code that follows it.
"""

from tests.runner.container import Container
from tests.runner.files import FileCommandError, file_values, summary
from tests.runner.log import Log, annotations, log_commands
from tests.runner.manifest import Manifest
from tests.runner.masks import Masks
from tests.runner.step import Outcome, Result, Running, Step
from tests.runner.timetable import Stage, Timetable

__all__ = [
    "Container",
    "FileCommandError",
    "Log",
    "Manifest",
    "Masks",
    "Outcome",
    "Result",
    "Running",
    "Stage",
    "Step",
    "Timetable",
    "annotations",
    "file_values",
    "log_commands",
    "summary",
]
