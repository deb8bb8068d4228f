"""Opening the outside a plan speaks of: the only place that knows every kind."""
# ruff: noqa: PLC0415 - each kind is imported when it is opened, so that a command pays for its own

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

from config.old_sources import FolderSource, JsonSource
from config.outside import Accounts as AccountsSpec
from config.outside import (
    CsvTable,
    HttpSwitch,
    MemoryAccounts,
    NoTable,
    ScimAccounts,
    SqlTable,
    Table,
)
from config.plan import Plan
from config.secrets import MissingSecretError
from connectors.errors import Misconfigured
from connectors.evidence import TableName
from connectors.ports import Accounts, Directory, Evidence, Hook, OldSystem, Post

Secret = Callable[[str], str]
"""Gives the value of `secret:NAME`, and any other text as it is."""

_RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(?![/:])(.+)")


@dataclass(frozen=True)
class Outside:
    """The ports of one plan, each opened when first asked for; as a context it is closed.

    To wrap a port, replace how it is opened: `replace(outside, open_post=lambda: Wrapped(...))`.
    """

    open_directory: Callable[[], Directory]
    open_accounts: Callable[[], Accounts]
    open_post: Callable[[], Post]
    open_old: Callable[[], OldSystem | None]
    open_activity: Callable[[], Evidence]
    open_attendance: Callable[[], Evidence]
    open_answers: Callable[[], Evidence]
    open_tickets: Callable[[], Evidence]
    open_workflows: Callable[[], Evidence]
    open_old_work: Callable[[], Evidence]
    open_measures: Callable[[], Mapping[str, Evidence]]
    hook: Callable[[HttpSwitch], Hook]
    """Gives what sets and reads a switch over HTTP; it keeps nothing open."""

    @cached_property
    def directory(self) -> Directory:
        """Where people come from."""
        return self.open_directory()

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts of the new tool."""
        return self.open_accounts()

    @cached_property
    def post(self) -> Post:
        """The mail relay."""
        return self.open_post()

    @cached_property
    def old(self) -> OldSystem | None:
        """The old system; None where the plan gives no URL."""
        return self.open_old()

    @cached_property
    def activity(self) -> Evidence:
        """Who was active when."""
        return self.open_activity()

    @cached_property
    def attendance(self) -> Evidence:
        """Who attended a training."""
        return self.open_attendance()

    @cached_property
    def answers(self) -> Evidence:
        """Answers to surveys."""
        return self.open_answers()

    @cached_property
    def tickets(self) -> Evidence:
        """Calls for help."""
        return self.open_tickets()

    @cached_property
    def workflows(self) -> Evidence:
        """Work done in the new tool."""
        return self.open_workflows()

    @cached_property
    def old_work(self) -> Evidence:
        """Work still done in the old system."""
        return self.open_old_work()

    @cached_property
    def measures(self) -> Mapping[str, Evidence]:
        """What the work is measured by, by the plan's names."""
        return self.open_measures()

    def close(self) -> None:
        """Close what was opened and holds connections; what is asked for later opens again."""
        kept = [self.__dict__.pop(name, None) for name in _PORTS]
        for port in (*kept, *self.__dict__.pop("measures", {}).values()):
            close = getattr(port, "close", None)
            if close is not None:
                close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_PORTS = (
    *("directory", "accounts", "post", "old"),
    *("activity", "attendance", "answers", "tickets", "workflows", "old_work"),
)


def open_outside(plan: Plan, folder: Path, secret: Secret) -> Outside:
    """Give the outside of a plan, whose files are relative to `folder`. Opens nothing yet.

    Asking for a port raises Misconfigured where the plan or a secret cannot be right.
    """

    def told(text: str) -> str:
        try:
            return secret(text)
        except MissingSecretError as error:
            raise Misconfigured(str(error)) from None

    folder = folder.resolve()
    return Outside(
        open_directory=lambda: _directory(plan, folder),
        open_accounts=lambda: _accounts(plan.new_tool.accounts, plan.rollout, told),
        open_post=lambda: _post(plan, told),
        open_old=lambda: _old(plan, folder, told),
        open_activity=lambda: _evidence("activity", plan.new_tool.activity, folder, told),
        open_attendance=lambda: _evidence("attendance", plan.attendance, folder, told),
        open_answers=lambda: _evidence("answers", plan.answers, folder, told),
        open_tickets=lambda: _evidence("tickets", plan.tickets, folder, told),
        open_workflows=lambda: _evidence("workflows", plan.new_tool.completed, folder, told),
        open_old_work=lambda: _evidence("old_work", plan.old_system.completed, folder, told),
        open_measures=lambda: {
            name: _evidence("measures", measure.source, folder, told)
            for name, measure in plan.measures.items()
        },
        hook=lambda switch: _hook(switch, told),
    )


def _directory(plan: Plan, folder: Path) -> Directory:
    from connectors.csv_people import CsvDirectory

    return CsvDirectory(plan.people, folder, plan.organisation.sites)


def _accounts(spec: AccountsSpec, rollout: str, secret: Secret) -> Accounts:
    match spec:
        case ScimAccounts():
            from connectors import scim

            return scim.ScimAccounts(spec.url, secret(spec.token), per_second=spec.per_second)
        case MemoryAccounts():
            from connectors.memory import accounts_named

            return accounts_named(rollout)
        case _:
            assert_never(spec)


def _post(plan: Plan, secret: Secret) -> Post:
    from connectors.smtp import SmtpPost

    password = plan.mail.password
    return SmtpPost(plan.mail, None if password is None else secret(password))


def _old(plan: Plan, folder: Path, secret: Secret) -> OldSystem | None:
    match plan.old_system.source:
        case FolderSource() as spec:
            from connectors.old_folder import OldFolder

            return OldFolder(spec, folder)
        case JsonSource() as spec:
            from connectors.old_json import OldJson

            return OldJson(spec, secret(spec.url), spec.token and secret(spec.token))
        case None:
            if plan.old_system.url is None:
                return None
            from connectors.old_sql import OldSql

            beside = (folder, plan.old_system.files)
            return OldSql(placed(secret(plan.old_system.url), folder), beside)
        case spec:
            assert_never(spec)


def _hook(switch: HttpSwitch, secret: Secret) -> Hook:
    from connectors.http_switch import HttpHook

    token = None if switch.token is None else secret(switch.token)
    return HttpHook(switch, read=secret(switch.read), set_=secret(switch.set), token=token)


def _evidence(table: TableName, spec: Table, folder: Path, secret: Secret) -> Evidence:
    match spec:
        case CsvTable():
            from connectors.csv_table import CsvEvidence

            return CsvEvidence(table, spec, folder)
        case SqlTable():
            from connectors.sql_table import SqlEvidence

            return SqlEvidence(table, spec, placed(secret(spec.url), folder))
        case NoTable():
            from connectors.evidence import NoEvidence

            return NoEvidence(table)
        case _:
            assert_never(spec)


def placed(url: str, folder: Path) -> str:
    """Make an SQLite file's path relative to the plan's folder: runs start in folders of theirs."""
    found = _RELATIVE_SQLITE.fullmatch(url)
    return f"{found[1]}{folder / found[2]}" if found else url
