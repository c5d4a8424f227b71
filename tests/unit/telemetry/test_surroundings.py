import pytest

from llmgate.telemetry import surroundings, wanted

RUN = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "12",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_JOB": "gate",
    "GITHUB_WORKFLOW": "llm",
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_HEAD_REF": "tone",
}


def test_a_job_of_github_is_told():
    assert surroundings.job(RUN) == {
        "cicd.pipeline.task.name": "gate",
        "cicd.pipeline.task.type": "test",
        "cicd.pipeline.task.run.id": "12-2",
        "cicd.pipeline.task.run.url.full": "https://github.com/acme/shop/actions/runs/12",
        "cicd.pipeline.name": "llm",
        "cicd.pipeline.run.id": "12",
        "vcs.provider.name": "github",
        "vcs.owner.name": "acme",
        "vcs.repository.name": "shop",
        "vcs.repository.url.full": "https://github.com/acme/shop",
        "vcs.change.id": "7",
        "vcs.ref.head.name": "tone",
    }


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/pull/x/merge", "refs/pull/7/merge/../..", ""])
def test_what_is_no_pull_request_has_no_number(ref):
    assert "vcs.change.id" not in surroundings.job({**RUN, "GITHUB_REF": ref})


def test_outside_of_a_job_the_task_is_the_gate():
    assert surroundings.job({}) == {"cicd.pipeline.task.name": "llmgate gate", "cicd.pipeline.task.type": "test"}


def test_attributes_of_the_resource_are_percent_decoded_and_what_is_malformed_is_left_out():
    found = surroundings.resource({"OTEL_RESOURCE_ATTRIBUTES": "team=a%20b,,=x,alone, k = v "}, "1")
    assert found == {"service.name": "llmgate", "service.version": "1", "team": "a b", "k": "v"}


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [("https://api.honeycomb.io", "api.honeycomb.io"), ("http://[::1]:4318/v1", "::1:4318"), ("http://u:p@h/x", "h")],
)
def test_the_host_is_told_without_what_stands_around_it(endpoint, host):
    assert wanted.export({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}).host == host


@pytest.mark.parametrize("endpoint", ["localhost:4318", "ftp://h", "https://", "http://[", "file:///etc/passwd"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint):
    assert wanted.export({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}).refused
