"""What differs between two revisions."""

import pytest

from llmgate import changes, config, surface
from llmgate.changes import Happened, Kind
from llmgate.prompts import Facet

CONFIG = """\
version: 1
surface: {prompts: ["prompts/**"], models: ["config/*.yaml"], retrieval: ["retrieval/**"]}
models:
  answerer: {provider: openai, model: gpt-4.1-2025-04-14, params: {temperature: 0.3}}
retrieval:
  handbook: {engine: fts5, corpus: ["docs/**/*.md"], top_k: 4}
targets:
  support: {kind: prompt, prompt: prompts/support.jinja, model: answerer, retrieval: handbook}
  triage: {kind: prompt, prompt: prompts/triage.md, model: fast}
"""
FILES = {
    "llmgate.yaml": CONFIG,
    "prompts/support.jinja": "Hello.\n{% include 'parts/tone.jinja' %}\n{{ question }}",
    "prompts/parts/tone.jinja": "Be kind and short.",
    "prompts/triage.md": "# Triage\nSort {{ ticket }}.",
    "config/models.yaml": "agents:\n  fast: {model: openai/gpt-4o, temperature: 1}\n",
    "retrieval/rank.yaml": "rerank: true\n",
    "docs/a.md": "A",
}


def read(files):
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return surface.of(config.read(data["llmgate.yaml"]), data, data.__getitem__)


def between(edits, removed=()):
    head = {path: text for path, text in {**FILES, **edits}.items() if path not in removed}
    return changes.between(read(FILES), read(head))


def reconfigured(old, new):
    assert old in CONFIG
    return {"llmgate.yaml": CONFIG.replace(old, new)}


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_a_revision_does_not_differ_from_itself():
    assert between({}) == ()


def test_an_edit_of_a_prompt_is_one_change_with_its_line_and_words():
    change = only(between({"prompts/triage.md": "# Triage\nSort and label {{ ticket }}."}))
    assert (change.kind, change.unit, change.happened) == (Kind.PROMPT, "prompt:prompts/triage.md", Happened.MODIFIED)
    assert (change.path, change.line) == ("prompts/triage.md", 2)
    assert change.facets == (Facet.TEXT,)
    assert change.details == ()
    assert (change.wording.places, change.wording.added, change.wording.removed) == (1, 2, 0)
    assert change.targets == ("triage",)
    assert change.affects_requests


@pytest.mark.parametrize(
    "edits",
    [
        {"prompts/triage.md": "# Triage\r\nSort {{ ticket }}."},
        {"llmgate.yaml": "# note\n" + CONFIG.replace("version: 1\n", "") + "version: 1\n"},
        {"src/main.py": "print()"},
    ],
)
def test_line_ends_our_own_file_and_other_files_are_no_change(edits):
    assert between(edits) == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/support.jinja", "Hello.\n{# why #}{% include 'parts/tone.jinja' %}\n{{question}}"),
        ("prompts/parts/tone.jinja", "Be kind {# always #}and short."),
        ("config/models.yaml", "# note\nagents:\n  fast: {temperature: 1, model: openai/gpt-4o}\n"),
        ("retrieval/rank.yaml", "rerank: true # yes\n"),
    ],
)
def test_a_file_that_says_the_same_in_other_bytes_is_told_and_affects_no_request(path, text):
    change = only(between({path: text}))
    assert (change.kind, change.path, change.facets) == (Kind.COMMENT, path, ())
    assert (change.affects_requests, change.targets) == (False, ())


def test_a_changed_include_is_one_change_and_names_the_prompts_and_targets_it_reaches():
    change = only(between({"prompts/parts/tone.jinja": "Be curt."}))
    assert change.unit == "prompt:prompts/parts/tone.jinja"
    assert change.affects == ("prompt:prompts/support.jinja",)
    assert change.targets == ("support",)


