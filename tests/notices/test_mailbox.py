import pytest

from notices.mailbox import Mailbox


@pytest.mark.parametrize(
    "address",
    [
        "",
        "k.joseph",
        "k.joseph@",
        "@acme.example",
        "k joseph@acme.example",
        "k.joseph@acme.example\r\nBcc: all@acme.example",
        "k.joseph@acme.example\n",
        "a@acme.example,b@acme.example",
        "a@acme.example;b@acme.example",
        "<a@acme.example>",
        "Group:a@acme.example;",
        '"a b"@acme.example',
        "zoë@acme.example",
        "zoe@acmé.example",
        "a..b@acme.example",
        ".a@acme.example",
        "a@-acme.example",
        f"{'a' * 65}@acme.example",
        f"a@{'b' * 63}.{'b' * 63}.{'b' * 63}.{'b' * 63}.example",
    ],
)
def test_an_address_is_one_plain_recipient(address: str) -> None:
    with pytest.raises(ValueError, match="none a message can go to; give") as caught:
        Mailbox("Kezia", address)
    assert "acme" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["k.joseph@acme.example", "o'neil+crm@acme.example", "a@xn--acm-dma.example"]
)
def test_plain_addresses_pass(address: str) -> None:
    assert Mailbox("", address).domain == address.partition("@")[2]


def test_a_name_is_one_line() -> None:
    assert Mailbox("Kezia\r\nBcc: x@y.example", "k@acme.example").name == "Kezia Bcc: x@y.example"
    assert len(Mailbox("x" * 999, "k@acme.example").name) == 120
