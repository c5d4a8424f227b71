"""Strategies of the template languages: texts that are mostly templates, and some that are odd."""

from hypothesis import strategies as st

from tests.attacks import TEMPLATE_ESCAPES
from tests.fuzz.mutations import rarely

PLAIN = st.sampled_from(["a", " ", "\n", "You are a bot.\n", "é", "<b>", "", "\r\n"]) | st.sampled_from(
    ["}}", "{", "system:\nuser:\n", "---\n", "\\", '{"k": 1}', "%}", "#}", "\u2028"]
)


def joined(inner):
    return st.lists(inner, min_size=1, max_size=3).map("".join)


NAMES = rarely(
    st.sampled_from(["x", "y", "d.k", "d", "v", "v[0]", "d['k']", "z"]),
    st.sampled_from(["missing", "missing.k", "loop.index", "v[9]", "self.a()", "caller()", "varargs"]),
)
FILTERS = rarely(
    st.sampled_from(["upper", "length", "default('d')", "list", "first", "tojson", "safe", "e", "trim", "join(',')"]),
    st.sampled_from(["int", "sort", "map('upper')|list", "batch(2)|list", "attr('k')", "urlize", "nothing", "items"]),
)
OPERATORS = rarely(
    st.sampled_from(["~", "and", "or", "==", "!="]), st.sampled_from(["+", "-", "*", "%", "<", "in", "is"])
)
CALLED = st.sampled_from(["'{}'.format", "'%s'.__mod__", "dict", "cycler", "f", "range", "namespace", "super"])
EXPRESSIONS = st.recursive(
    NAMES | st.sampled_from(["1", "0", "'a'", "[]", "none", "true", "range(3)", "{{}}", "1.5"]),
    lambda inner: rarely(
        st.one_of(
            st.builds("{}|{}".format, inner, FILTERS),
            st.builds("({} {} {})".format, inner, OPERATORS, inner),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("[{}, {}]".format, inner, inner),
        ),
        st.builds("{}[{}]".format, inner, inner)
        | st.builds("{}({})".format, CALLED, inner)
        | st.builds("{{'k': {}, **{}}}".format, inner, inner),
    ),
    max_leaves=4,
)
INCLUDED = st.sampled_from(["b.jinja", "b.jinja", "a.jinja", "../b.jinja", "/etc/passwd", "b.jinja' ~ x ~ '"])
JINJA = st.recursive(
    rarely(
        PLAIN | EXPRESSIONS.map("{{{{ {} }}}}".format),
        st.sampled_from(
            [*TEMPLATE_ESCAPES, "{# c #}", "{%- raw %}{{ x }}{% endraw -%}", "{% break %}", "{{ x }", "{% if %}"]
        ),
    ),
    lambda inner: (
        joined(inner)
        | rarely(
            st.one_of(
                st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, EXPRESSIONS, inner, inner),
                st.builds(
                    "{{% for a in {} %}}{{{{ a }}}}{}{{% endfor %}}".format, st.sampled_from(["v", "d", "[x]"]), inner
                ),
                st.builds("{{% set x = {} %}}{}".format, EXPRESSIONS, inner),
                st.builds("{{% with y = {} -%}}{}{{% endwith %}}".format, EXPRESSIONS, inner),
            ),
            st.one_of(
                st.builds("{{% set x %}}{}{{% endset %}}{}".format, inner, inner),
                st.builds("{{% macro f(a={}) %}}{}{{% endmacro %}}{{{{ f() }}}}".format, EXPRESSIONS, inner),
                st.builds("{{% filter {} %}}{}{{% endfilter %}}".format, FILTERS, inner),
                st.builds("{{% call f({}) %}}{}{{% endcall %}}".format, EXPRESSIONS, inner),
                st.builds("{{% block {} %}}{}{{% endblock %}}".format, st.sampled_from("ab"), inner),
                st.builds("{{%- include '{}' %}}{}".format, INCLUDED, inner),
                st.builds("{{% import '{}' as i %}}{{{{ i }}}}{}".format, INCLUDED, inner),
            ),
        )
    ),
    max_leaves=6,
)


