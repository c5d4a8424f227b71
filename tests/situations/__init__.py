"""Everything that a report can have to say, one report each: what people see of them is in `tests/golden`."""

from tests.situations import broken, rules, unjudged
from tests.unit.renderers import samples

BY_NAME = {
    **broken.BY_NAME,
    **rules.BY_NAME,
    **unjudged.BY_NAME,
    "inconclusive-warn": samples.INCONCLUSIVE,
    "inconclusive-block": samples.LEANING,
    "passed": samples.PASSED,
    "improved": samples.IMPROVED,
    "not-applicable": samples.NOT_APPLICABLE,
}
