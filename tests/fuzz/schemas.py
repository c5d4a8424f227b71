"""A JSON Schema → values that mostly fit it: what a file of that shape holds."""

from hypothesis import strategies as st

from tests.fuzz import mutations

WORDS = [
    "a",
    "d1",
    "question",
    "t",
    "x",
    "14 days",
    "",
    "(a|b)*c",
    "$.a",
    "{{ question }}",
    "2026-11-26",
    "user",
    "é" * 50,
]
NUMBERS = st.sampled_from([0, 1, 2, 0.5, 1.0, -1, 100, 1e9, 2**63])


def values(schema):
    """Make a strategy of a schema with its definitions."""
    known = {}
    return _of(schema, schema.get("$defs", {}), known)


def _of(schema, definitions, known):
    match schema:
        case {"$ref": name}:
            return _named(name.rpartition("/")[2], definitions, known)
        case {"anyOf": several} | {"oneOf": several}:
            return st.one_of([_of(each, definitions, known) for each in several])
        case {"type": "object", "properties": _}:
            return _object(schema, definitions, known)
        case {"type": "object"}:
            return st.dictionaries(
                st.sampled_from(WORDS), _inner(schema, "additionalProperties", definitions, known), max_size=3
            )
        case {"type": "array"}:
            return st.lists(_inner(schema, "items", definitions, known), max_size=3)
        case _:
            return _scalar(schema)


def _scalar(schema):
    match schema:
        case {"const": value}:
            return st.just(value)
        case {"enum": allowed}:
            return st.sampled_from(allowed)
        case {"type": "string", "pattern": pattern}:
            return st.from_regex(pattern)
        case {"type": str(kind)}:
            return {"string": st.sampled_from(WORDS), "boolean": st.booleans(), "null": st.none()}.get(kind, NUMBERS)
        case _:
            return mutations.JSON


def _named(name, definitions, known):
    """Make one strategy for each definition, also of one that holds itself."""
    if name not in known:
        known[name] = st.deferred(lambda: known[f"{name} itself"])
        known[f"{name} itself"] = _of(definitions[name], definitions, known)
    return known[name]


def _inner(schema, key, definitions, known):
    inner = schema.get(key)
    return _of(inner, definitions, known) if isinstance(inner, dict) else mutations.JSON


def _object(schema, definitions, known):
    fields = {name: _of(field, definitions, known) for name, field in schema["properties"].items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in required},
        optional={name: fields[name] for name in fields if name not in required},
    )