def test_model_and_parameters_are_two_changes_of_one_entry():
    edited = CONFIG.replace("04-14", "06-01").replace("0.3", "0.7")
    model, params = between({"llmgate.yaml": edited})
    assert [(change.kind, change.unit, change.line) for change in (model, params)] == [
        (Kind.MODEL, "model:answerer", 4),
        (Kind.PARAMS, "model:answerer", 4),
    ]
    assert model.details == ('model: "gpt-4.1-2025-04-14" → "gpt-4.1-2025-06-01"',)
    assert params.details == ("temperature: 0.3 → 0.7",)


def test_tools_and_schemas_of_an_entry_have_kinds_of_their_own():
    text = "agents:\n  fast: {model: openai/gpt-4o, temperature: 1, tools: [{name: a}], response_format: json}\n"
    assert [change.kind for change in between({"config/models.yaml": text})] == [Kind.SCHEMA, Kind.TOOLS]


def test_what_stands_beside_the_entries_of_a_file_is_a_change_too():
    change = only(between({"config/models.yaml": FILES["config/models.yaml"] + "default: fast\n"}))
    assert (change.kind, change.unit, change.happened) == (Kind.MODEL, "model:config/models.yaml", Happened.ADDED)


@pytest.mark.parametrize(
    ("edits", "kind", "unit", "details"),
    [
        (reconfigured("top_k: 4", "top_k: 8"), Kind.RETRIEVAL, "retrieval:handbook", ("top_k: 4 → 8",)),
        (
            {"retrieval/rank.yaml": "rerank: false"},
            Kind.RETRIEVAL,
            "retrieval:retrieval/rank.yaml",
            ("rerank: true → false",),
        ),
        ({"docs/a.md": "B"}, Kind.INDEX, "index:handbook", ("docs/a.md changed",)),
        ({"docs/b.md": "B"}, Kind.INDEX, "index:handbook", ("docs/b.md added",)),
        ({"llmgate.lock": "{}"}, Kind.INDEX, "index:llmgate.lock", ()),
    ],
)
def test_retrieval_and_its_index_are_compared_by_value(edits, kind, unit, details):
    change = only(between(edits))
    assert (change.kind, change.unit, change.details) == (kind, unit, details)
    assert change.targets == ("support",)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("prompt: prompts/triage.md", "prompt: prompts/support.jinja", Kind.PROMPT),
        ("model: fast}", "model: fast, role: system}", Kind.PROMPT),
        ("model: fast}", "model: answerer}", Kind.MODEL),
        ("model: fast}", "model: fast, retrieval: handbook}", Kind.RETRIEVAL),
        ("model: fast}", "model: fast, max_steps: 3}", Kind.PARAMS),
    ],
)
def test_an_edit_of_a_target_is_a_change_of_the_matching_kind(old, new, kind):
    change = only(between(reconfigured(old, new)))
    assert (change.kind, change.unit, change.happened) == (kind, "target:triage", Happened.MODIFIED)
    assert change.affects_requests


def test_a_target_that_names_an_entry_with_other_parameters_is_a_change_of_parameters():
    text = CONFIG.replace(
        "retrieval:\n", "  warm: {provider: openai, model: gpt-4o, params: {temperature: 2}}\nretrieval:\n", 1
    )
    found = between({"llmgate.yaml": text.replace("model: fast}", "model: warm}")})
    assert {change.unit: change.kind for change in found} == {
        "model:warm": Kind.PARAMS,
        "target:triage": Kind.PARAMS,
    }


def test_a_deleted_prompt_is_a_change():
    change = only(
        between(reconfigured("prompts/triage.md", "prompts/support.jinja"), removed=["prompts/triage.md"])[:1]
    )
    assert (change.unit, change.happened) == ("prompt:prompts/triage.md", Happened.REMOVED)
    assert change.targets == ("triage",)


def test_a_deleted_include_is_a_change_that_reaches_the_targets_of_the_base():
    change = only(between({}, removed=["prompts/parts/tone.jinja"]))
    assert (change.unit, change.happened, change.targets) == (
        "prompt:prompts/parts/tone.jinja",
        Happened.REMOVED,
        ("support",),
    )


