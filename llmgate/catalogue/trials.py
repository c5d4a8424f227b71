"""The ids of why a trial or a call has no usable answer → what it means, and what to do."""

from __future__ import annotations

from llmgate.catalogue.entry import Entry, Id

ENTRIES: dict[Id, Entry] = {
    "fixture-unfit": Entry(
        means="The fixture does not fit the prompt of this revision any more.",
        remedy="Give the fixture what the prompt now needs.",
    ),
    "no-value": Entry(
        means="A template uses a variable that the fixture does not give.",
        remedy="Give it in the fixture's input.",
    ),
    "nothing-to-answer": Entry(
        means="The messages leave the model nothing to answer.",
        remedy="Add the user's turn to input.messages.",
    ),
    "nothing-to-search": Entry(
        means="A fixture asks for a live search, and there is nothing to search for or in.",
        remedy="Give the fixture the query's variable, and the target a retrieval with a corpus.",
    ),
    "template-failed": Entry(
        means="A template cannot be rendered with the fixture's variables.",
        remedy="Correct the template or the variables.",
    ),
    "render-too-large": Entry(
        means="Rendering takes more time, steps or room than a prompt may.",
        remedy="Simplify the template, or give it less.",
    ),
    "not-imitated": Entry(
        means="A template does what llmgate does not imitate, such as calling a function of the program.",
        remedy="Let the program make the value, and give it as a variable.",
    ),
    "prompt-elsewhere": Entry(
        means="The prompt's text is not in the repository.",
        remedy="Commit its text, or test it through a target of kind `command` or `http`.",
    ),
    "attached-file": Entry(
        means="A file of a fixture's messages is not there, or is another one than was recorded.",
        remedy="Restore it; or, if it is right as it is, record its sha256 in the fixture.",
    ),
    "media-refused": Entry(
        means="The provider's API has no place for a file of this kind.",
        remedy="Convert it, or ask another model.",
    ),
    "request-unfit": Entry(
        means="The messages or parameters make no request that the provider's API can take.",
        remedy="Correct the fixture's messages or the model's params; `llmgate check` shows the fixture.",
    ),
    "api-not-spoken": Entry(
        means="The provider's API has no such operation, or llmgate does not speak it.",
        remedy="Ask another provider; docs/providers.md says what each can do.",
    ),
    "address-refused": Entry(
        means=(
            "A provider's address is not a plain https origin, or a key would have gone to another host. Nothing "
            "was sent."
        ),
        remedy="Correct `host` and `path` under policy.providers on the base.",
    ),
    "key-refused": Entry(
        means="The provider does not accept the key, or the key may not do this.",
        remedy="Check the secret's value, and what the key may do.",
    ),
    "model-not-found": Entry(
        means="The provider has no such model or path.",
        remedy="Check the model's id, and `host` and `path` under policy.providers.",
    ),
    "rate-limited": Entry(
        means="The provider asked for more patience than a run has.",
        remedy="Check the account's limits, plan and balance, or lower the concurrency; then run it again.",
    ),
    "request-refused": Entry(
        means="The provider refused the request for good.",
        remedy="Read the provider's words in the message; they mostly name a parameter.",
    ),
    "redirected": Entry(
        means=(
            "The provider answers from another address. Redirects are not followed, since a key goes to its own "
            "host alone."
        ),
        remedy="Name the host that answers itself under policy.providers.",
    ),
    "provider-unreachable": Entry(
        means="The provider could not be reached, or the connection broke, and the retries are used up.",
        remedy="Run it again; finished calls are kept.",
    ),
    "provider-error": Entry(
        means="The provider failed, and the retries are used up.",
        remedy="Run it again when the provider is well; finished calls are kept.",
    ),
    "answer-broken-off": Entry(
        means="The answer ended in the middle of its stream.",
        remedy="Run it again; finished calls are kept.",
    ),
    "answer-unreadable": Entry(
        means="The provider's answer is not what its API promises.",
        remedy="Check `api` and `path` under policy.providers: is it the API that this host speaks?",
    ),
    "answer-too-large": Entry(
        means="The provider's answer is longer than llmgate reads.",
        remedy="Limit it, for example with max_tokens.",
    ),
    "model-refused": Entry(
        means="An application asked for a model or a call that its target does not let it ask. Nothing was sent.",
        remedy="Name the model under `models` of the target, if it is meant to be asked.",
    ),
    "application-failed": Entry(
        means="The application gave no usable answer.",
        remedy="Run it with the fixture's input by hand; docs/applications.md says how it is asked.",
    ),
}
