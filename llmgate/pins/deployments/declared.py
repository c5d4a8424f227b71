"""Objects of a source file → the deployments among them: an object with a name, and a `model` with name and format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmgate.pins.deployments.deployment import Deployment, Upgrade
from llmgate.pins.deployments.scan import MAX_TEXT_CHARS, Object, Value

_UPGRADES = {option.value.lower(): option for option in Upgrade}
_OPTIONS = ("versionUpgradeOption", "version_upgrade_option")
_WRAPPED = ("properties", "body")

Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """What names in a file stand for. A parameter's default can be overridden, so it only tells a deployment's name."""

    fixed: Mapping[str, str]
    defaults: Mapping[str, str]

    def constant(self, value: Value) -> str | None:
        found = self.fixed.get(value.text) if value.literal is None else value.literal
        return None if found is None else found[:MAX_TEXT_CHARS]

    def name(self, value: Value) -> str:
        found = self.constant(value) or self.defaults.get(value.text, "")[:MAX_TEXT_CHARS]
        return found.rpartition("/")[2]


def find(objects: Iterable[Object], constants: Constants, path: str) -> Iterator[Deployment]:
    """Yield the deployments, each where its object begins."""
    for one in objects:
        name = one.value("name")
        holder = _holder(one)
        if name is None or holder is None or (model := holder.object("model")) is None:
            continue
        if model.value("name") is None or model.value("format") is None:
            continue
        facts = _Facts(constants)
        upgrade = next((found for layer in _layers(one) for key in _OPTIONS if (found := layer.value(key))), None)
        yield Deployment(
            name=constants.name(name),
            model=facts.read("model.name", model.value("name")),
            version=facts.read("model.version", model.value("version")),
            upgrade=facts.upgrade(upgrade),
            file=path,
            line=one.line,
            unresolved=tuple(facts.unresolved),
        )


class _Facts:
    """Reads values, and remembers those that only a deployment will decide."""

    def __init__(self, constants: Constants) -> None:
        self._constants = constants
        self.unresolved: list[str] = []

    def read(self, key: str, value: Value | None) -> str:
        if value is None or value.text in ("null", "''", '""'):
            return ""
        if (found := self._constants.constant(value)) is None:
            self.unresolved.append(f"{key} is the expression {value.text[:MAX_TEXT_CHARS]}")
        return found or ""

    def upgrade(self, value: Value | None) -> Upgrade | None:
        written = self.read("the upgrade option", value)
        if written and written.lower() not in _UPGRADES:
            self.unresolved.append(f"the upgrade option {written} is none that Azure has")
        return _UPGRADES.get(written.lower())


def _holder(one: Object) -> Object | None:
    return next((layer for layer in _layers(one) if layer.object("model") is not None), None)


def _layers(one: Object) -> Iterator[Object]:
    """Yield the object, and what is wrapped in it: ARM's `properties`, and azapi's `body` around them."""
    yield one
    for key in _WRAPPED:
        if (inner := one.object(key)) is not None:
            yield inner
            if (innermost := inner.object("properties")) is not None:
                yield innermost