def test_an_added_prompt_is_one_change_whatever_it_holds():
    text = "model: openai/gpt-4o\nmessages:\n- {role: user, content: x}\n"
    change = only(between({"prompts/new.prompt.yml": text}))
    assert (change.kind, change.happened, change.targets) == (Kind.PROMPT, Happened.ADDED, ())


MOVED = {"prompts/sort.md": FILES["prompts/triage.md"], **reconfigured("prompts/triage.md", "prompts/sort.md")}


class TestRenames:
    def test_a_rename_is_one_change_that_affects_no_request(self):
        prompt, target = between(MOVED, removed=["prompts/triage.md"])
        assert (prompt.unit, prompt.happened) == ("prompt:prompts/sort.md", Happened.RENAMED)
        assert prompt.renamed_from == "prompt:prompts/triage.md"
        assert (prompt.facets, prompt.details, prompt.affects_requests) == ((), (), False)
        assert (target.unit, target.kind, target.affects_requests) == ("target:triage", Kind.PROMPT, False)

    def test_a_rename_to_another_role_affects_requests(self):
        text = MOVED["llmgate.yaml"].replace("model: fast}", "model: fast, role: system}")
        target = between({**MOVED, "llmgate.yaml": text}, removed=["prompts/triage.md"])[-1]
        assert (target.unit, target.affects_requests) == ("target:triage", True)

    def test_a_rename_with_an_edit_is_a_removal_and_an_addition(self):
        found = between({**MOVED, "prompts/sort.md": "entirely new"}, removed=["prompts/triage.md"])
        assert [change.happened for change in found] == [Happened.ADDED, Happened.REMOVED, Happened.MODIFIED]
        assert found[-1].affects_requests

    def test_a_file_whose_text_is_kept_is_renamed_even_where_another_facet_differs(self):
        base = {**FILES, "prompts/a.txt": "# Same text"}
        head = {**FILES, "prompts/b.jinja": "# Same text"}
        change = only(changes.between(read(base), read(head)))
        assert (change.happened, change.facets, change.affects_requests) == (
            Happened.RENAMED,
            (Facet.STRUCTURE,),
            True,
        )

    def test_each_file_is_paired_once_and_the_same_name_first(self):
        base = {**FILES, "prompts/x/a.txt": "same", "prompts/x/b.txt": "same"}
        head = {**FILES, "prompts/y/b.txt": "same", "prompts/y/c.txt": "same", "prompts/y/d.txt": "same"}
        found = changes.between(read(base), read(head))
        assert {change.unit: change.renamed_from for change in found} == {
            "prompt:prompts/y/b.txt": "prompt:prompts/x/b.txt",
            "prompt:prompts/y/c.txt": "prompt:prompts/x/a.txt",
            "prompt:prompts/y/d.txt": None,
        }

    def test_a_rename_to_where_other_files_are_included_affects_requests(self):
        parts = {"prompts/de/part.j2": "Sei nett.", "prompts/en/part.j2": "Be kind."}
        base = {**FILES, **parts, "prompts/en/a.jinja": "{% include 'part.j2' %}"}
        head = {**FILES, **parts, "prompts/de/a.jinja": "{% include 'part.j2' %}"}
        change = only(changes.between(read(base), read(head)))
        assert (change.happened, change.affects_requests) == (Happened.RENAMED, True)

    def test_a_model_entry_under_another_name_affects_no_request(self):
        text = CONFIG.replace("answerer", "writer")
        model, target = between({"llmgate.yaml": text})
        assert (model.unit, model.renamed_from, model.affects_requests) == ("model:writer", "model:answerer", False)
        assert (target.unit, target.kind, target.affects_requests) == ("target:support", Kind.MODEL, False)

    def test_a_retrieval_under_another_name_affects_no_request(self):
        assert [
            change.affects_requests for change in between({"llmgate.yaml": CONFIG.replace("handbook", "manual")})
        ] == [
            False,
            False,
            False,
        ]


MODELS = """\
prod:
  answer: {model: openai/gpt-4o, temperature: 1}
lab:
  cheap: {model: openai/gpt-4o-mini, temperature: 1}
"""


