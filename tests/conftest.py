"""What holds for every test."""

from hypothesis import settings

# The same cases on every run and on every machine; time limits are tests of their own.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
