"""What services in the field do, and what becomes of it."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.errors import Misconfigured, OutsideError, Refused, Unreachable
from connectors.ports import NewAccount
from connectors.scim import ScimAccounts
from rehearsal.servers.process import free_port
from tests.connectors.odd_scim import OddScim

TOKEN = "odd-token-77aa"
NEW = NewAccount("changeover:acme:p1", "ana@acme.example", "Ana", "Rust", "nl")


@dataclass
class Clock:
    """A clock that goes on only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def speak(clock: Clock) -> Iterator[Callable[..., ScimAccounts]]:
    opened: list[ScimAccounts] = []

    def to(url: str, token: str = TOKEN, per_second: int | None = None) -> ScimAccounts:
        accounts = ScimAccounts(
            url, token, per_second=per_second, sleep=clock.sleep, clock=clock.read
        )
        opened.append(accounts)
        return accounts

    yield to
    for accounts in opened:
        accounts.close()


Speak = Callable[..., ScimAccounts]


def methods(odd: OddScim) -> list[str]:
    return [method for method, _, _ in odd.asked]


class TestReadBack:
    @pytest.mark.parametrize("patch", [True, False])
    def test_a_change_answered_and_not_done_is_refused(self, speak: Speak, patch: bool) -> None:  # noqa: FBT001
        with OddScim(TOKEN, lazy=True, patch=patch, patch_answers=200) as odd:
            id_ = odd.add("ana@acme.example", active=False)
            with pytest.raises(Refused, match=f"said it opened account {id_} and shows it other"):
                speak(odd.url).set_active(id_, active=True)

    def test_an_account_said_to_be_made_and_not_there_is_refused(self, speak: Speak) -> None:
        with OddScim(TOKEN, lazy=True) as odd:
            with pytest.raises(Refused, match=r"said it made an account \(changeover:acme:p1\)"):
                speak(odd.url).create(NEW)
            assert odd.users == {}

    def test_all_that_was_asked_for_is_set(self, speak: Speak) -> None:
        with OddScim(TOKEN) as odd:
            speak(odd.url).create(NEW)
            (user,) = odd.users.values()
        assert user["name"] == {"givenName": "Ana", "familyName": "Rust"}
        assert user["emails"] == [{"value": NEW.user_name, "type": "work", "primary": True}]
        assert (user["preferredLanguage"], user["active"]) == ("nl", False)
        assert user["externalId"] == "changeover:acme:p1"

    def test_a_service_that_opens_what_it_makes_is_told_to_close_it(self, speak: Speak) -> None:
        with OddScim(TOKEN) as odd:
            real = odd.add

            def opened(user_name: str, **more: object) -> str:
                return real(user_name, **{**more, "active": True})

            odd.add = opened  # type: ignore[method-assign]
            assert speak(odd.url).create(NEW).active is False
            (user,) = odd.users.values()
        assert user["active"] is False

    def test_a_truth_written_as_text_is_one(self, speak: Speak) -> None:
        with OddScim(TOKEN, active_as_text=True) as odd:
            id_ = odd.add("ana@acme.example")
            assert speak(odd.url).set_active(id_, active=False).active is False


class TestPatchOrPut:
    @pytest.mark.parametrize("says", [True, False])
    def test_without_patch_all_is_put_back_as_it_was(self, speak: Speak, says: bool) -> None:  # noqa: FBT001
        extension = {"urn:example:badge": {"number": 7}}
        with OddScim(TOKEN, patch=False, says_patch=says) as odd:
            ids = [odd.add(f"p{n}@acme.example", externalId="x", **extension) for n in range(2)]
            before = dict(odd.users[ids[0]])
            accounts = speak(odd.url)
            for id_ in ids:
                accounts.set_active(id_, active=False)
            assert odd.users[ids[0]] == {**before, "active": False}
            # A service that says nothing is tried once; one that says no is not.
            assert methods(odd).count("PATCH") == (0 if says else 1)
            assert methods(odd).count("PUT") == 2

    def test_its_description_is_read_once(self, speak: Speak) -> None:
        with OddScim(TOKEN) as odd:
            id_ = odd.add("ana@acme.example")
            accounts = speak(odd.url)
            for active in (False, True, False):
                accounts.set_active(id_, active=active)
            asked = [path for _, path, _ in odd.asked]
        assert asked.count("/ServiceProviderConfig") == 1
        assert methods(odd).count("PATCH") == 3


