import pytest

from llmgate import config
from llmgate.errors import ConfigurationError


def faults(entry, policy=""):
    with pytest.raises(ConfigurationError) as caught:
        config.read(f"version: 1\nretrieval:\n  kb: {entry}\n{policy}".encode())
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "{engine: fts5, options: {tokeniser: porter}}",
            "options.tokeniser: engine fts5 knows remove_diacritics, tokenizer",
        ),
        ('{engine: fts5, options: {tokenizer: "x\'); DROP"}}', "options.tokenizer"),
        ("{engine: bm25, options: {k1: -1}}", "options.k1"),
        ("{engine: http, options: {path: /a}}", "options.host"),
        ("{engine: http, options: {host: a, path: /../x}}", "a path has no '.' or '..'"),
        ("{engine: http, options: {host: a, path: //evil}}", "options.path"),
        ("{engine: command, options: {command: []}}", "options.command"),
        ('{engine: command, options: {command: ["a\\0b"]}}', "no NUL"),
        ("{engine: command, options: {command: ls -l}}", "options.command"),
        ("{engine: fts5, chunk: {size: 5, overlap: 5}}", "the overlap must be smaller than the size"),
        ("{engine: fts5, top_k: 100000}", "top_k"),
    ],
)
def test_settings_that_an_engine_cannot_use_are_faults_of_the_configuration(entry, said):
    (fault,) = faults(entry)
    assert fault.startswith("llmgate.yaml:3: ")
    assert said in fault


def test_options_of_an_engine_that_llmgate_does_not_run_are_anybodys():
    text = "version: 1\nretrieval:\n  kb: {engine: house, options: {anything: {goes: [here]}}}\n"
    assert config.read(text.encode()).retrieval["kb"].options == {"anything": {"goes": ["here"]}}


@pytest.mark.parametrize(
    "policy",
    [
        "policy: {retrieval_hosts: {kb: {host: http://search.example}}}",
        "policy: {retrieval_hosts: {kb: {host: search.example, key: HOME}}}",
        "policy: {commands: [ls]}",
        "policy: {commands: [[]]}",
    ],
)
def test_a_policy_of_unsafe_hosts_keys_or_commands_is_a_fault(policy):
    assert faults("{engine: fts5}", policy)
