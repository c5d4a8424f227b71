import pytest

from llmgate.assertions import formats


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", ["2024-02-29"], ["2023-02-29", "2024-2-9", "20240229", ""]),
        ("time", ["23:59:59Z", "23:59:60Z", "00:00:00.5+02:00"], ["24:00:00Z", "12:00Z", "12:00:00", "12:60:00Z"]),
        (
            "date-time",
            ["2024-02-29T12:00:00Z", "2024-02-29 12:00:00-01:00"],
            ["2024-02-29", "2023-02-29T12:00:00Z", ""],
        ),
        ("email", ["a@b.de", "a.b+c@d.e.org"], ["a", "a@b", "@b.de", "a b@c.de", "a@b..de"]),
        ("ipv4", ["127.0.0.1", "0.0.0.0"], ["127.0.0.256", "127.1", "::1"]),
        ("ipv6", ["::1", "fe80::1"], ["127.0.0.1", "fe80::1%eth0", ""]),
        ("uuid", ["01234567-89ab-cdef-0123-456789ABCDEF"], ["0123456789abcdef0123456789abcdef", ""]),
    ],
)
def test_formats_are_those_of_rfc_3339_and_their_own_rfcs(name, good, bad):
    assert [text for text in good if not formats.CHECKER.conforms(text, name)] == []
    assert [text for text in bad if formats.CHECKER.conforms(text, name)] == []
    assert formats.CHECKER.conforms(3, name)


def test_no_other_format_is_checked_whatever_is_installed():
    assert sorted(formats.CHECKER.checkers) == ["date", "date-time", "email", "ipv4", "ipv6", "time", "uuid"]
