"""Strategies that change a text or a JSON value in a few places."""

import copy

from hypothesis import strategies as st

TEXTS = st.text(max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(["", "0", "1", "x" * 300, "\x00", "\u2028", "\U0001f600", "{{ x }}", "a\nb", "-1", "1e400"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def rarely(usual, odd):
    """One in eight is odd."""
    return st.sampled_from([usual] * 7 + [odd]).flatmap(lambda chosen: chosen)


@st.composite
def text(draw, written, pieces, *, most=4):
    """A text, up to `most` times cut, doubled, or with a piece put in or in place of a few characters."""
    changed = draw(written)
    for _ in range(draw(times(most))):
        start = draw(st.integers(0, len(changed)))
        end = min(len(changed), start + draw(st.integers(0, 6)))
        match draw(st.sampled_from(["insert", "replace", "remove", "repeat", "cut"])):
            case "insert":
                changed = changed[:start] + draw(pieces) + changed[start:]
            case "replace":
                changed = changed[:start] + draw(pieces) + changed[end:]
            case "remove":
                changed = changed[:start] + changed[end:]
            case "repeat":
                changed = changed[:end] + changed[start:end] * draw(st.integers(1, 40)) + changed[end:]
            case "cut":
                changed = changed[: max(start, len(changed) // 2)]
    return changed


@st.composite
def data(draw, written, *, most=3):
    """Bytes, of which up to `most` times a few are others, missing, or more."""
    changed = bytearray(draw(written))
    for _ in range(draw(times(most))):
        start = draw(st.integers(0, len(changed)))
        changed[start : start + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(changed)


def times(most):
    """How often: in half of all cases, never, so that much of what is tried is sound."""
    return st.booleans().flatmap(lambda sound: st.just(0) if sound else st.integers(1, most))


@st.composite
def value(draw, original, *, most=3):
    """A JSON value, up to `most` times with another in one place, without one place, or with a place of its own."""
    changed = copy.deepcopy(draw(original))
    for _ in range(draw(times(most))):
        if not (ways := [way for way in places(changed) if way]):
            break
        inner, last = _around(changed, draw(st.sampled_from(ways)))
        match draw(st.sampled_from(["replace", "remove", "repeat", "move", "rename"])):
            case "replace":
                inner[last] = draw(JSON)
            case "remove":
                del inner[last]
            case "repeat" if isinstance(inner, list):
                inner.extend(copy.deepcopy([inner[last]]) * draw(st.integers(1, 40)))
            case "rename" if isinstance(inner, dict):
                inner[draw(TEXTS)] = inner.pop(last)
            case _:
                other, at = _around(changed, draw(st.sampled_from(ways)))
                inner[last] = copy.deepcopy(other[at])
    return changed


def places(whole, at=()):
    """Yield the way to every value."""
    yield at
    items = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, item in items:
        yield from places(item, (*at, key))


def _around(whole, way):
    for key in way[:-1]:
        whole = whole[key]
    return whole, way[-1]
