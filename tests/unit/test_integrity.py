"""Indexes, locks and live fixtures, as the gate finds them without a call."""

import pytest

from llmgate import config
from llmgate.errors import ConfigurationError
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes
from llmgate.trial import Arm
from llmgate.verdict import Severity
from tests.unit.exceptions import listing
from tests.unit.sampling import fakes

DOCS = {"docs/returns.md": "Returns are free within 14 days.", "docs/shipping.md": "Shipping takes three days."}
PROMPT = "{{ context }}\n{{ question }}\n"
LONGER = {"docs/returns.md": "Returns are free within 30 days."}


def relocked(files):
    """The same files with a lock that says what is in them."""
    content = {path: text.encode() for path, text in files.items()}
    indexes = Indexes(config.read(content["llmgate.yaml"]), content, content.__getitem__)
    written = lock.write({name: lock.locked(indexes.corpus(name).built) for name in indexes.config.retrieval})
    return {**files, lock.PATH: written.decode()}


def live(name, question="How long are returns free?", extra=""):
    text = fakes.case(name, extra=f"retrieval: live\n{extra}")
    return text.replace(f"case {name}?", question)


def frozen(name, *, text=DOCS["docs/returns.md"], document="docs/returns.md#1", digest=""):
    context = f"context: {{index: {{name: handbook{digest}}}, documents: [{{id: '{document}', text: '{text}'}}]}}\n"
    return fakes.case(name, extra=context)


def base(policy="", **fixtures):
    files = {**fakes.files(policy=policy), **DOCS, "prompts/p.md": PROMPT}
    return {**files, **{f"fixtures/{name}.yaml": text for name, text in fixtures.items()}}


def found(before, head, **asked):
    return fakes.inspected(before, head, **asked)


def said(material, rule):
    return [(item.severity, item.message) for item in material.findings if item.rule == rule]


def relock(before, changed):
    """What the head changes, with the lock that goes along."""
    after = relocked(fakes.changed(before, changed))
    return {**changed, lock.PATH: after[lock.PATH]}


# The lock


@pytest.mark.parametrize(("does", "severity"), [("block", Severity.BLOCK), ("warn", Severity.WARN), ("off", None)])
def test_an_index_that_is_not_the_one_of_the_lock_does_what_the_policy_says(does, severity):
    material = found(relocked(base(f"  index: '{does}'\n")), LONGER)
    drifted = (severity, "the index 'handbook' differs from llmgate.lock: changed docs/returns.md")
    assert (drifted in said(material, "index")) == (severity is not None)


def test_a_finding_says_how_to_mend_it():
    material = found(relocked(base()), LONGER)
    assert material.findings[0].remedy == "run `llmgate index lock` and commit llmgate.lock"


def test_a_corpus_that_changes_with_its_lock_has_drifted_nowhere():
    before = relocked(base())
    material = found(before, relock(before, LONGER))
    assert [severity for severity, _ in said(material, "index")] == [Severity.WARN]
    assert "no fixture shows what that does" in said(material, "index")[0][1]


def test_a_setting_that_changes_without_the_lock_is_a_message_of_its_own():
    before = relocked(base())
    chunked = before["llmgate.yaml"].replace("top_k: 4", "top_k: 4, chunk: {size: 20}")
    (message,) = [message for severity, message in said(found(before, {"llmgate.yaml": chunked}), "index")]
    assert "splitter.size is 20 and was nothing" in message


def test_a_lock_that_is_removed_is_told():
    (severity, message), *_ = said(found(relocked(base()), {lock.PATH: None}), "index")
    assert (severity, "llmgate.lock is removed" in message) == (Severity.BLOCK, True)


def test_an_index_that_is_renamed_away_from_its_lock_is_told():
    before = relocked(base())
    renamed = before["llmgate.yaml"].replace("handbook", "manual")
    (_, first), (_, second) = said(found(before, {"llmgate.yaml": renamed}), "index")[:2]
    assert "'handbook' differs from llmgate.lock: it is locked, and llmgate.yaml has no such retrieval" in first
    assert "'manual' differs from llmgate.lock: it has no entry there" in second


def test_a_lock_alone_alters_no_request():
    before = base()
    material = found(before, {lock.PATH: relocked(before)[lock.PATH]})
    assert (material.relevant, material.findings) == (False, [])


