import json

import pytest

from llmgate.capture.redacting import MAX_DEPTH, Redacting, Redaction, Rule
from llmgate.capture.redacting.pseudonyms import GB_FICTIONAL, US_FICTIONAL
from llmgate.redaction import MARK, Redactor

ORDERS = Rule(name="order", pattern="ORD-[0-9]{6}")


def redacting(*, keep=(), secrets=(), rules=(ORDERS,)):
    return Redacting(rules=rules, keep=keep, known=Redactor(secrets))


def redact(value, **settings):
    return redacting(**settings).value(value)


def kinds(value, **settings):
    made = redacting(**settings)
    made.value(value)
    return {each.kind: (each.count, each.occurrences) for each in made.report}


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Write to ada@acme.io.", "Write to person-1@example.com."),
        ("<Ada.Byron+news@mail.acme.co.uk>", "<person-1@example.com>"),
        ("grüße@münchen.de", "person-1@example.com"),
        ("?mail=ada%40acme.io&x=1", "?mail=person-1@example.com&x=1"),
        (r'{"to": "x\nada@acme.io\n"}', r'{"to": "x\nperson-1@example.com\n"}'),
        (r"\u00e9 or \u003cada@acme.io\u003e", r"\u00e9 or \u003cperson-1@example.com\u003e"),
        ("ada＠acme．io", "person-1@example.com"),  # noqa: RUF001 - full width
        ("+49 30 901820", "+1-202-555-0100"),
        ("tel:+4930901820;", "tel:+1-202-555-0100;"),
        ("+1 415 555 2671 12 times", "+1-202-555-0100 12 times"),
        ("+49 (0)30 901820.", "+1-202-555-0100."),
        ("0049 30 901820", "+1-202-555-0100"),
        ("+１ ４１５ ５５５ ２６７１", "+1-202-555-0100"),  # noqa: RUF001 - full width
        ("(415) 555-2671", "+1-202-555-0100"),
        ("415-555-2671 or 1-415-555-2671", "+1-202-555-0100 or +1-202-555-0100"),
        ("06 12 34 56 78", "+1-202-555-0100"),
        ("020 7946 0958", "+1-202-555-0100"),
        ("(030) 901820", "+1-202-555-0100"),
        ("Telefon: 030 901820", "Telefon: +1-202-555-0100"),
        ("my phone number is 0151 23456789, ok", "my phone number is +1-202-555-0100, ok"),
        ("4111111111111111", "[card-1]"),
        ("card 5555-5555-5555-4444!", "card [card-1]!"),
        ("3782 822463 10005", "[card-1]"),
        ("1234 4111 1111 1111 1111", "1234 [card-1]"),
        ("４１１１１１１１１１１１１１１１", "[card-1]"),  # noqa: RUF001 - full width
        ("DE89 3704 0044 0532 0130 00 bitte", "[iban-1] bitte"),
        ("gb29nwbk60161331926819", "[iban-1]"),
        ("MT84MALT0110000[12345]MTLCAST001S", "MT84MALT0110000[12345]MTLCAST001S"),
        ("BE12 ist DE89370400440532013000", "BE12 ist [iban-1]"),
        ("the order ORD-123456", "the order [order-1]"),
        ("password=hunter22.", "password=[secret-1]."),
        ('{"client_secret": "correct horse"}', '{"client_secret": "[secret-1]"}'),
        (r'"{\"apiKey\": \"a \\\" b\", \"n\": 1}"', r'"{\"apiKey\": \"[secret-1]\", \"n\": 1}"'),
        ("{'api_key': 'cut-0ff", "{'api_key': '[secret-1]"),
        (r'"{\"apiKey\": \"abc def\"}"', r'"{\"apiKey\": \"[secret-1]\"}"'),
        (r'{"password": "a\"b"}', '{"password": "[secret-1]"}'),
        ("Authorization: Token abcdef123456", "Authorization: Token [secret-1]"),
        ("Set-Cookie: sid=abc; Path=/", "Set-Cookie: [secret-1]"),
        ("AWS_SECRET_ACCESS_KEY = wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY = [secret-1]"),
        ("https://ada:hunter22@acme.io/", "https://[secret-1]@acme.io/"),
    ],
)
def test_what_is_found_in_a_text_is_replaced(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "digits",
    [
        # The numbers that payment services publish for tests: https://docs.stripe.com/testing
        *("4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "5105105105105100"),
        *("378282246310005", "371449635398431", "6011111111111117", "6011000990139424", "3056930009020004"),
        *("36227206271667", "3566002020360505", "6200000000000005", "6205500000000000004"),
    ],
)
def test_the_cards_of_every_issuer_are_found(digits):
    assert redact(f"card {digits}.") == "card [card-1]."


@pytest.mark.parametrize(
    "iban",
    [
        # Examples of the IBAN registry.
        *("NO93 8601 1117 947", "BE68 5390 0754 7034", "NL91 ABNA 0417 1643 00", "AT61 1904 3002 3457 3201"),
        *("CH93 0076 2011 6238 5295 7", "GB29 NWBK 6016 1331 9268 19", "ES91 2100 0418 4502 0005 1332"),
        *(
            "FR14 2004 1010 0505 0001 3M02 606",
            "IT60 X054 2811 1010 0000 0123 456",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        ),
    ],
)
def test_the_account_numbers_of_every_length_are_found(iban):
    assert redact(f"to {iban}, or {iban.replace(' ', '')}.") == "to [iban-1], or [iban-1]."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-10-03T14:22:33+02:00",
            "2026-10-03 14:22:33.123456",
            "03.10.2026",
            "10/03/2026",
            "14:22",
            "1717171717171",
        ),
        *(
            "order 12345678",
            "No. 2026-000123",
            "#100-200-300",
            "INV-2024-000123",
            "1Z999AA10123456784",
            "page 12-34-5678",
        ),
        *("$1,234.56", "1.234.567,89 €", "0.4111111111111111", "+12.345678901", "52.520008, 13.404954", "2147483647"),
        *(
            "v1.2.3",
            "10.0.19045.3803",
            "192.168.100.200",
            "gpt-4.1-2025-04-14",
            "lodash@4.17.21",
            "ISBN 978-3-16-148410-0",
        ),
        *(
            "550e8400-e29b-41d4-a716-446655440000",
            "12345678-1234-1234-1234-123456789012",
            "DE1234",
            "AB12 CDEF 0123 4567 89AB",
        ),
        *("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "sha256:9f86d081884c7d65", "call_4111111111111111"),
        *(
            "4111111111111112",
            "1234567812345678",
            "DE88 3704 0044 0532 0130 00",
            "415 555 2671",
            "0012345678",
            "030 901820",
        ),
        *("icon@2x.png", "git@github.com:acme/shop.git", "@media", "user@localhost", "a @ b.c", "phone model 3310"),
        *(
            "max_tokens: 3000",
            "next_page_token: abcdefghij1234567890ab",
            "tokenizer=cl100k_base1",
            "idempotency_key=abc123456",
        ),
        *(
            '{"token": " Hello", "logprob": -0.1}',
            '{"secret": 1234567, "password": undefined}',
            "'api_key': 'cut o",
            "The secret: be kind",
            "password: 8 characters",
            "a cookie: chocolate",
        ),
        *(
            '"required": ["password"], "properties": {"password": {"type": "string"}}',
            "keyboard=qwerty123",
            "author: ada1815",
        ),
    ],
)
def test_other_texts_stay(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    "key",
    [
        *(
            "authorization",
            "Authorization",
            "x-api-key",
            "api_key",
            "apiKey",
            "OPENAI_API_KEY",
            "password",
            "db_password",
        ),
        *("PGPASSWORD", "client_secret", "clientSecret", "access_token", "accessToken", "refresh_token", "Set-Cookie"),
        *("cookie", "http.request.header.authorization", "secret_access_key", "private_key", "password_hash"),
    ],
)
def test_the_value_of_a_key_that_is_named_like_a_secret_is_replaced_whole(key):
    assert redact({key: "correct horse"}) == {key: "[secret-1]"}


