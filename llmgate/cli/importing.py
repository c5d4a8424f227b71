"""`llmgate capture` for other tools' suites: files of the repository → fixtures on disk, and what is not imported."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from llmgate import config, documents, git, patterns, plan, redaction, sides
from llmgate.capture import catalogue
from llmgate.capture.suites import fixtures, folder, proposing
from llmgate.capture.suites.case import MAX_CASES, Case, Lost, Sender, Suite, slug
from llmgate.cli import outside
from llmgate.cli.capturing import Selection
from llmgate.errors import ConfigurationError, UsageError
from llmgate.prompts import templates
from llmgate.renderers import figures, inert

SNIPPET = "llmgate.snippet.txt"  # no .yaml: it stands among fixtures, and is none


def run(form: str, names: Sequence[str], *, out: Path, selection: Selection, repository: Path) -> int:
    """Write the fixtures of suites, and tell by line what is not imported.

    Raises:
        ConfigurationError: with the suites that could not be read, once all else is written.
    """
    if selection.traces or selection.span or selection.conditions:
        raise UsageError(
            "--trace, --span and --where choose among traces; a suite has none",
            id="wrong-option",
            remedy="leave them out",
        )
    with outside.repository(repository) as history:
        commit = history.snapshot()
        side = _side(history, commit)
        paths = [_path(history, name) for name in names]
        outside.folder(out)
        files = [folder.opened(path, history.tree(commit), sides.reader(history, commit)) for path in paths]
        told = _Told(
            side=side, target=selection.target, out=out, limit=selection.limit, inside=_inside(history.root, out)
        )
        for path, within in zip(paths, files, strict=True):
            told.read(form, path, within)
        told.end()
    if told.refused:
        raise ConfigurationError([fault for error in told.refused for fault in error.faults])
    return 0


def _side(history: git.Repository, commit: str) -> plan.Side | None:
    """Read the configuration and what it says, where there is one: a team that comes from elsewhere has none."""
    if config.PATH not in history.tree(commit):
        return None
    return sides.of(history, commit, outside.configuration(history, commit), templates.fill)


def _path(history: git.Repository, name: str) -> str:
    """Name a file as the repository does: what a suite refers to is read from there alone."""
    root, path = history.root.resolve(), Path(name)
    found = path.resolve() if path.is_absolute() or path.exists() else root / path
    if not found.is_relative_to(root) or not found.is_file():
        raise UsageError(
            f"{name} is no file of the repository {root}",
            id="no-such-file",
            remedy="copy the suite into the repository, with the files that it names: its prompts stay there",
        )
    return found.relative_to(root).as_posix()


@dataclass(slots=True, kw_only=True)
class _Told:
    """What was written, and what was not."""

    side: plan.Side | None
    target: str | None
    out: Path
    limit: int | None
    inside: str | None
    prompts: dict[str, str] = field(default_factory=dict)
    naming: proposing.Naming = field(default_factory=proposing.Naming)
    unlisted: list[str] = field(default_factory=list)
    refused: list[ConfigurationError] = field(default_factory=list)
    lost: dict[Lost, None] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    written: int = 0
    drafts: int = 0
    same: int = 0

    def __post_init__(self) -> None:
        known = self.side.config if self.side else None
        self.naming.taken = frozenset({*known.targets, *known.models}) if known else frozenset()
        if self.target is not None and known is not None and self.target not in known.targets:
            listed = ", ".join(sorted(known.targets)) or "none"
            raise UsageError(f"there is no target {self.target!r}", id="no-such-target", remedy=f"known: {listed}")

    def read(self, form: str, path: str, files: folder.Folder) -> None:
        try:
            suite = catalogue.suite(form).read(path, files)
            pairs = self._pairs(suite)
            _bound(suite, len(_distinct(pairs)))
        except ConfigurationError as error:
            self.refused.append(error)
            return
        except folder.Unread as error:
            fault = documents.fault(path, 1, str(error), "name a file that git does not ignore", id="missing-file")
            self.refused.append(ConfigurationError([fault]))
            return
        self.lost.update(dict.fromkeys(suite.lost))
        for case in suite.cases:
            for sender, target in _distinct(_sending(case, pairs)):
                if self.limit is None or self.written < self.limit:
                    self._write(case, sender, target, form)

    def _pairs(self, suite: Suite) -> list[tuple[Sender, str]]:
        """Find the target of each sender: the one that is asked for, those that send its prompt, or a new one."""
        if self.target is not None or not suite.senders:
            name = self._only()
            entry = self.side.config.prompted.get(name) if self.side else None
            needed = self.side.surface.prompt(entry.prompt) if self.side and entry else None
            given = tuple(each for each in needed.variables if each not in needed.defaults) if needed else ()
            return [(Sender(name=name, prompt="", variables=given), name)]
        return [(sender, target) for sender in suite.senders for target in self._targets(sender)]

    def _only(self) -> str:
        known = sorted(self.side.config.targets) if self.side else []
        if self.target is not None and self.side is not None:
            return self.target
        if len(known) == 1:
            return known[0]
        listed = ", ".join(known) or f"none; add one to {config.PATH}"
        raise UsageError(
            "the suite has no prompt: name the target with --target", id="no-such-target", remedy=f"known: {listed}"
        )

    def _targets(self, sender: Sender) -> list[str]:
        file = self._extracted(sender)
        prompt = sender.prompt if file is None else f"{self.inside}/{file}"
        if self.side is not None:
            found = proposing.sending({sender.prompt, prompt}, self.side.surface.targets)
            found = found or proposing.sending({sender.file}, self.side.surface.targets)
            listed, path = self.side.config.surface.prompts, prompt.partition("#")[0]
            if found:
                return found
            self.unlisted += [path] if listed is not None and not patterns.matcher(listed)(path) else []
        if file is not None and sender.inline is not None:
            self.prompts[file] = sender.inline
        return [self.naming.target(sender, prompt)]

    def _extracted(self, sender: Sender) -> str | None:
        """Name the file of a prompt that has no name but its text; without one it stays where it is."""
        if sender.inline is None or self.inside is None:
            return None
        return f"prompts/{slug(sender.prompt.partition('#')[2].removeprefix('prompts')) or 'prompt'}.jinja"

    def _write(self, case: Case, sender: Sender, target: str, form: str) -> None:
        name = case.identity(target)
        if name in self.contents and self.contents[name] != case.whole(target):
            name = f"{name}-{case.whole(target)}"
        if name in self.contents:
            self.lost[Lost(file=case.file, line=case.line, what="the case: it stands in the suite twice")] = None
            return
        self.contents[name] = case.whole(target)
        redact = redaction.of(os.environ).value
        made = fixtures.made(case, sender, target, source=form, name=name, redact=redact)
        self.lost.update(dict.fromkeys(made.lost))
        if made.text:
            self._keep(self.out / f"{name}.yaml", made, case)

    def _keep(self, path: Path, made: fixtures.Made, case: Case) -> None:
        """Write a file; one that is there stays as it is."""
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(made.text)
        except FileExistsError:
            if path.read_text(encoding="utf-8") == made.text:
                self.same += 1
            else:
                what = f"the case: {path} is there already and says something else; move it to import the case again"
                self.lost[Lost(file=case.file, line=case.line, what=what)] = None
            return
        except OSError as error:
            raise UsageError(
                f"{path} cannot be written: {error.strerror}", id="not-writable", remedy="name another folder"
            ) from error
        self.written += 1
        self.drafts += made.draft

    def end(self) -> None:
        """Tell what was done, and write the entries that llmgate.yaml lacks."""
        for lost in sorted(self.lost, key=lambda each: (each.file, each.line, each.what)):
            click.echo(inert.log(str(lost.fault())))
        for line in self._summary():
            click.echo(inert.log(line))
        if self.naming.targets:
            self._propose()

    def _summary(self) -> Iterator[str]:
        parts = [figures.count(self.written, "fixture")]
        parts += [f"{self.drafts} of them {'a draft' if self.drafts == 1 else 'drafts'}"] if self.drafts else []
        parts += [f"{self.same} already imported"] if self.same else []
        parts += [f"{len(self.lost)} not imported, see above"] if self.lost else []
        yield ", ".join(parts)

    def _propose(self) -> None:
        for name, text in self.prompts.items():
            if not (self.out / name).exists():
                _write(self.out / name, text)
        pattern = f"{self.inside}/*.yaml" if self.inside else None
        listed = self.side.config.suite.fixtures if self.side else config.SuiteSettings().fixtures
        is_listed = pattern is None or patterns.matcher(listed)(f"{self.inside}/x.yaml")
        text = proposing.proposal(self.naming, self.unlisted).text(
            whole=self.side is None, fixtures=None if is_listed else pattern
        )
        path = self.out / SNIPPET
        _write(path, text)
        told = f"{path}: entries that {config.PATH} needs, for the targets {', '.join(self.naming.targets)}"
        known = self.side.config.targets if self.side else ()
        click.echo(inert.log(f"{told}; --target {min(known)} gives the cases to one that is there" if known else told))


def _sending(case: Case, pairs: list[tuple[Sender, str]]) -> list[tuple[Sender, str]]:
    """Choose those that send a case; a target that is asked for sends them all."""
    return [pair for pair in pairs if case.senders is None or not pair[0].prompt or pair[0].key in case.senders]


def _distinct(pairs: list[tuple[Sender, str]]) -> list[tuple[Sender, str]]:
    """Keep the first of the pairs that send the same prompt to the same target."""
    found: dict[tuple[str, str], tuple[Sender, str]] = {}
    for sender, target in pairs:
        found.setdefault((sender.prompt, target), (sender, target))
    return list(found.values())


def _inside(root: Path, out: Path) -> str | None:
    """Name a folder from the repository's root; None where it is not in there."""
    folder, root = out.resolve(), root.resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) and folder != root else None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", id="not-writable", remedy="name another folder"
        ) from error


def _bound(suite: Suite, targets: int) -> None:
    if len(suite.cases) * targets > MAX_CASES:
        message = f"{len(suite.cases)} cases for {targets} targets are more than {MAX_CASES} fixtures"
        remedy = "split the suite, or name one target with --target"
        raise ConfigurationError([documents.fault(suite.path, 1, message, remedy, id="not-imported")])
