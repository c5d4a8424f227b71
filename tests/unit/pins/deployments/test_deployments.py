"""Azure deployments as repositories declare them: what is read, and how firmly each names a model."""

import datetime as dt
import json

import pytest

from llmgate import pins
from llmgate.pins import State, deployments, registry
from llmgate.pins.deployments import Upgrade

TODAY = dt.date(2026, 11, 26)

BICEP = """
// the bot's models; resource fake 'x' = { name: 'no', model: { name: 'no', format: 'no' } }
param account string
var chatVersion = '2024-08-06'

resource chat 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = {
  parent: openai
  name: 'support-chat'
  sku: { name: 'Standard', capacity: 10 }
  properties: {
    model: {
      format: 'OpenAI'
      name: 'gpt-4o'
      version: '2024-08-06'
    }
    versionUpgradeOption: 'NoAutoUpgrade'
  }
}
"""

TERRAFORM = """
# the bot's models
resource "azurerm_cognitive_deployment" "chat" {
  name                 = "support-chat"
  cognitive_account_id = azurerm_cognitive_account.openai.id

  model {
    format  = "OpenAI"
    name    = "gpt-4o"
    version = "2024-08-06"
  }
  sku {
    name = "Standard"
  }
  version_upgrade_option = "NoAutoUpgrade"
}
"""

AZAPI = """
resource "azapi_resource" "chat" {
  type      = "Microsoft.CognitiveServices/accounts/deployments@2024-10-01"
  name      = "support-chat"
  parent_id = azurerm_cognitive_account.openai.id
  body = BODY
}
"""
BODY = """{
    properties = {
      model                = { format = "OpenAI", name = "gpt-4o", version = "2024-08-06" }
      versionUpgradeOption = "NoAutoUpgrade"
    }
  }"""

ARM = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"version": {"type": "string", "defaultValue": "2024-08-06"}},
    "variables": {"model": "gpt-4o"},
    "resources": [
        {
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "apiVersion": "2024-10-01",
            "name": "[concat(parameters('account'), '/support-chat')]",
            "properties": {
                "model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-08-06"},
                "versionUpgradeOption": "NoAutoUpgrade",
            },
        }
    ],
}

WRITTEN = {
    "main.bicep": BICEP,
    "main.tf": TERRAFORM,
    "azapi.tf": AZAPI.replace("BODY", BODY),
    "json.tf": AZAPI.replace("BODY", f"jsonencode({BODY})"),
    "arm.json": json.dumps(ARM, indent=2),
}
LINES = {"main.bicep": 6, "main.tf": 3, "azapi.tf": 2, "json.tf": 2, "arm.json": 14}


def read(path, text=None):
    return deployments.read(path, WRITTEN[path] if text is None else text)


@pytest.mark.parametrize("path", WRITTEN)
def test_a_declaration_is_read_in_every_language(path):
    (found,) = read(path)
    assert (found.name, found.model, found.version) == ("support-chat", "gpt-4o", "2024-08-06")
    assert (found.upgrade, found.unresolved) == (Upgrade.NONE, ())
    assert found.place == f"{path}:{LINES[path]}"


@pytest.mark.parametrize("path", WRITTEN)
@pytest.mark.parametrize(
    ("before", "after", "state", "reason"),
    [
        ("2024-08-06", "2024-08-06", State.PINNED, "stops when that is retired"),
        ("NoAutoUpgrade", "OnceNewDefaultVersionAvailable", State.FLOATING, "each new default version"),
        ("NoAutoUpgrade", "OnceCurrentVersionExpired", State.FLOATING, "moves at retirement"),
        ("NoAutoUpgrade", "noautoupgrade", State.PINNED, "stops when that is retired"),
        ("NoAutoUpgrade", "Never", State.UNKNOWN, "none that Azure has"),
        ("2024-08-06", "2024-04-01-preview", State.PREVIEW, "a preview"),
    ],
)
def test_a_version_without_upgrades_is_pinned_and_any_other_moves(path, before, after, state, reason):
    (found,) = read(path, WRITTEN[path].replace(before, after))
    identity = deployments.identify(found)
    assert (identity.state, reason in identity.reason) == (state, True), identity


def lines_without(text, word):
    return "\n".join(line for line in text.splitlines() if word not in line)


@pytest.mark.parametrize("path", ["main.bicep", "main.tf"])
@pytest.mark.parametrize(
    ("word", "reason"),
    [("version:|version =", "without a version"), ("pgradeOption|pgrade_option", "no upgrade option is set")],
)
def test_what_is_not_said_lets_azure_choose(path, word, reason):
    text = WRITTEN[path]
    for each in word.split("|"):
        text = lines_without(text, each)
    (found,) = read(path, text)
    identity = deployments.identify(found)
    assert (identity.state, reason in identity.reason) == (State.FLOATING, True), identity


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("main.bicep", "version: '2024-08-06'", "version: modelVersion"),
        ("main.bicep", "version: '2024-08-06'", "version: '${year}-08-06'"),
        ("main.tf", 'version = "2024-08-06"', "version = var.chat_version"),
        ("main.tf", 'version = "2024-08-06"', 'version = "${var.year}-08-06"'),
        ("arm.json", '"version": "2024-08-06"', '"version": "[parameters(\'version\')]"'),
    ],
)
def test_an_expression_is_said_and_the_pin_is_unknown(path, before, after):
    assert before in WRITTEN[path]
    (found,) = read(path, WRITTEN[path].replace(before, after))
    identity = deployments.identify(found)
    assert (identity.state, found.version) == (State.UNKNOWN, "")
    assert "model.version is the expression" in identity.reason
    assert identity.remedy


