"""A phase's evidence at a moment, with what several metrics need computed once."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gates import adoption
from gates.adoption import WEEK, Activity
from gates.clock import Flags
from gates.frames import Frames
from gates.moment import Moment
from gates.quality import Checkup


@dataclass(frozen=True)
class Evidence:
    """Frames at a moment, with what several metrics need computed once."""

    frames: Frames
    moment: Moment

    @cached_property
    def checkup(self) -> Checkup:
        """What is wrong with each table."""
        return Checkup(self.frames, self.moment)

    @cached_property
    def activity(self) -> Activity:
        """The cohort's activity up to yesterday."""
        return adoption.activity_of(self.frames, self.moment)

    @cached_property
    def attended(self) -> Flags:
        """Tell of each person whether they attended a training up to yesterday."""
        sheet = self.frames.attendance
        past = (sheet["day"] < pd.Timestamp(self.moment.today)) & sheet["attended"]
        person = adoption.rows_of(self.frames, sheet.loc[past, "person"])
        seen = np.zeros(len(self.frames.people), dtype=bool)
        seen[person[person >= 0]] = True
        return seen

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Each person's newest answer since launch; those without a name count one each."""
        moment, sheet = self.moment, self.frames.answers.drop_duplicates()
        since = pd.Timestamp(moment.launched_on, tz=ZoneInfo(moment.zone))
        sheet = sheet[(sheet["at"] >= since) & (sheet["at"] <= pd.Timestamp(moment.now))]
        named = sheet[adoption.rows_of(self.frames, sheet["person"]) >= 0]
        # By id too, so that of two answers of one moment the same one counts in any order.
        newest = named.sort_values(["at", "id"]).drop_duplicates("person", keep="last")
        return pd.concat([newest, sheet[sheet["person"].isna()]])

    @cached_property
    def asked(self) -> pd.DataFrame | None:
        """Give who was asked up to yesterday, `first` and `last`; None: everybody was.

        Moments, a row a person by key; whom a mail reached this morning is not silent yet.
        """
        if self.frames.everybody_asked:
            return None
        sheet, zone = self.frames.asked, ZoneInfo(self.moment.zone)
        sheet = sheet[adoption.rows_of(self.frames, sheet["person"]) >= 0]
        sheet = sheet[sheet["at"] < pd.Timestamp(self.moment.today, tz=zone)]
        times = sheet.groupby("person")["at"]
        return pd.DataFrame({"first": times.min(), "last": times.max()})

    @cached_property
    def before(self) -> pd.DataFrame:
        """Each person's newest answer of earlier phases."""
        sheet = self.frames.before.drop_duplicates()
        sheet = sheet[sheet["person"].notna() & (sheet["at"] <= pd.Timestamp(self.moment.now))]
        return sheet.sort_values(["at", "id"]).drop_duplicates("person", keep="last")

    def last(self, days: int) -> tuple[date, date]:
        """First and last of the last so many days."""
        today = self.moment.today
        return today - timedelta(days=days), today - timedelta(days=1)

    @property
    def launch_week(self) -> tuple[date, date]:
        """First and last of the launch week's days."""
        launch = self.moment.launched_on
        return launch, launch + timedelta(days=WEEK - 1)

    @property
    def since_launch_week(self) -> tuple[date, date]:
        """First and last of the days after the launch week; the last may come before the first."""
        return self.launch_week[1] + timedelta(days=1), self.last(1)[1]

    def changed(self, which: Flags) -> dict[str, Any]:
        """Give who went since launch, and who of some people came since."""
        since = [change for change in self.frames.changes if change.since_launch]
        came = {change.person for change in since if change.joined}
        here = self.frames.people["person"][which]
        gone = sum(not change.joined for change in since)
        return {"gone": gone, "come": int(here.isin(came).sum()) if came else 0}

    def common(self, *tables: str) -> dict[str, Any]:
        """Give what all readings have in common: the cohort, and how good the tables are."""
        found = self.checkup.health(tables)
        return {
            "cohort": len(self.frames.people),
            "quality": found.quality,
            "doubt": found.doubt,
            "as_of": found.as_of,
        }