def test_a_lock_of_a_store_that_changes_is_all_that_can_be_seen_and_counts():
    entry = '{engine: qdrant, index: live, options: {url: "http://127.0.0.1:6333"}}'
    files = base()
    files["llmgate.yaml"] = files["llmgate.yaml"].replace('{engine: fts5, corpus: ["docs/**"], top_k: 4}', entry)
    state = {"engine": "qdrant", "asked": "live", "name": "c-1", "chunk_count": 0, "document_count": 0, "header": {}}

    def locked(digit):
        one = lock.Locked.model_validate({**state, "digest": f"sha256:{digit * 64}", "documents": {}})
        return {lock.PATH: lock.write({"handbook": one}).decode()}

    material = found({**files, **locked("a")}, locked("b"))
    assert material.relevant
    assert [message for _, message in said(material, "index")] == [
        "the index llmgate.lock changed; replayed documents are frozen, so no fixture shows what that does"
    ]


def test_a_lock_of_the_head_that_cannot_be_read_is_a_fault():
    with pytest.raises(ConfigurationError, match=r"llmgate.lock:1: .*schema"):
        found(relocked(base()), {lock.PATH: "{}"})


def test_a_lock_of_the_base_that_cannot_be_read_does_not_keep_the_head_from_mending_it():
    files = base()
    material = found({**files, lock.PATH: "{"}, {lock.PATH: relocked(files)[lock.PATH]})
    assert material.findings == []


def test_without_any_lock_a_corpus_that_changes_is_said_with_how_to_make_one():
    material = found(base(), LONGER)
    assert [severity for severity, _ in said(material, "index")] == [Severity.WARN]
    assert "`llmgate index lock`" in material.findings[0].remedy


def test_a_corpus_that_is_no_text_is_read_only_where_it_is_locked():
    assert found(base(), {"docs/\udcff.md": "x"}).findings
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        found(relocked(base()), {"docs/\udcff.md": "x"})


# Fixtures that replay what the index no longer has


def stale(files, head):
    return [message for _, message in said(found(files, head), "stale-doc")]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (LONGER, "'docs/returns.md#1' has another text"),
        ({"docs/returns.md": None}, "'docs/returns.md#1' is gone"),
        (
            {"docs/returns.md": None, "docs/back.md": DOCS["docs/returns.md"]},
            "'docs/returns.md#1' is now 'docs/back.md#1'",
        ),
    ],
)
def test_a_replayed_document_that_the_index_no_longer_has_is_named(head, what):
    before = relocked(base(a=frozen("a")))
    assert stale(before, relock(before, head)) == [f"fixture 'a' and the index 'handbook': {what}"]


def test_a_fixture_from_an_older_index_whose_documents_are_all_there_is_not_stale():
    before = relocked(base(a=frozen("a", digest=", digest: 'sha256:0123456789abcdef'")))
    assert stale(before, relock(before, {"docs/shipping.md": "Two days."})) == []


def unnamed(name, **written):
    return frozen(name, **written).replace("index: {name: handbook}, ", "")


def test_a_document_of_a_fixture_that_names_no_index_is_followed_where_the_base_had_it():
    before = relocked(base(a=unnamed("a")))
    assert stale(before, relock(before, LONGER)) == [
        "fixture 'a' and the index 'handbook': 'docs/returns.md#1' has another text"
    ]
    assert stale(before, relock(before, {"docs/shipping.md": "Two days."})) == []


def test_a_document_of_a_fixture_that_names_no_index_may_be_from_elsewhere():
    before = relocked(base(a=unnamed("a", text="elsewhere")))
    assert stale(before, relock(before, LONGER)) == []


def test_a_live_fixture_is_stale_where_its_gold_documents_are_gone():
    context = "context: {index: {name: handbook}, gold: ['docs/returns.md#1', 'docs/returns.md#9']}\n"
    before = relocked(base(a=live("a", extra=context)))
    assert stale(before, relock(before, LONGER)) == [
        "fixture 'a' and the index 'handbook': 'docs/returns.md#9' is gone"
    ]


def requests(files, head):
    plan = found(files, head).plan
    return {planned.id: [planned.on(arm).digest for arm in Arm] for planned in plan.compared}