class TestPatience:
    def test_it_waits_as_long_as_it_is_told(self, speak: Speak, clock: Clock) -> None:
        # The service's own Date is this machine's now.
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
        first = [(429, {"Retry-After": "3"}), (503, {"Retry-After": later}), (503, {})]
        with OddScim(TOKEN, answers_first=first) as odd:
            made = speak(odd.url).create(NEW)
            assert list(odd.users) == [made.id]
            assert methods(odd).count("POST") == 4
        told, until, doubled = clock.slept
        assert (told, doubled) == (3, 4)
        assert 25 <= until <= 30

    @pytest.mark.parametrize("wait", ["61", "86400"])
    def test_a_wait_too_long_is_left_to_the_next_run(
        self, speak: Speak, clock: Clock, wait: str
    ) -> None:
        with OddScim(TOKEN, answers_first=[(429, {"Retry-After": wait})]) as odd:
            with pytest.raises(Unreachable, match=f"asked us to wait {wait} s .*tried 1 times"):
                speak(odd.url).create(NEW)
            assert odd.users == {}
        assert clock.slept == []

    def test_it_does_not_wait_for_ever(self, speak: Speak, clock: Clock) -> None:
        with (
            OddScim(TOKEN, answers_first=[(503, {})] * 50) as odd,
            pytest.raises(Unreachable, match="tried 6 times"),
        ):
            speak(odd.url).everyone()
        assert clock.slept == [1, 2, 4, 8, 16]

    def test_no_more_requests_a_second_than_allowed(self, speak: Speak, clock: Clock) -> None:
        with OddScim(TOKEN) as odd:
            accounts = speak(odd.url, per_second=10)
            for _ in range(11):
                accounts.get("u1")
        assert clock.now - 1000 == pytest.approx(1.0)

    def test_people_cost_no_new_connections(self, speak: Speak) -> None:
        with OddScim(TOKEN) as odd:
            accounts = speak(odd.url)
            for n in range(20):
                accounts.create(NewAccount(f"m{n}", f"p{n}@acme.example", "P", "N", "en"))
            assert odd.connections == 1
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda n: accounts.get(f"u{n:04d}"), range(1, 41)))
            assert odd.connections <= 5


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (301, Misconfigured),
            (400, Refused),
            (401, Misconfigured),
            (403, Misconfigured),
            (413, Refused),
            (500, Unreachable),
            (502, Unreachable),
            (504, Unreachable),
        ],
    )
    def test_an_answer_says_what_to_do(
        self, speak: Speak, status: int, kind: type[OutsideError]
    ) -> None:
        with (
            OddScim(TOKEN, answers_first=[(status, {})]) as odd,
            pytest.raises(OutsideError, match=f"status {status}") as error,
        ):
            speak(odd.url).get("u1")
        assert type(error.value) is kind

    def test_nobody_there_may_be_there_later(self, speak: Speak) -> None:
        with pytest.raises(Unreachable, match="no answer"):
            speak(f"http://127.0.0.1:{free_port()}/v2").get("u1")

    def test_a_page_that_is_no_scim_is_the_plans_mistake(self, speak: Speak) -> None:
        for body in (b"<html>log in</html>", b"[]", b"{}", b'{"totalResults": "2"}'):
            with OddScim(TOKEN, body=body) as odd, pytest.raises(Misconfigured):
                speak(odd.url).everyone()

    def test_a_base_address_that_is_not_one_is_the_plans_mistake(self, speak: Speak) -> None:
        with OddScim(TOKEN) as odd, pytest.raises(Misconfigured, match="base address"):
            speak(f"{odd.url}/Users").everyone()

    def test_a_total_that_is_never_reached_is_no_list(self, speak: Speak) -> None:
        with OddScim(TOKEN, total_is_off_by=1) as odd:
            odd.add("ana@acme.example")
            with pytest.raises(Unreachable, match="says it holds 2 accounts and showed 1"):
                speak(odd.url).everyone()

    def test_a_total_that_is_the_pages_does_not_end_the_list(self, speak: Speak) -> None:
        with OddScim(TOKEN, total_of_page=True, page=10) as odd:
            for n in range(35):
                odd.add(f"p{n}@acme.example")
            assert len(speak(odd.url).everyone()) == 35

    def test_a_list_cut_short_is_no_list(self, speak: Speak) -> None:
        with OddScim(TOKEN, heeds_start=False, searches=False, total_of_page=False, page=5) as odd:
            for n in range(7):
                odd.add(f"p{n}@acme.example")
            with pytest.raises(Unreachable, match="says it holds 7 accounts and showed 5"):
                speak(odd.url).everyone()

    def test_a_list_refused_is_not_nobody(self, speak: Speak) -> None:
        with OddScim(TOKEN, answers_first=[(400, {})]) as odd, pytest.raises(Refused):
            speak(odd.url).everyone()

    @pytest.mark.parametrize(
        "url",
        [
            "atlas.example/scim",
            "ftp://atlas.example/scim",
            "https://bob:pw@atlas.example/",
            "https://",
        ],
    )
    def test_an_address_that_cannot_be_one_is_refused_at_once(self, url: str) -> None:
        with pytest.raises(Misconfigured):
            ScimAccounts(url, TOKEN)

    @pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "tökén"])
    def test_a_token_that_cannot_be_one_is_refused_and_not_told(self, token: str) -> None:
        with pytest.raises(Misconfigured) as error:
            ScimAccounts("https://atlas.example/scim", token)
        assert not token or token not in str(error.value)

    def test_the_token_is_in_no_error_and_no_repr(self, speak: Speak) -> None:
        told: list[Any] = []
        with OddScim(f"{TOKEN}x", answers_first=[(400, {})]) as odd:
            accounts = speak(odd.url)
            for _ in range(2):
                with pytest.raises(OutsideError) as error:
                    accounts.create(NEW)
                told += ["".join(traceback.format_exception(error.value)), repr(error.value)]
            assert odd.asked[1][2] == f"Bearer {TOKEN}"
        told += [repr(accounts), repr(accounts._wire), str(vars(accounts))]
        assert not [text for text in told if TOKEN in text]
        assert "who is Bearer (the token)?" in told[-5]