class TestShadows:
    """Equal content under another name can take the place of something else."""

    def test_a_rename_to_the_first_of_an_include_list(self):
        base = {
            **FILES,
            "prompts/support.jinja": "{% include ['override.jinja', 'parts/tone.jinja'] %}",
            "prompts/archive/brief.jinja": "Be brief.",
        }
        head = {**base, "prompts/override.jinja": base["prompts/archive/brief.jinja"]}
        del head["prompts/archive/brief.jinja"]
        change = only(changes.between(read(base), read(head)))
        assert (change.happened, change.targets, change.affects_requests) == (Happened.RENAMED, ("support",), True)

    def test_a_rename_to_a_nearer_folder(self):
        text = CONFIG.replace("prompts/support.jinja", "prompts/bot/support.jinja")
        base = {
            **FILES,
            "llmgate.yaml": text,
            "prompts/bot/support.jinja": "{% include 'rule.jinja' %}",
            "prompts/rule.jinja": "Be careful.",
            "prompts/archive/brief.jinja": "Be brief.",
        }
        head = {**base, "prompts/bot/rule.jinja": base["prompts/archive/brief.jinja"]}
        del head["prompts/archive/brief.jinja"]
        change = only(changes.between(read(base), read(head)))
        assert (change.happened, change.affects_requests) == (Happened.RENAMED, True)

    def test_a_model_entry_that_takes_the_name_a_target_uses(self):
        base = {**FILES, "config/models.yaml": MODELS, **reconfigured("model: fast", "model: answer")}
        renamed = MODELS.replace("  answer:", "  former:").replace("  cheap:", "  answer:")
        found = changes.between(read(base), read({**base, "config/models.yaml": renamed}))
        assert [(change.happened, change.targets, change.affects_requests) for change in found] == [
            (Happened.RENAMED, ("triage",), True),
            (Happened.RENAMED, ("triage",), True),
        ]

    def test_a_model_entry_that_moves_into_the_configuration_and_wins_there(self):
        base = {**FILES, "config/models.yaml": MODELS, **reconfigured("model: fast", "model: answer")}
        entry = "models:\n  answer: {provider: openai, model: gpt-4o-mini, params: {temperature: 1}}\n"
        text = base["llmgate.yaml"].replace("models:\n  ", entry + "  ", 1)
        left = MODELS[: MODELS.index("lab:")]
        change = only(changes.between(read(base), read({**base, "config/models.yaml": left, "llmgate.yaml": text})))
        assert (change.unit, change.happened, change.affects_requests) == ("model:answer", Happened.RENAMED, True)

    def test_a_folder_that_moves_as_a_whole_takes_no_ones_place(self):
        text = CONFIG.replace("prompts/support.jinja", "prompts/v2/support.jinja")
        moved = {f"prompts/v2/{path.removeprefix('prompts/')}": FILES[path] for path in FILES if "jinja" in path}
        head = {path: text for path, text in FILES.items() if "jinja" not in path}
        found = changes.between(read(FILES), read({**head, **moved, "llmgate.yaml": text}))
        assert [(change.happened, change.affects_requests) for change in found] == [
            (Happened.RENAMED, False),
            (Happened.RENAMED, False),
            (Happened.MODIFIED, False),
        ]

    def test_a_number_of_another_type_is_another_parameter(self):
        text = FILES["config/models.yaml"].replace("fast", "quick").replace("1}", "1.0}")
        edits = {"config/models.yaml": text, **reconfigured("model: fast", "model: quick")}
        assert any(change.affects_requests for change in between(edits))

    def test_names_that_mean_other_files_of_equal_standing_are_a_change_of_their_own(self):
        common = {**FILES, "prompts/support.jinja": "{% include 'tone.jinja' %}", "lib/tone.jinja": "Be curt."}
        roots = ["prompts/parts", "lib"]
        wide = CONFIG.replace('["prompts/**"]', '["prompts/**", "lib/**"]')
        base, head = (
            {**common, "llmgate.yaml": wide.replace("surface: {", f"surface: {{template_root: {root}, ")}
            for root in roots
        )
        change = only(changes.between(read(base), read(head)))
        assert (change.unit, change.facets) == ("prompt:prompts/support.jinja", (Facet.DEPENDENCIES,))
        assert (change.kind, change.targets, change.affects_requests) == (Kind.PROMPT, ("support",), True)
        assert change.details == ("include added: 'lib/tone.jinja'", "include removed: 'prompts/parts/tone.jinja'")


