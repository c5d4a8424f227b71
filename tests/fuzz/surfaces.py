"""All surfaces, by their names."""

from tests.fuzz import commands, documents, fixtures, markdown, otlp, templates
from tests.fuzz.surface import Surface

SURFACES: dict[str, Surface] = {
    module.SURFACE.name: module.SURFACE for module in (commands, documents, fixtures, markdown, otlp, templates)
}