@pytest.mark.parametrize(
    "key",
    [
        *(
            "max_tokens",
            "token_count",
            "tokenizer",
            "tokens",
            "token",
            "next_page_token",
            "eos_token",
            "idempotency_key",
        ),
        *("primary_key", "key", "author", "secretary", "access_key_id", "token_type", "password_policy", "session.id"),
    ],
)
def test_other_keys_say_nothing_of_their_values(key):
    assert redact({key: "correct horse"}) == {key: "correct horse"}


def test_a_token_is_a_secret_where_it_looks_like_one():
    assert redact([{"token": "a1b2c3d4e5f6a7b8c9d0"}, {"token": " Hello"}]) == [
        {"token": "[secret-1]"},
        {"token": " Hello"},
    ]


def test_only_texts_are_secrets_by_the_name_of_their_key():
    value = {"password": None, "secret": 12, "api_key": True, "token": {"count": "5"}, "passwords": ["one two"]}
    assert redact(value) == {**value, "passwords": ["[secret-1]"]}


@pytest.mark.parametrize(
    "pair", [{"name": "Authorization", "value": "abc def"}, {"key": "api_key", "value": "abc def"}]
)
def test_names_and_values_beside_one_another_are_keys_and_values(pair):
    assert redact(pair) == {**pair, "value": "[secret-1]"}


