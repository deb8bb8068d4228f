"""Accounts of the new tool over SCIM 2.0 (RFC 7643, RFC 7644).

Every change is read back, for some services answer 200 and do nothing. An account is taken for
ours only by the externalId we gave it.
"""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from scim2_models import Email, Name, SearchRequest, ServiceProviderConfig, User

from connectors.errors import Misconfigured, OutsideError, Refused, Unreachable
from connectors.pace import Pace
from connectors.ports import Account, NewAccount
from connectors.scim_wire import Absent, Taken, Unsupported, Wire

_PAGE = 200
_PAGES = 10_000

_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

Shown = dict[str, Any]
"""A resource as the service shows it."""

Ask = Callable[[dict[str, Any]], tuple[list[Shown], int]]
"""Gives the resources of one page, and how many there are in all."""


class ScimAccounts:
    """Accounts behind a SCIM service (`connectors.ports.Accounts`); threads may share one.

    One client is kept for the object's life, so that no person costs a new connection.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        per_second: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the base address, the bearer token and the requests a second that are allowed.

        Opens nothing; Misconfigured where the address or the token cannot be one.
        """
        pace = Pace(per_second, clock=clock, sleep=sleep)
        self._wire = Wire(url, token, pace=pace, sleep=sleep)
        self._patches: bool | None = None

    def __repr__(self) -> str:
        return f"ScimAccounts({self._wire.place})"

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def everyone(self) -> dict[str, Account]:
        """Give all accounts by user name in small letters.

        Raises Unreachable where what is shown never comes to the total the service states.
        """
        shown = stated = 0
        # Some services heed the page asked for only where it is asked by POST (RFC 7644, 3.4.3).
        for ask in (self._listed, self._searched, self._listed):
            try:
                found, total = self._pages(ask)
            except Refused:
                if ask == self._searched:
                    continue  # Not every service lets itself be searched.
                raise
            shown, stated = max(shown, len(found)), max(stated, total)
            if len(found) >= stated:
                accounts = map(_account, found.values())
                return {account.user_name.lower(): account for account in accounts}
        raise Unreachable(
            f"{self._wire.place} says it holds {stated} accounts and showed {shown}; are "
            "accounts being made or deleted there? Try again later"
        )

    def find(self, user_name: str) -> Account | None:
        """Give the account of a user name, whatever its capitals, if there is one."""
        # JSON's quoting is the filter's own (RFC 7644, 3.4.2.2).
        query = {"filter": f"userName eq {json.dumps(user_name, ensure_ascii=False)}"}
        try:
            rows, total = self._listed(query)
        except Refused:
            # A service need not know filters, and says so in more than one way.
            return self.everyone().get(user_name.lower())
        for account in map(_account, rows):
            if account.user_name.lower() == user_name.lower():
                return account
        # A service that passes the filter over shows its first page of everybody.
        return self.everyone().get(user_name.lower()) if total > 0 else None

    def get(self, account_id: str) -> Account | None:
        """Give an account by the service's id; None once it is gone."""
        shown = self._shown(account_id)
        return None if shown is None else _account(shown)

    def create(self, new: NewAccount) -> Account:
        """Make an account, inactive, and read it back; give the one that is ours already.

        Raises Refused where the user name belongs to an account that is not ours, or where the
        service says it made one and does not show it.
        """
        try:
            with self._wire.speaking():
                made: Any = self._wire.create(_user(new))
        except Taken:
            return self._adopted(new)
        id_ = made.get("id") if isinstance(made, dict) else None
        account = self.get(str(id_)) if id_ else self.find(new.user_name)
        if account is None or account.user_name.lower() != new.user_name.lower():
            said = f"said it made an account ({new.external_id}) and does not show it"
            raise Refused(f"{self._wire.place} {said}")
        return self.set_active(account.id, active=False) if account.active else account

    def set_active(self, account_id: str, *, active: bool) -> Account:
        """Open or close an account and read it back; Refused where the service did not do it."""
        try:
            self._change(account_id, active=active)
        except Absent:
            raise Refused(f"{self._wire.place} has no account {account_id} any more") from None
        account = self.get(account_id)
        if account is None:
            raise Refused(f"{self._wire.place} has no account {account_id} any more")
        if account.active is not active:
            word = "opened" if active else "closed"
            raise Refused(
                f"{self._wire.place} said it {word} account {account_id} and shows it otherwise"
            )
        return account

    def _adopted(self, new: NewAccount) -> Account:
        account = self.find(new.user_name)
        if account is not None and account.external_id == new.external_id:
            return account
        which = f"account {account.id}" if account else "an account it does not show"
        raise Refused(
            f"{self._wire.place}: the user name of {new.external_id} belongs to {which}, which is "
            "not ours; write `link: by_email` in the plan if it is that person's own"
        )

    def _change(self, account_id: str, *, active: bool) -> None:
        if self._can_patch():
            change = {"op": "replace", "path": "active", "value": active}
            body = {"schemas": [_PATCH], "Operations": [change]}
            try:
                with self._wire.speaking():
                    self._wire.modify(User, account_id, body)
                return
            except Unsupported:
                self._patches = False
        # Whole and as it was shown (RFC 7644, 3.5.1): what is left out of a PUT is lost.
        shown = self._shown(account_id)
        if shown is None:
            raise Absent(f"{self._wire.place} has no account {account_id} any more")
        whole = {**shown, "active": active}
        with self._wire.speaking():
            self._wire.replace(
                User, whole, check_request_payload=False, url=f"/Users/{quote(account_id, safe='')}"
            )

    def _can_patch(self) -> bool:
        """Tell whether the service says it takes PATCH; one that says nothing is tried."""
        if self._patches is None:
            try:
                config: Any = self._wire.query(ServiceProviderConfig)
                self._patches = bool(config["patch"]["supported"])
            except Unreachable:
                raise
            except (OutsideError, KeyError, TypeError, ValueError):
                self._patches = True
        return self._patches

    def _shown(self, account_id: str) -> Shown | None:
        try:
            with self._wire.speaking():
                shown: Any = self._wire.query(User, account_id)
        except Absent:
            return None
        return _resource(shown)

    def _pages(self, ask: Ask) -> tuple[dict[str, Shown], int]:
        """Read pages, of whatever size the service makes them, until one brings nobody new.

        Its total does not end it: for some services that is what they show on the page.
        """
        found: dict[str, Shown] = {}
        total = 0
        for _ in range(_PAGES):
            before = len(found)
            try:
                rows, stated = ask({"startIndex": before + 1, "count": _PAGE})
            except Refused as error:
                if found:
                    return found, total  # Past the end some have nothing to say.
                if isinstance(error, Absent) and ask == self._listed:
                    raise Misconfigured(f"{error}; is the plan's url its base address?") from None
                raise
            found |= {row["id"]: row for row in rows}
            total = max(total, stated)
            if len(found) == before:
                return found, total
        raise Misconfigured(f"{self._wire.place} has more than {_PAGES} pages of accounts")

    def _listed(self, query: dict[str, Any]) -> tuple[list[Shown], int]:
        with self._wire.speaking():
            page: Any = self._wire.query(User, query_parameters=query)
        return self._of_page(page)

    def _searched(self, query: dict[str, Any]) -> tuple[list[Shown], int]:
        with self._wire.speaking():
            search = SearchRequest[User[Any]].model_validate(query)
            page: Any = self._wire.search(User, search)
        return self._of_page(page)

    def _of_page(self, page: object) -> tuple[list[Shown], int]:
        if not isinstance(page, dict) or not isinstance(page.get("totalResults"), int):
            raise Misconfigured(f"{self._wire.place} gave no SCIM list; is the plan's url right?")
        return [_resource(row) for row in page.get("Resources") or []], page["totalResults"]


def _user(new: NewAccount) -> User[Any]:
    return User(
        external_id=new.external_id,
        user_name=new.user_name,
        name=Name(given_name=new.given, family_name=new.family),
        display_name=f"{new.given} {new.family}".strip(),
        preferred_language=new.language,
        emails=[Email(value=new.user_name, type=Email.Type.work, primary=True)],
        active=False,
    )


def _resource(shown: object) -> Shown:
    if not isinstance(shown, dict) or not shown.get("id") or not shown.get("userName"):
        raise Misconfigured("the service shows an account without id or userName; that is no SCIM")
    return shown


def _account(shown: Shown) -> Account:
    # One that says nothing of `active` is taken for open: so it is nobody's to switch on, and
    # closing it must show. Some services write the truth as text.
    active = shown.get("active", True)
    external_id = shown.get("externalId")
    return Account(
        id=str(shown["id"]),
        user_name=str(shown["userName"]),
        active=active.lower() == "true" if isinstance(active, str) else bool(active),
        external_id=None if external_id is None else str(external_id),
    )