class TestRemovals:
    def test_of_what_no_target_uses_affects_no_request(self):
        base = {**FILES, "prompts/old.md": "Unused."}
        change = only(changes.between(read(base), read(FILES)))
        assert (change.happened, change.affects_requests) == (Happened.REMOVED, False)
        assert "no target uses it" in change.note

    def test_of_what_a_target_of_the_base_used_does(self):
        change = only(between({}, removed=["prompts/parts/tone.jinja"]))
        assert (change.affects_requests, change.note) == (True, "")


class TestNeverSent:
    """What stands beside a model and is never sent cannot hide behind what is."""

    ENTRY = "agents:\n  fast: {model: openai/gpt-4o, temperature: %s, system_prompt: %s}\n"

    def edited(self, before, after):
        base = {**FILES, "config/models.yaml": before}
        return changes.between(read(base), read({**base, "config/models.yaml": after}))

    def test_a_neighbour_is_a_change_apart_from_the_parameters_beside_it(self):
        beside, params = self.edited(self.ENTRY % (0.3, "careful"), self.ENTRY % (0.31, "wild"))
        assert (params.kind, params.details, params.targets) == (
            Kind.PARAMS,
            ("temperature: 0.3 → 0.31",),
            ("triage",),
        )
        assert (beside.facets, beside.details) == ((Facet.SETTINGS,), ('system_prompt: "careful" → "wild"',))
        assert (beside.targets, beside.affects_requests) == ((), True)
        assert "never sent" in beside.note
        assert beside.id != params.id

    def test_nor_behind_the_model_of_its_entry(self):
        after = self.ENTRY.replace("gpt-4o", "gpt-4o-mini") % (0.3, "wild")
        assert [change.id.rsplit(":", 1)[-1] for change in self.edited(self.ENTRY % (0.3, "careful"), after)] == [
            "model",
            "settings",
        ]

    def test_nor_beside_the_entries_of_its_file(self):
        text = self.ENTRY + "system_prompt: %s\n"
        found = self.edited(text % (0.3, "a", "careful"), text % (0.31, "a", "wild"))
        assert [(change.unit, change.targets) for change in found if change.facets == (Facet.SETTINGS,)] == [
            ("model:config/models.yaml", ())
        ]

    def test_nor_behind_another_name_for_the_entry(self):
        base = {**FILES, "config/models.yaml": self.ENTRY % (0.3, "careful")}
        after = self.ENTRY.replace("fast", "quick") % (0.31, "wild")
        head = {**base, "config/models.yaml": after, **reconfigured("model: fast", "model: quick")}
        found = changes.between(read(base), read(head))
        assert any(change.facets == (Facet.SETTINGS,) and change.targets == () for change in found)

    def test_what_is_sent_under_another_spelling_is_a_parameter(self):
        text = "agents:\n  fast: {model: openai/gpt-4o, maxTokens: %s, params: {x: %s}}\n"
        assert only(self.edited(text % (1, 2), text % (3, 4))).kind is Kind.PARAMS

    def test_every_parameter_of_the_configuration_is_sent(self):
        assert only(between(reconfigured("temperature: 0.3", "temperature: 0.3, house: 1"))).kind is Kind.PARAMS


OWN = "model: openai/%s\nmodelParameters: {temperature: 1}\nmessages:\n- {role: user, content: x}\n"


