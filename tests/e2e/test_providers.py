"""The installed program against APIs of each shape: the same pull request, the same verdict."""

import pytest

from tests import modelserver, project

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SEEDLESS = {"openai-responses", "bedrock"}


@pytest.mark.parametrize("api", ["openai-responses", "gemini", "bedrock", "ollama"])
def test_a_prompt_that_loses_its_rule_is_regressed_whatever_api_is_spoken(tmp_path, api):
    with modelserver.serve(project.obedient) as server:
        files = project.files(server.url)
        files["llmgate.yaml"] = files["llmgate.yaml"].replace('"}}\n', f'", api: {api}}}}}\n', 1)
        shop = project.Project.create(tmp_path / "repository", files)
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1)
    told = [finding["message"] for finding in ended.report["findings"] if finding["rule"] == "capabilities"]
    assert len(told) == (api in SEEDLESS)
