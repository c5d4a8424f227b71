from tests.unit.sampling.conftest import lab

__all__ = ["lab"]
