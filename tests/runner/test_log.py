"""The rules of the log, with the lines that a program prints."""

import base64

import pytest

from tests import runner


def read(*lines, secrets=()):
    log = runner.Log(masks=runner.Masks.of(secrets))
    for line in lines:
        log.read(line)
    return log


def test_a_command_is_carried_out_and_other_lines_are_shown():
    log = read("hello", "::warning file=a.yaml,line=3::take%0Acare")
    (warning,) = log.annotations["warning"]
    assert (warning.data, warning.properties) == ("take\ncare", {"file": "a.yaml", "line": "3"})
    assert log.shown == ["hello", "##[warning]take\ncare"]


@pytest.mark.parametrize("line", ["text ##[error]bad", "\u00a0::error::bad", "::ERROR::bad"])
def test_a_command_is_seen_in_either_form(line):
    assert [each.data for each in read(line).annotations["error"]] == ["bad"]


@pytest.mark.parametrize("line", ["text ::error::bad", "\u200b::error::bad", "::unknown::bad", "::error bad"])
def test_what_is_no_command_is_a_line(line):
    log = read(line)
    assert (log.carried, log.shown) == ([], [line])


@pytest.mark.parametrize("line", ["::set-env name=A::b", "##[add-path]/bin", "::set-output::b", "::stop-commands::"])
def test_a_command_that_cannot_be_carried_out_fails_the_step(line):
    log = read(line)
    assert log.failed
    assert len(log.annotations["error"]) == 2


@pytest.mark.parametrize("token", ["error", "pause-logging", "STOP-COMMANDS"])
def test_a_token_that_is_a_command_stops_nothing_and_fails_the_step(token):
    log = read(f"::stop-commands::{token}", "::warning::seen")
    assert (log.failed, len(log.annotations["warning"])) == (True, 1)


def test_between_a_token_and_its_return_no_command_is_carried_out():
    log = read("::stop-commands::a-token", "::set-env name=A::b", "##[error]no", "::A-TOKEN::", "::error::yes")
    assert ([each.data for each in log.annotations["error"]], log.failed) == (["yes"], False)


def test_a_mask_holds_for_what_comes_after_it():
    log = read("hush", "::add-mask::hush", "hush hush", "::error::hush now")
    assert log.shown == ["hush", "*** ***", "##[error]*** now"]


def test_a_registered_secret_is_masked_in_the_spellings_that_the_runner_knows():
    assert read("a%26b a&amp;b a&b YSZi", secrets=["a&b"]).shown == ["*** *** *** ***"]


def test_the_base64_of_a_secret_behind_other_text_is_masked():
    coded = base64.b64encode(b"u:" + b"sk-0123456789ab").decode()
    assert read(coded, secrets=["sk-0123456789ab"]).shown[0].endswith("***")


def test_of_eleven_annotations_of_a_kind_ten_are_kept_and_all_are_shown():
    log = read(*(f"::notice::{number}" for number in range(11)), "::error::one")
    assert ([len(log.annotations[kind]) for kind in ("notice", "error")], len(log.shown)) == ([10, 1], 12)


@pytest.mark.parametrize("length", [4_095, 4_096, 4_097])
def test_a_message_is_cut_at_4096_characters(length):
    (error,) = read("::error::" + "x" * length).annotations["error"]
    assert len(error.data) == min(length, 4_096)


def test_the_deprecated_outputs_and_states_are_set():
    log = read("::set-output name=verdict::passed", "::save-state name=a::b")
    assert (log.outputs, log.state) == ({"verdict": "passed"}, {"a": "b"})