def test_a_frozen_fixture_sends_the_same_bytes_whatever_the_corpus_does():
    edit = {"prompts/p.md": PROMPT + "Be brief.\n"}
    before = relocked(base(a=frozen("a")))
    emptied = {**edit, **dict.fromkeys(DOCS), "docs/other.md": "Nothing of all that."}
    assert requests(before, relock(before, emptied)) == requests(before, edit)
    assert requests(before, relock(before, LONGER)) == {}


# Live fixtures


def test_a_live_fixture_sends_what_each_arms_own_index_finds():
    before = relocked(base(a=live("a")))
    (planned,) = found(before, relock(before, LONGER)).plan.compared
    assert [planned.documents(arm)[0].text for arm in Arm] == [DOCS["docs/returns.md"], LONGER["docs/returns.md"]]
    assert "14 days" in planned.base.request.messages[0].text
    assert "30 days" in planned.head.request.messages[0].text


def test_a_change_that_a_live_fixture_shows_is_exercised_by_it_and_needs_no_warning():
    before = relocked(base(a=live("a")))
    material = found(before, relock(before, LONGER))
    exercised = dict(zip((change.unit for change in material.changes), material.plan.exercised, strict=True))
    assert exercised["index:handbook"] == ("a",)
    assert material.findings == []
    assert not material.unreached


def test_a_setting_of_retrieval_is_covered_by_a_live_fixture_that_finds_other_documents():
    before = relocked(base(a=live("a", question="How many days?")))
    fewer = {"llmgate.yaml": before["llmgate.yaml"].replace("top_k: 4", "top_k: 1")}
    material = found(before, fewer)
    assert [planned.id for planned in material.plan.compared] == ["a"]
    assert material.findings == []


def test_an_excepted_live_fixture_covers_no_change_of_retrieval():
    written = listing.text(quarantined=[listing.quarantined("a")])
    before = relocked({**base(a=live("a", question="How many days?")), config.EXCEPTIONS: written})
    fewer = {"llmgate.yaml": before["llmgate.yaml"].replace("top_k: 4", "top_k: 1")}
    material = found(before, fewer)
    assert (material.plan.searched, material.plan.excused) == (((),), (("a",),))
    assert [severity for severity, _ in said(material, "coverage")] == [Severity.BLOCK]


def test_a_setting_that_changes_what_no_live_fixture_finds_is_not_covered():
    before = relocked(base(a=live("a")))
    more = {"llmgate.yaml": before["llmgate.yaml"].replace("top_k: 4", "top_k: 9")}
    (item,) = found(before, more).findings
    assert (item.rule, "`retrieval: live`" in item.remedy) == ("coverage", True)


def test_an_index_that_changes_what_no_live_fixture_finds_is_said():
    before = relocked(base(a=live("a")))
    (item,) = found(before, relock(before, {"docs/new.md": "Boots run small."})).findings
    assert item.message == "the index handbook changed; no fixture finds other documents because of it"


def test_a_live_fixture_whose_documents_only_retrieval_assertions_see_is_compared_too():
    before = relocked({**base(a=live("a")), "prompts/p.md": "{{ question }}\n"})
    (planned,) = found(before, relock(before, LONGER)).plan.compared
    assert planned.base.request.messages == planned.head.request.messages


def test_a_live_fixture_does_not_run_on_a_head_whose_index_is_not_the_one_of_the_lock():
    (fault,) = found(relocked(base(a=live("a"))), LONGER).plan.unfit
    assert "the index 'handbook' is not the one of llmgate.lock" in fault.message


def test_a_live_fixture_has_nothing_to_be_held_against_where_the_base_is_not_locked():
    before = base(a=live("a"))
    assert found(before, relock(before, LONGER)).plan.baseless == ("a",)


def test_the_question_is_the_variable_that_the_settings_name():
    variables = "{question: Shipping?, words: How long are returns free?}"
    text = live("a").replace('{question: "How long are returns free?"}', variables)
    files = base(a=text)
    files["llmgate.yaml"] = files["llmgate.yaml"].replace("top_k: 4", "top_k: 1, query: words")
    before = relocked(files)
    (planned,) = found(before, relock(before, LONGER)).plan.compared
    assert planned.documents(Arm.BASE)[0].id == "docs/returns.md#1"


def test_taking_the_search_away_from_a_fixture_asks_less():
    before = relocked(base(a=live("a")))
    (item,) = found(before, {"fixtures/a.yaml": live("a").replace("retrieval: live\n", "")}).findings
    assert "its documents are replayed instead of searched for" in item.message