@pytest.mark.parametrize(
    ("path", "before", "after", "also"),
    [
        ("main.bicep", "version: '2024-08-06'", "version: chatVersion", ""),
        ("main.tf", 'version = "2024-08-06"', "version = local.chat", '\nlocals {\n  chat = "2024-08-06"\n}\n'),
        ("arm.json", '"name": "gpt-4o"', '"name": "[variables(\'model\')]"', ""),
    ],
)
def test_a_constant_of_the_same_file_is_read(path, before, after, also):
    assert before in WRITTEN[path]
    (found,) = read(path, WRITTEN[path].replace(before, after) + also)
    assert (found.release, found.unresolved) == ("gpt-4o-2024-08-06", ())


@pytest.mark.parametrize(
    ("path", "before", "after", "also"),
    [
        ("main.bicep", "'support-chat'", "chatName", "\nparam chatName string = 'support-chat'\n"),
        ("main.tf", '"support-chat"', "var.chat", '\nvariable "chat" {\n  default = "support-chat"\n}\n'),
    ],
)
def test_the_default_of_a_parameter_tells_a_deployments_name(path, before, after, also):
    (found,) = read(path, WRITTEN[path].replace(before, after) + also)
    assert (found.name, found.unresolved) == ("support-chat", ())


def test_a_name_that_only_a_loop_knows_is_empty():
    (found,) = read("main.tf", TERRAFORM.replace('"support-chat"', "each.key"))
    assert found.name == ""
    assert deployments.by_name([found]) == {}


def test_arguments_of_modules_and_nested_resources_are_read_too():
    module = """
module ai 'br/public:avm/res/cognitive-services/account:0.7.1' = {
  params: {
    name: 'account'
    deployments: [
      { name: 'fast', model: { format: 'OpenAI', name: 'gpt-4o-mini', version: '2024-07-18' } }
      {
        name: 'account/embed'
        model: { format: 'OpenAI', name: 'text-embedding-3-small', version: '1' }
      }
    ]
  }
}
resource account 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: 'account'
  resource inner 'deployments' = {
    name: 'inner'
    properties: { model: { format: 'OpenAI', name: 'o3', version: '2025-04-16' } }
  }
}
"""
    assert [(one.name, one.release, one.line) for one in read("main.bicep", module)] == [
        ("fast", "gpt-4o-mini-2024-07-18", 6),
        ("embed", "text-embedding-3-small-1", 7),
        ("inner", "o3-2025-04-16", 16),
    ]


def test_a_comment_and_a_text_declare_nothing():
    hidden = f"/* {BICEP} */\nvar text = '''\n{BICEP.replace('//', '')}\n'''\n"
    assert read("main.bicep", hidden) == ()
    assert read("main.tf", f"x = <<EOT\n{TERRAFORM}\nEOT\n" + TERRAFORM)[0].line == TERRAFORM.count("\n") + 6


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.yaml", TERRAFORM),
        ("package.json", json.dumps({"name": "x", "model": {"name": "y", "format": "z"}})),
        ("arm.json", WRITTEN["arm.json"][:-3]),
        ("arm.json", "[]"),
        ("main.bicep", ""),
    ],
)
def test_files_of_other_kinds_and_broken_ones_declare_nothing(path, text):
    assert read(path, text) == ()


def one(**facts):
    (found,) = read("main.bicep")
    return deployments.Deployment(**{**{key: getattr(found, key) for key in found.__slots__}, **facts})


def test_of_two_declarations_of_a_name_the_one_that_moves_counts():
    moving = one(file="test.bicep", upgrade=Upgrade.EXPIRED)
    assert deployments.by_name([one(), moving])["support-chat"] == moving


def test_two_pinned_declarations_of_a_name_that_differ_leave_it_open():
    found = deployments.by_name([one(), one(file="test.bicep", version="2024-11-20")])["support-chat"]
    identity = deployments.identify(found)
    assert identity.state is State.UNKNOWN
    assert "main.bicep:6, test.bicep:6" in identity.reason


def test_two_declarations_that_agree_are_one():
    assert deployments.identify(deployments.by_name([one(), one(file="b.bicep")])["support-chat"]).state is State.PINNED


def test_a_model_entry_gets_the_pin_and_the_life_of_its_deployment():
    known = registry.build(
        [
            registry.Record(
                id="gpt-4o-2024-08-06",
                provider="azure",
                source="x 1",
                checked=TODAY,
                retires=dt.date(2027, 3, 31),
            )
        ]
    )
    declared = deployments.by_name(read("main.bicep"))
    pin = pins.state("azure_openai", "support-chat", today=TODAY, registry=known, declared=declared)
    assert (pin.state, str(pin.lifecycle)) == (State.PINNED, "retiring on 2027-03-31")
    assert pins.state("openai", "support-chat", today=TODAY, registry=known, declared=declared).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("deployment", "served", "expected"),
    [
        (one(), "gpt-4o-2024-08-06", True),
        (one(), "gpt-4o", True),
        (one(), "gpt-4o-2024-11-20", False),
        (one(model="gpt-35-turbo", version="0125"), "gpt-3.5-turbo-0125", True),
        (one(upgrade=Upgrade.EXPIRED), "gpt-4o-2024-11-20", True),
        (one(upgrade=Upgrade.EXPIRED), "gpt-4o-mini", False),
        (one(model="", unresolved=("model.name is the expression x",)), "anything", True),
    ],
)
def test_a_deployment_may_answer_as_what_it_runs(deployment, served, expected):
    assert deployments.runs(deployment, served) is expected


def test_a_long_text_is_cut():
    (found,) = read("arm.json", WRITTEN["arm.json"].replace("gpt-4o", "m" * 10_000).replace("support-chat", "n" * 250))
    assert (len(found.model), len(found.name)) == (200, 200)
