"""What a rollout costs and gains: decimals, each in its currency, added by stated rates alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import config
from config.loading import parse
from config.money import Budget
from config.names import Language
from config.plan import Plan
from config.problems import PlanError
from gates.readings import Quality
from gates.work_readings import ImpactReading, MeasureReading
from reports.review import review
from reports.worth import person_weeks
from rollout.people import Entry, Person
from rollout.preview import founded
from rollout.snapshot import AccountNow, Snapshot

EXAMPLE = (Path(config.__file__).parent / "examples" / "phased.yaml").read_text(encoding="utf-8")
NOW = datetime(2026, 4, 22, 9, tzinfo=UTC)  # a Wednesday
MONEY = """
measures:
  minutes: {what: minutes for an order, unit: minutes, better: lower,
            source: {kind: csv, folder: m}, worth: {amount: 0.10, currency: EUR}, times_a_week: 100}
  orders: {what: orders an hour, unit: orders, better: higher, source: {kind: csv, folder: o}}
budget:
  currency: SRD
  reserve: 10%
  rates: {EUR: 41.5, USD: 38.25}
  rates_of: 2026-02-16
  lines:
    - {what: licences, amount: 100, spent: 33.33, currency: EUR}
    - {what: trainers, amount: 1000, spent: 0.1}
    - {what: travel, amount: 20, spent: 20.20, currency: USD}