def test_an_attribute_of_a_span_is_a_key_and_a_value():
    attribute = {"key": "http.request.header.x-api-key", "value": {"arrayValue": {"values": [{"stringValue": "a b"}]}}}
    assert '"stringValue": "[secret-1]"' in json.dumps(redact(attribute))


def test_a_secret_that_a_key_names_is_found_in_other_texts_before_and_after_it_and_in_other_spellings():
    value = ["it is hunter22", {"password": "hunter22"}, "aHVudGVyMjI=", {"authorization": "Bearer hunter22"}]
    assert redact(value) == [
        "it is [secret-1]",
        {"password": "[secret-1]"},
        "[secret-1]I=",
        {"authorization": "[secret-1]"},
    ]


def test_a_word_that_a_key_names_as_a_secret_stays_elsewhere():
    assert redact([{"password": "required"}, "It is required."]) == [{"password": "[secret-1]"}, "It is required."]


def test_the_same_thing_has_the_same_pseudonym_in_messages_documents_and_tool_results():
    value = {
        "messages": [
            {"role": "user", "content": "I am Ada@Acme.io, ORD-123456, +49 30 901820, DE89370400440532013000"}
        ],
        "documents": [{"text": "ada@acme.io ordered ORD-123456 and ORD-654321; de89 3704 0044 0532 0130 00"}],
        "results": [{"result": {"mail": "ADA@ACME.IO", "phone": "+49 (0)30/901820", "card": "4111-1111-1111-1111"}}],
        "arguments": '{"card": 4111111111111111, "of": "bob@acme.io"}',
    }
    assert redact(value) == {
        "messages": [{"role": "user", "content": "I am person-1@example.com, [order-1], +1-202-555-0100, [iban-1]"}],
        "documents": [{"text": "person-1@example.com ordered [order-1] and [order-2]; [iban-1]"}],
        "results": [{"result": {"mail": "person-1@example.com", "phone": "+1-202-555-0100", "card": "[card-1]"}}],
        "arguments": '{"card": "[card-1]", "of": "person-2@example.com"}',
    }


def test_numbers_of_cards_phones_and_rules_become_texts():
    numbers = Rule(name="customer", pattern="77[0-9]{5}")
    value = {"card": 4111111111111111, "phone": 4930901820, "customer": 7712345, "count": 12345678, "year": 2026}
    assert redact(value, rules=[numbers]) == {
        **value,
        "card": "[card-1]",
        "phone": "+1-202-555-0100",
        "customer": "[customer-1]",
    }


@pytest.mark.parametrize("value", ["030 901820", "0151/23456789", 4915123456789])
def test_the_number_of_a_key_that_is_named_like_a_phone_is_one_without_a_country_code(value):
    assert redact({"phone_number": value}) == {"phone_number": "+1-202-555-0100"}


@pytest.mark.parametrize("value", ["2026-10-03", "iPhone 15", "", 12, "none"])
def test_what_is_no_number_stays_under_a_key_that_is_named_like_a_phone(value):
    assert redact({"phone": value}) == {"phone": value}


def test_keys_are_redacted():
    assert redact({"ada@acme.io": 1, "ADA@acme.io": 2}) == {"person-1@example.com": 1, "person-1@example.com (1)": 2}


def test_given_secrets_and_tokens_are_secrets_in_every_spelling_and_as_a_number():
    token = "ghp_" + "a1B2" * 9
    value = ["a/b-canary", "a%2Fb-canary", token, f"Bearer {token}", 987654321]
    assert redact(value, secrets=["a/b-canary", "987654321"]) == [
        *["[secret-1]"] * 2,
        *["[secret-2]"] * 2,
        "[secret-3]",
    ]