def _closed(head, body):
    return f"{{{{#{head}}}}}{body}{{{{/{head.split()[0]}}}}}"


def _negated(head, body):
    return f"{{{{^{head}}}}}{body}{{{{/{head.split()[0]}}}}}"


def _otherwise(head, body, other):
    return f"{{{{#{head}}}}}{body}{{{{else}}}}{other}{{{{/{head.split()[0]}}}}}"


TAGS = rarely(
    st.sampled_from(["{{{{{}}}}}", "{{{{{{{}}}}}}}", "{{{{&{}}}}}"]),
    st.sampled_from(["{{{{~{}~}}}}", "{{{{ {} }}}}", "{{{{!{}}}}}"]),
)
MUSTACHE = st.recursive(
    rarely(
        PLAIN | st.builds(str.format, TAGS, st.sampled_from(["x", "d.k", "y", "."])),
        st.sampled_from(
            [
                "{{> b}}",
                "{{>a}}",
                "{{=<% %>=}}<%x%><%={{ }}=%>",
                "{{=| |=}}|x|",
                "{{}}",
                "{{missing}}",
                "{{/x}}",
                "{{#x",
            ]
        ),
    ),
    lambda inner: (
        joined(inner)
        | st.builds(_closed, st.sampled_from(["x", "v", "d", "z", "d.k"]), inner)
        | st.builds(_negated, st.sampled_from(["x", "z", "missing"]), inner)
    ),
    max_leaves=6,
)
PATHS = rarely(
    st.sampled_from(["x", "y", "d.k", "v", "v.0", "z"]),
    st.sampled_from(["this.k", "@index", "../x", "v.[0]", "@root.d", "missing", "this"]),
)
ARGUMENTS = rarely(
    PATHS | st.sampled_from(["1", "'s'", '"s"', "true"]),
    st.sampled_from(["null", "k=1", "(f x)", "(lookup d 'k')", "as |a|"]),
)
SECTIONS = rarely(
    st.sampled_from(["if x", "unless z", "each v", "each d", "with d", "x", "v"]),
    st.sampled_from(["each v as |a|", "role 'user'", "ifEquals x 1", "unlessEquals x 'a'", "f x", "> b"]),
)
HANDLEBARS = st.recursive(
    rarely(
        PLAIN | st.builds(str.format, TAGS, PATHS),
        st.builds(
            "{{{{{} {} {}}}}}".format, st.sampled_from(["f", "json", "lookup", "media", "x"]), ARGUMENTS, ARGUMENTS
        )
        | st.sampled_from(
            [
                "{{> b}}",
                "{{>b x=1}}",
                "{{role 'system'}}",
                "{{history}}",
                "\\{{x}}",
                "\\\\{{x}}",
                "{{{{raw}}}}x{{{{/raw}}}}",
            ]
        ),
    ),
    lambda inner: joined(inner) | st.builds(_closed, SECTIONS, inner) | st.builds(_otherwise, SECTIONS, inner, inner),
    max_leaves=6,
)
SEMANTIC_KERNEL = joined(
    PLAIN
    | st.sampled_from(
        ["{{$x}}", "{{ $x }}", "{{'a'}}", "<message role='user'>{{$x}}</message>", "<message role='system'>a</message>"]
    )
    | st.sampled_from(
        [
            "{{p.f $x}}",
            "{{f 'a' b=$y}}",
            "{{$missing}}",
            "{{x}}",
            "<message>",
            "{{$x",
            "<message role='{{$x}}'>a</message>",
        ]
    )
)
BRACES = joined(
    PLAIN
    | st.sampled_from(
        ["{x}", "{{x}}", "{{ x }}", "{x.k}", "{d[k]}", "{x!r:>9}", "{x:{y}}", "{{d.k}}", "$x", "${x}", "{0}", "{}"]
    )
)