"""


def plan(money: str = MONEY) -> Plan:
    return parse(EXAMPLE + money, "plan.yaml")


def snapshot(found: Plan) -> Snapshot:
    """Three people: two moved on Monday 2 March, one on Wednesday 15 April."""
    return founded_with(found, [date(2026, 3, 2), date(2026, 3, 6), date(2026, 4, 15)])


def founded_with(found: Plan, moved: list[date]) -> Snapshot:
    folk = [
        Person(
            f"p{n}",
            Entry(f"{n}", f"u{n}@acme.example", "U", f"{n}", "paramaribo", "Sales", Language.EN),
            date(2026, 2, 16),
        )
        for n in range(len(moved))
    ]
    seen = founded(found, folk, datetime(2026, 2, 16, 9, tzinfo=UTC))
    opened = {
        f"p{n}": AccountNow(f"{n}", True, False, True, day)  # noqa: FBT003
        for n, day in enumerate(moved)
    }
    return replace(seen, accounts=opened)


def minutes(low: float, change: float, high: float) -> ImpactReading:
    measure = MeasureReading(
        name="minutes",
        what="minutes for an order",
        unit="minutes",
        better="lower",
        moved=20,
        waiting=20,
        weeks=4,
        change=change,
        low=low,
        high=high,
        otherwise=10,
        share=change / 10,
        share_low=low / 10,
        share_high=high / 10,
    )
    few = MeasureReading(
        name="orders", what="orders an hour", unit="orders", better="higher", moved=6, waiting=8
    )
    return ImpactReading(cohort=3, measures=(measure, few))


def test_costs_keep_their_currency_and_add_up_in_one_by_the_stated_rates() -> None:
    found = plan()
    told = review(found, snapshot(found), NOW)
    assert "| licences | 100.00 EUR | 33.33 EUR |" in told
    assert "| travel | 20.00 USD | 20.20 USD |" in told
    # 100 x 41.5 + 1000 + 20 x 38.25 = 5915; 33.33 x 41.5 + 0.1 + 20.2 x 38.25 = 2155.945
    assert "| reserve, 10 % | 591.50 SRD | |" in told
    assert "| **all, in SRD** | **6,506.50 SRD** | **2,155.94 SRD** |" in told
    assert "At 1 EUR = 41.5 SRD, 1 USD = 38.25 SRD (of 2026-02-16)." in told
    assert "4,350.56 SRD left" in told


def test_money_is_decimal_from_the_file_to_the_sum() -> None:
    budget = plan().budget
    assert budget is not None
    assert budget.lines[0].spent == Decimal("33.33")
    assert budget.spent == Decimal("2155.945")
    assert Plan.model_validate_json(plan().model_dump_json()).budget == budget


def test_a_currency_without_a_rate_is_never_taken_for_another() -> None:
    budget = Budget(currency="SRD")
    assert budget.own(Decimal(5), None) == budget.own(Decimal(5), "SRD") == 5
    with pytest.raises(ValueError, match="no rate from EUR to SRD; state it in"):
        budget.own(Decimal(5), "EUR")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("EUR: 41.5, ", "", "no rate for EUR: write what 1 EUR costs in SRD"),
        ("  rates_of: 2026-02-16\n", "", "is needed with rates: the day they were looked up"),
        ("{EUR: 41.5", "{SRD: 1, EUR: 41.5", "is the budget's own currency; leave it out"),
        ("currency: EUR}, times", "currency: GBP}, times", "no rate for GBP"),
        ("EUR: 41.5", "EUR: 0", "rates"),
        ("spent: 0.1", "spent: -0.1", "spent"),
    ],
)
def test_a_plan_whose_money_cannot_be_added_is_refused(right: str, wrong: str, said: str) -> None:
    assert right in MONEY
    with pytest.raises(PlanError, match=said):
        plan(MONEY.replace(right, wrong, 1))


def test_a_worth_without_a_budget_is_refused() -> None:
    with pytest.raises(PlanError, match="needs a budget, whose currency and rates"):
        plan(MONEY[: MONEY.index("budget:")])


def test_whole_weeks_since_that_of_the_move_count() -> None:
    # From Monday 9 March to Sunday 19 April are six weeks, for two; none yet for the third.
    assert person_weeks(snapshot(plan()), NOW.date()) == 12


def test_gains_are_reckoned_from_the_interval_and_set_against_what_was_spent() -> None:
    found = plan()
    told = review(found, snapshot(found), NOW, minutes(-3, -2, -1))
    # 2 minutes x 100 orders x 0.10 EUR x 41.5 = 830 SRD a person and week, twelve of them.
    assert "- minutes for an order: 9,960.00 SRD (from 4,980.00 to 14,940.00)" in told
    assert "Return on what was spent: 362 % (from 131 to 593 %). It has paid for itself." in told
    assert "minutes for an order: 20 % less (10 to 30 %) than colleagues not yet moved" in told
    assert "(-2 minutes a person)" in told
    assert "orders an hour: too few to tell: 6 moved, 8 not yet; needs 10 each" in told
    assert "orders an hour: not counted" not in told  # it has no price


def test_a_loss_is_said_as_one() -> None:
    found = plan()
    told = review(found, snapshot(found), NOW, minutes(-0.5, 0.25, 1))
    assert "- minutes for an order: -1,245.00 SRD (from -4,980.00 to 2,490.00)" in told
    assert "At this rate it never pays for itself." in told


def test_it_says_when_it_has_paid_for_itself() -> None:
    found = plan()
    told = review(found, snapshot(found), NOW, minutes(-0.2, -0.1, 0))
    # 41.5 a person and week: 498 gained, 1657.945 owed, 124.5 a week with all three.
    assert "With all 3 people moved it has paid for itself in 14 weeks more." in told


def test_doubtful_data_gives_no_money() -> None:
    found = plan()
    bad = minutes(-3, -2, -1).model_copy(
        update={"quality": Quality.STALE, "doubt": "measured: 90 hours old"}
    )
    told = review(found, snapshot(found), NOW, bad)
    assert "Not to be told: measured: 90 hours old." in told
    assert "Nothing that has a price is known yet." in told
    assert "9,960" not in told


def test_over_budget_is_said() -> None:
    found = plan(MONEY.replace("spent: 0.1", "spent: 9000"))
    told = review(found, snapshot(found), NOW)
    assert "over budget by 4,649.34 SRD" in told


def test_a_plan_without_money_or_measures_says_nothing_of_it() -> None:
    found = plan("")
    told = review(found, snapshot(found), NOW)
    assert "What it costs" not in told
    assert "What moving did" not in told
