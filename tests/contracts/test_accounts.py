"""What every kind of accounts keeps."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.errors import Refused
from connectors.ports import NewAccount
from tests.contracts.conftest import Service

pytestmark = pytest.mark.parametrize(
    "service",
    ["memory", "scim2-server", "pages of 20 by POST, PATCH answers 200", "no PATCH, no filter"],
    indirect=True,
)


def new(name: str, mark: str = "changeover:acme:p1") -> NewAccount:
    return NewAccount(mark, f"{name}@acme.example", "Désirée", "O'Brien", "nl")


def test_an_account_is_made_inactive_and_bears_our_mark(service: Service) -> None:
    made = service.accounts.create(new("Made"))
    assert (made.user_name, made.active) == ("Made@acme.example", False)
    assert made.external_id == "changeover:acme:p1"
    assert service.accounts.get(made.id) == made
    assert service.accounts.find("mADE@acme.example") == made


def test_making_it_again_gives_the_same_even_when_it_is_open(service: Service) -> None:
    made = service.accounts.create(new("again"))
    opened = service.accounts.set_active(made.id, active=True)
    assert service.accounts.create(new("again")) == opened
    assert opened.active


@pytest.mark.parametrize("mark", ["changeover:acme:p2", "changeover:ACME:p1", ""])
def test_an_account_with_another_mark_is_not_ours(service: Service, mark: str) -> None:
    name = f"theirs{len(mark)}{mark[11:15].islower()}"
    made = service.accounts.create(new(name, mark or "x"))
    with pytest.raises(Refused, match="belongs to account"):
        service.accounts.create(new(name))
    assert service.accounts.get(made.id) == made


def test_a_pilots_account_is_refused_and_left_as_it_was(service: Service) -> None:
    id_ = service.add_pilot("pilot@acme.example")
    before = service.accounts.get(id_)
    with pytest.raises(Refused) as refused:
        service.accounts.create(new("Pilot"))
    assert "pilot@acme.example" not in str(refused.value).lower()
    assert service.accounts.get(id_) == before
    assert before is not None
    assert (before.active, before.external_id) == (True, None)


def test_opening_and_closing_show(service: Service) -> None:
    made = service.accounts.create(new("door"))
    for active in (True, True, False, False, True):
        assert service.accounts.set_active(made.id, active=active).active is active
        shown = service.accounts.get(made.id)
        assert shown is not None
        assert (shown.active, shown.external_id) == (active, made.external_id)


def test_nobody_is_none_and_cannot_be_opened(service: Service) -> None:
    assert service.accounts.get("no-such-id") is None
    assert service.accounts.find("nobody@acme.example") is None
    assert service.accounts.find('odd"quote\\@acme.example') is None
    with pytest.raises(Refused, match="no account no-such-id"):
        service.accounts.set_active("no-such-id", active=True)


def test_everyone_is_there_whatever_the_pages(service: Service) -> None:
    before = service.accounts.everyone()
    names = [f"Page{number}" for number in range(45)]
    made = [service.accounts.create(new(name, f"mark:{name}")) for name in names]
    everyone = service.accounts.everyone()
    assert len(everyone) == len(before) + 45
    assert [everyone[f"{name.lower()}@acme.example"] for name in names] == made


def test_threads_share_it(service: Service) -> None:
    def work(number: int) -> bool:
        made = service.accounts.create(new(f"thread{number}", f"mark:{number}"))
        return service.accounts.set_active(made.id, active=True).active

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(24)))
    names = {f"thread{number}@acme.example" for number in range(24)}
    assert names <= {name for name, a in service.accounts.everyone().items() if a.active}
