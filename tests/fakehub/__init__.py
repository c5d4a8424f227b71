"""A stateful GitHub on loopback: `with fakehub.serve() as hub:` gives `hub.url`, `hub.comments(n)`, `hub.faults`."""

from tests.fakehub.contract import Contract
from tests.fakehub.faults import Fault, Faults
from tests.fakehub.server import serve
from tests.fakehub.state import Account, Comment, Exchange, Hub

__all__ = ["Account", "Comment", "Contract", "Exchange", "Fault", "Faults", "Hub", "serve"]