def test_what_is_kept_stays_in_any_spelling():
    value = ["Support@acme.example or +1 (415) 555-2671", "ada@acme.example", {"password": "changeme1"}]
    redacted = redact(value, keep=["support@acme.example", "415-555-2671", "changeme1"])
    assert redacted == [value[0], "person-1@example.com", value[2]]


def test_what_the_repository_shows_stays_in_any_spelling_but_no_secret_does():
    shown = redacting().personal(["Mail Support@acme.example, password=hunter22, ORD-123456"])
    made = Redacting(rules=(ORDERS,), shown=shown, known=Redactor(()))

    assert made.value("support@acme.example of ada@acme.example: password=hunter22, ORD-123456") == (
        "support@acme.example of person-1@example.com: password=[secret-1], ORD-123456"
    )


def test_secrets_are_never_kept():
    token = "ghp_" + "a1B2" * 9
    assert redact(["canary-1", token], keep=["canary-1", token], secrets=["canary-1"]) == ["[secret-1]", "[secret-2]"]


def test_a_pseudonym_is_none_that_stands_there_already():
    value = ["ada@acme.io ORD-123456 415-555-2671", "person-1@example.com [order-1] +1-202-555-0100"]
    assert redact(value) == ["person-2@example.com [order-2] +1-202-555-0101", value[1]]


def test_a_canary_at_a_reserved_domain_or_number_is_no_pseudonym():
    assert redact("canary@example.com, +1 202 555 0143") == "person-1@example.com, +1-202-555-0100"


def test_phone_numbers_past_the_reserved_ones_are_numbered_in_brackets():
    names = redact([f"+49 30 {9018200 + number}" for number in range(US_FICTIONAL + GB_FICTIONAL + 1)])
    assert len(set(names)) == len(names)
    assert [names[99], names[100], names[1099], names[1100]] == [
        *("+1-202-555-0199", "+44-7700-900000", "+44-7700-900999", "[phone-1101]")
    ]


def test_finds_that_overlap_are_replaced_as_one():
    assert redact("ORD-123456@acme.io", secrets=["56@acme"]) == "[secret-1]"


def test_the_report_counts_things_and_places_by_kind():
    made = redacting()
    made.value(["ada@acme.io", "ADA@acme.io bob@acme.io", {"password": "x y"}])
    made.value("ORD-123456")
    assert made.report == (
        Redaction(kind="email", count=2, occurrences=3),
        Redaction(kind="order", count=1, occurrences=1),
        Redaction(kind="secret", count=1, occurrences=1),
    )


def test_nothing_found_is_an_empty_report():
    assert kinds({"a": ["b", 1, None]}) == {}


def test_redacting_again_changes_nothing_with_the_same_and_with_another_instance():
    made = redacting()
    once = made.value(
        ["ada@acme.io", "password=hunter22", {"api_key": "x y", "phone": "030 901820"}, "4111111111111111"]
    )
    assert [made.value(once), redact(once)] == [once, once]


@pytest.mark.parametrize("value", [{"token": "ada@acme.ioada@acme.io"}, {"phone": "+1 415 555 2671-555"}])
def test_a_pseudonym_in_a_value_does_not_make_it_another_thing(value):
    once = redact(value)
    assert redact(once) == once


def test_a_key_that_is_a_pseudonym_does_not_make_a_secret_of_its_value():
    once = redact({"canary-canary": "stays", "x [secret-7]": "stays"}, secrets=["canary-canary"])
    assert once == {"[secret-1]": "stays", "x [secret-7]": "stays"}
    assert redact(once) == once


def test_what_lies_too_deep_is_cut_off():
    deep = "ada@acme.io"
    for _ in range(MAX_DEPTH * 50):
        deep = [deep]
    assert MARK in json.dumps(redact(deep))


def test_a_canary_in_every_field_of_a_trace_survives_nowhere():
    canary = "canary/4711 &c"
    trace = {
        "name": canary,
        "attributes": [{"key": f"x.{canary}", "value": {"stringValue": f"a {canary} b"}}],
        "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": canary}]}]),
        "events": {"nested": json.dumps({"arguments": json.dumps({"q": canary})})},
    }
    assert "canary" not in json.dumps(redact(trace, secrets=[canary]))
