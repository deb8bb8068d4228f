"""SQL of a plan that would be refused on its day is refused when the plan is read."""

from pathlib import Path

import pytest

import config
from config.loading import parse
from config.problems import PlanError

PHASED = (Path(config.__file__).parent / "examples" / "phased.yaml").read_text(encoding="utf-8")
OFF = "set: update app_user set can_login = :value, to: '0'"

WRONG = [
    ("select count(*) from sales_order where", "delete from sales_order where", "questions[0].sql"),
    (OFF, "set: drop table app_user, to: '0'", "old_system.off[0].set: a switch may only UPDATE"),
    (OFF, "set: update app_user set can_login = 0, to: '0'", "off[0].set: this UPDATE must have"),
    (OFF, "set: 'update a set b = :value; delete from c', to: '0'", "more than one statement"),
    (OFF, "set: grant all on a to :value, to: 'x, y'", "off[0].set: the value of GRANT must be"),
    ("read: select max(can_login)", "read: update app_user", "off[0].read: only a SELECT"),
    ("name: service,", "name: Log-ins,", "off[1].name: Log-ins names two switches"),
    ("logins: select email", "logins: drop email", "old_system.logins: only a SELECT"),
    ("# attempts: select email", "attempts: drop email", "old_system.attempts: only a SELECT"),
    ("access from app_user where email = :email", "access from app_user", "person.read: this"),
    (":value where email = :email", ":value", "person.set: this UPDATE must have :email"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG)
def test_sql_that_may_not_run_gets_one_clear_line(right: str, wrong: str, said: str) -> None:
    assert right in PHASED
    text = PHASED.replace(right, wrong, 1)
    with pytest.raises(PlanError) as refusal:
        parse(text, "plan.yaml")
    (problem,) = refusal.value.problems
    assert said in str(problem)
    at = next(n for n, line in enumerate(text.splitlines(), 1) if wrong in line)
    assert problem.line == at
