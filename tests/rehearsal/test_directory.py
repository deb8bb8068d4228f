import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.directory import (
    APPROVERS,
    CHAMPIONS,
    DEPARTMENTS,
    EXTRA_HEADER,
    SITES,
    Folk,
    joiner,
    leaver,
    people,
    write,
)

# As the Admin console writes it; spelled out here once more, for the code's own is what is tried.
GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],"
    "New Primary Email [UPLOAD ONLY],Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,"
    "Home Secondary Email,Work Secondary Email,Recovery Phone [MUST BE IN THE E.164 FORMAT],"
    "Work Phone,Home Phone,Mobile Phone,Work Address,Home Address,Employee ID,Employee Type,"
    "Employee Title,Manager Email,Department,Cost Center,2sv Enrolled [READ ONLY],"
    "2sv Enforced [READ ONLY],Building ID,Floor Name,Floor Section,Email Usage [READ ONLY],"
    "Drive Usage [READ ONLY],Photos Usage [READ ONLY],Storage limit [READ ONLY],"
    "Storage Used [READ ONLY],Change Password at Next Sign-In,New Status [UPLOAD ONLY],"
    "Gemini Limit Status [READ ONLY]"
)
SEEDS = range(30)
CORE_TEAM = 21


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def addresses(folder: Path) -> tuple[set[str], set[str]]:
    directory = {row["Email Address [Required]"] for row in table(folder / "directory.csv")}
    return directory, {row["E-mail"].casefold() for row in table(folder / "extra.csv")}


@pytest.mark.parametrize("seed", SEEDS)
def test_they_are_sixty_on_three_sites(seed: int) -> None:
    folk = people(seed)
    assert len({who.email for who in folk}) == len({who.employee_id for who in folk}) == 60
    assert Counter(who.language.value for who in folk) == {"nl": 27, "en": 33}
    assert set(Counter(who.site for who in folk)) == set(SITES)
    assert {who.department for who in folk} == set(DEPARTMENTS)
    assert len(DEPARTMENTS) == 5
    assert sum(who.pilot for who in folk) == 6
    assert sum(who.volunteer and not who.pilot for who in folk) == 3
    assert all(who.email.isascii() and who.email.endswith("@acme.example") for who in folk)
    assert any(not who.name.isascii() for who in folk)


@pytest.mark.parametrize("seed", SEEDS)
def test_champions_and_approvers_are_among_them(seed: int) -> None:
    by_email = {who.email: who for who in people(seed)}
    assert set(APPROVERS) <= by_email.keys()
    assert {site: by_email[email].site for site, email in CHAMPIONS.items()} == {
        site: site for site in SITES
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_led_by_somebody_and_nobody_by_themselves(seed: int) -> None:
    managers = {who.email: who.manager for who in people(seed)}
    assert [email for email, manager in managers.items() if manager is None] == [APPROVERS[0]]
    for email in managers:
        chain = [email]
        while (above := managers[chain[-1]]) is not None:
            assert above not in chain
            chain.append(above)


@pytest.mark.parametrize("seed", SEEDS)
def test_usage_is_skewed_and_some_of_it_unknown(seed: int) -> None:
    hours = sorted(who.hours for who in people(seed) if who.hours is not None)
    assert len(hours) == 58
    assert 0 <= hours[0] <= hours[-1] <= 40
    heaviest_third = sum(hours[-20:])
    assert heaviest_third > sum(hours) / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_who_leaves_is_of_the_core_team_and_missed_by_no_process(seed: int) -> None:
    folk = people(seed)
    gone = leaver(folk)
    later = [who for who in folk if not (who.pilot or who.volunteer)]
    heaviest = sorted(later, key=lambda who: -(who.hours or 0))[:CORE_TEAM]
    assert gone in heaviest
    assert gone.email not in {*CHAMPIONS.values(), *APPROVERS, *(who.manager for who in folk)}
    new = joiner(folk, seed)
    assert new.email not in {who.email for who in folk}
    assert new.employee_id not in {who.employee_id for who in folk}
    assert new.manager in {who.email for who in folk}


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(3) == people(3) != people(4)


def test_the_directory_bears_googles_headers_and_the_second_file_its_own(tmp_path: Path) -> None:
    folk = people(1)
    write(tmp_path, folk)
    lines = (tmp_path / "directory.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == GOOGLE
    assert len(table(tmp_path / "directory.csv")) == len(table(tmp_path / "extra.csv")) == 60
    extra = (tmp_path / "extra.csv").read_text(encoding="utf-8").splitlines()
    assert extra[0] == ",".join(EXTRA_HEADER) == "E-mail,Taal,Pilot,Vrijwilliger,Uren per week"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["directory.csv", "extra.csv"]


def test_the_two_files_say_what_the_people_are(tmp_path: Path) -> None:
    folk = people(1)
    write(tmp_path, folk)
    extra = {row["E-mail"].casefold(): row for row in table(tmp_path / "extra.csv")}
    read = []
    for row in table(tmp_path / "directory.csv"):
        more = extra[row["Email Address [Required]"]]
        like = next(who for who in folk if who.employee_id == row["Employee ID"])
        read.append(
            replace(
                like,
                email=row["Email Address [Required]"],
                given=row["First Name [Required]"],
                family=row["Last Name [Required]"],
                site=row["Building ID"],
                department=row["Department"],
                language=type(like.language)(more["Taal"]),
                pilot={"ja": True, "nee": False}[more["Pilot"]],
                volunteer={"ja": True, "nee": False}[more["Vrijwilliger"]],
                hours=float(more["Uren per week"]) if more["Uren per week"] else None,
                manager=row["Manager Email"] or None,
            )
        )
        assert row["Org Unit Path [Required]"] == f"/{like.department}/{SITES[like.site]}"
        assert row["Status [READ ONLY]"] == "Active"
    assert read == folk
    assert any(row["E-mail"] != row["E-mail"].casefold() for row in table(tmp_path / "extra.csv"))


def test_people_leave_join_and_are_suspended(tmp_path: Path) -> None:
    folk = people(1)
    gone, new, idle = leaver(folk), joiner(folk, 1), folk[-1]
    write(tmp_path, folk)
    before = addresses(tmp_path)
    write(tmp_path, folk, left={gone.email}, joined=[new], suspended={idle.email})
    after = addresses(tmp_path)
    assert after[0] == after[1] == before[0] - {gone.email} | {new.email}
    suspended = [
        row["Email Address [Required]"]
        for row in table(tmp_path / "directory.csv")
        if row["Status [READ ONLY]"] == "Suspended"
    ]
    assert suspended == [idle.email]


def test_an_address_that_is_taken_is_never_given_twice() -> None:
    folk = people(1)
    new = joiner(folk, 1)
    again = joiner([*folk, new], 1)
    third: Folk = joiner([*folk, new, again], 1)
    assert len({new.email, again.email, third.email}) == 3