class TestThePromptsOwnModel:
    def edited(self, model, name="gpt-4o-mini"):
        text = CONFIG.replace("prompts/triage.md", "prompts/own.prompt.yml").replace("model: fast", f"model: {model}")
        base = {**FILES, "llmgate.yaml": text, "prompts/own.prompt.yml": OWN % "gpt-4o"}
        return only(changes.between(read(base), read({**base, "prompts/own.prompt.yml": OWN % name})))

    def test_that_the_target_does_not_ask_affects_no_request_and_says_whom_it_asks(self):
        change = self.edited("fast")
        assert (change.kind, change.affects_requests) == (Kind.MODEL, False)
        assert change.note == "target triage uses model fast; the file's own model and parameters are not sent"

    def test_that_the_target_asks_does(self):
        change = self.edited("own")
        assert (change.affects_requests, change.note) == (True, "")

    def test_that_no_target_renders_is_left_in_doubt(self):
        base = {**FILES, "prompts/own.prompt.yml": OWN % "gpt-4o"}
        head = {**FILES, "prompts/own.prompt.yml": OWN % "gpt-4o-mini"}
        assert only(changes.between(read(base), read(head))).affects_requests


class TestCopies:
    """A target that moves to a copy of what it had sends the same."""

    def test_of_a_prompt(self):
        edits = {**MOVED, "prompts/triage.md": FILES["prompts/triage.md"]}
        assert {change.unit: change.affects_requests for change in between(edits)} == {
            "prompt:prompts/sort.md": False,
            "target:triage": False,
        }

    def test_of_a_prompt_that_differs(self):
        assert [change.affects_requests for change in between({**MOVED, "prompts/sort.md": "other"}, removed=[])] == [
            True,
            True,
        ]

    def test_of_a_model_entry(self):
        entry = "  copy: {provider: openai, model: gpt-4o, params: {temperature: 1}}\nretrieval:\n"
        text = CONFIG.replace("retrieval:\n", entry, 1).replace("model: fast}", "model: copy}")
        assert {change.unit: change.affects_requests for change in between({"llmgate.yaml": text})} == {
            "model:copy": False,
            "target:triage": False,
        }

    def test_that_nobody_uses_may_be_used_elsewhere(self):
        assert only(between({"prompts/copy.md": FILES["prompts/triage.md"]})).affects_requests


class TestDoubt:
    def test_a_file_that_cannot_be_parsed_is_changed_when_its_bytes_are(self):
        base, head = {**FILES, "prompts/x.jinja": "{% if %}"}, {**FILES, "prompts/x.jinja": "{% if %} "}
        change = only(changes.between(read(base), read(head)))
        assert change.facets == (Facet.BYTES,)
        assert "not a Jinja template" in change.fault

    def test_a_file_that_can_no_longer_be_parsed_is_one_change(self):
        change = only(between({"prompts/triage.md": b"\xff"}))
        assert (change.kind, change.happened) == (Kind.PROMPT, Happened.MODIFIED)
        assert "UTF-8" in change.fault

    def test_a_prompt_with_a_model_that_can_no_longer_be_parsed_is_one_change(self):
        text = "model: openai/gpt-4o\nmessages:\n- {role: user, content: x}\n"
        base, head = {**FILES, "prompts/x.prompt.yml": text}, {**FILES, "prompts/x.prompt.yml": text + "]"}
        assert only(changes.between(read(base), read(head))).kind is Kind.PROMPT

    def test_settings_that_can_no_longer_be_parsed_are_a_change(self):
        found = between({"config/models.yaml": "a: &x 1"})
        assert {(change.unit, change.happened) for change in found} == {
            ("model:config/models.yaml", Happened.ADDED),
            ("model:config/models.yaml#agents.fast", Happened.REMOVED),
        }

    def test_any_prompt_may_be_what_an_opaque_one_includes(self):
        opaque = {**FILES, "prompts/support.jinja": "{% include name %}"}
        change = only(changes.between(read(opaque), read({**opaque, "prompts/triage.md": "# Other"})))
        assert change.affects == ("prompt:prompts/support.jinja",)
        assert change.targets == ("support", "triage")


