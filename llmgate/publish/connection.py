"""PyGithub's connections → such as nothing in the environment can bend: no proxy, no certificates, no `.netrc` of it.

An earlier step of a job can set variables for all later ones, and the token goes along with every request.
"""

from typing import Any

from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester


class Http(HTTPRequestsConnectionClass):
    """Straight to a server on loopback, as tests have it."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.session.trust_env = False


class Https(HTTPSRequestsConnectionClass):
    """Straight to GitHub, whose certificate an authority of certifi vouches for."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.session.trust_env = False


def direct() -> None:
    """Have every client that is made from now on connect in this way; PyGithub has one setting for all."""
    Requester.injectConnectionClasses(Http, Https)
