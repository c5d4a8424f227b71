"""What is typed of services that somebody else has started → where each target answers on each arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import click

from llmgate.errors import NotEvaluated
from llmgate.trial import Arm

base_url_option = click.option(
    "--base-url", multiple=True, metavar="[TARGET=]URL", help="Where a target of kind http answers as on the base."
)
head_url_option = click.option(
    "--head-url", multiple=True, metavar="[TARGET=]URL", help="Where a target of kind http answers as on the head."
)
port_option = click.option(
    "--broker-port", type=click.IntRange(0, 65_535), default=0, help="The port at which applications find models."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where services answer that somebody else has started: for each arm an address, or one for each target by name.

    `port` is the broker's, where a service has to know it before it starts; 0 lets the system choose.
    """

    addresses: Mapping[Arm, Mapping[str, str]] = field(default_factory=dict)
    port: int = 0

    @classmethod
    def of(cls, base: Iterable[str], head: Iterable[str], port: int = 0) -> Services:
        """Read `URL` and `TARGET=URL`.

        Raises:
            UsageError: where one is no address.
        """
        return cls(addresses={Arm.BASE: dict(map(_named, base)), Arm.HEAD: dict(map(_named, head))}, port=port)

    def at(self, arm: Arm, name: str) -> str:
        """Return the address of a target on an arm.

        Raises:
            NotEvaluated: where none was given.
        """
        known = self.addresses.get(arm, {})
        if (found := known.get(name) or known.get("")) is None:
            raise NotEvaluated(
                f"nobody said where the service of target {name!r} answers on the {arm}",
                id="service-address",
                remedy=f"start it for each revision, and give its address: `--{arm}-url {name}=http://HOST:PORT`,"
                f" or the action's input `{arm}-url`",
            )
        return found


def _named(text: str) -> tuple[str, str]:
    from llmgate.targets.service import address  # noqa: PLC0415 - http clients are imported where a service is asked

    name, equals, url = text.strip().rpartition("=")
    return (name, address(url)) if equals and "/" not in name else ("", address(text.strip()))