def test_a_change_is_known_by_its_unit_and_kind():
    edited = CONFIG.replace("04-14", "06-01").replace("0.3", "0.7")
    assert [change.id for change in between({"llmgate.yaml": edited})] == [
        "model:answerer:model",
        "model:answerer:params",
    ]


class TestResemblance:
    TEXT = "You are the support bot of a shop. Answer the question briefly and cite the document that you used."

    def test_a_prompt_that_moves_and_is_edited_is_renamed_with_what_differs(self):
        base = {**FILES, "prompts/a.md": self.TEXT}
        head = {**FILES, "prompts/eu/b.md": self.TEXT.replace("briefly", "at length")}
        change = only(changes.between(read(base), read(head)))
        assert (change.happened, change.renamed_from) == (Happened.RENAMED, "prompt:prompts/a.md")
        assert change.facets == (Facet.TEXT,)
        assert (change.wording.added, change.wording.removed) == (2, 1)
        assert change.affects_requests

    def test_the_closest_text_is_the_same_prompt(self):
        near, far = self.TEXT + " Be kind.", self.TEXT.replace("shop", "bank").replace("briefly", "well") + " Now go."
        base = {**FILES, "prompts/a.md": self.TEXT}
        head = {**FILES, "prompts/b.md": far, "prompts/c.md": near}
        found = {change.unit: change.happened for change in changes.between(read(base), read(head))}
        assert found == {"prompt:prompts/b.md": Happened.ADDED, "prompt:prompts/c.md": Happened.RENAMED}

    @pytest.mark.parametrize("other", ["Write a poem about the sea in autumn and do not rhyme at all, please.", "Hi."])
    def test_another_text_is_another_prompt(self, other):
        base = {**FILES, "prompts/a.md": self.TEXT}
        found = changes.between(read(base), read({**FILES, "prompts/b.md": other}))
        assert [change.happened for change in found] == [Happened.REMOVED, Happened.ADDED]

    def test_a_few_words_in_common_are_no_resemblance(self):
        found = changes.between(
            read({**FILES, "prompts/a.md": "Be kind."}), read({**FILES, "prompts/b.md": "Be kind!"})
        )
        assert {change.happened for change in found} == {Happened.REMOVED, Happened.ADDED}


def test_a_place_inside_a_file_of_other_things_has_the_line_of_the_file():
    code = 'X = 1\n\nSYSTEM_PROMPT = """You are a helpful agent of a shop.\nAnswer politely and cite the document."""\n'
    config_only = {"llmgate.yaml": "version: 1\n"}
    change = only(
        changes.between(
            read({**config_only, "src/a.py": code}), read({**config_only, "src/a.py": code.replace("politely", "well")})
        )
    )
    assert (change.unit, change.line) == ("prompt:src/a.py#SYSTEM_PROMPT", 4)
    assert [hunk.line for hunk in change.wording.hunks] == [4]


class TestListedCode:
    CODE = 'SYSTEM_PROMPT = "You are a helpful agent. Answer the question of the customer."\nHINT = {}\n'

    def between(self, settings, before, after):
        sides = ({"llmgate.yaml": f"version: 1\n{settings}", "src/a.py": text} for text in (before, after))
        return changes.between(*map(read, sides))

    def test_that_differs_in_nothing_that_is_recognised_is_told_and_affects_no_request(self):
        listed = 'surface: {prompts: ["src/*.py"]}\n'
        change = only(self.between(listed, self.CODE, self.CODE + "x = 1\n"))
        assert (change.kind, change.path, change.affects_requests) == (Kind.OTHER, "src/a.py", False)

    def test_that_nothing_lists_is_not_told(self):
        assert self.between("", self.CODE, self.CODE + "x = 1\n") == ()


def test_a_file_that_only_the_base_cannot_read_says_so():
    broken = {**FILES, "prompts/triage.md": b"Sort \xff"}
    change = only(changes.between(read(broken), read(FILES)))
    assert change.facets == (Facet.BYTES,)
    assert change.fault.startswith("on the base: prompts/triage.md:1: the prompt is not UTF-8")
