import pytest

from llmgate.retrieval.adapters import dsn


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://llmgate:secret@db.example.com/rag",
        "postgresql://llmgate@db.example.com/rag?sslmode=disable",
        "postgresql://llmgate@10.0.0.7/rag",
        "postgresql://llmgate@a.example.com,b.example.com/rag",
        "postgresql://db.example.com/rag",
        "postgresql://llmgate@db.example.com:99999/rag",
        "host=db.example.com dbname=rag",
        "postgresql:///rag?host=/tmp",
    ],
)
def test_an_address_that_is_not_plain_is_refused(url):
    with pytest.raises(ValueError, match=r"expected|address|host"):
        dsn.checked(url)


@pytest.mark.parametrize("host", ["db.example.com", "db.example.com:6432", "127.0.0.1.example.com"])
def test_off_this_machine_a_certificate_vouches_for_the_host(host):
    assert dsn.tls(dsn.checked(f"postgresql://u@{host}/db")) == "verify-full"


@pytest.mark.parametrize("host", ["localhost:5432", "127.0.0.2", "[::1]:5432"])
def test_on_this_machine_no_certificate_is_needed(host):
    assert dsn.tls(dsn.checked(f"postgresql://u@{host}/db")) == "prefer"
