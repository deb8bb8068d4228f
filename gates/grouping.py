"""Parts of a cohort, measured apart: averages hide the one that fails."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Literal

import pandas as pd

from gates.changes import Change
from gates.frames import Frames

OTHERS = "smaller ones together"
OF_PEOPLE = (
    "activity",
    "attendance",
    "answers",
    "tickets",
    "workflows",
    "old_work",
    "old_logins",
    "asked",
)
"""Tables whose rows belong to a part by their person; the others are everybody's."""
NAMELESS = "none stated"


def parts(
    frames: Frames,
    by: Literal["site", "department"],
    least: int,
    who: AbstractSet[str] | None = None,
) -> dict[str, Frames]:
    """Give each site's or department's frames, by name.

    Of fewer people than `least` none is shown alone: they are one part together, and where even
    that is too small they join the smallest of the others, lest the difference to the whole show
    them. What names nobody belongs to no part. Only the people of `who` are counted; None: all.
    """
    counted = pd.Series(True, index=frames.people.index)  # noqa: FBT003
    if who is not None:
        counted = frames.people["person"].isin(who)
    names = frames.people[by].astype("object").where(frames.people[by].notna(), NAMELESS)
    sizes = counted.groupby(names).sum()
    small = set(sizes[sizes < least].index)
    together, large = OTHERS, sizes[sizes >= least]
    if sizes[sizes < least].sum() < least and len(large):
        nearest = min(large.index[large == large.min()])
        names = names.where(names != nearest, f"{nearest} and smaller ones") if small else names
        together = f"{nearest} and smaller ones"
    names = names.where(~names.isin(small), together)
    return dict(_parts(frames, names, counted, least))


def _parts(
    frames: Frames, names: pd.Series, counted: pd.Series, least: int
) -> Iterator[tuple[str, Frames]]:
    for name in sorted(names.unique()):
        here = (names == name).to_numpy()
        if counted[here].sum() >= least:
            yield str(name), _of(frames, frames.people[here].reset_index(drop=True))


def _of(frames: Frames, people: pd.DataFrame) -> Frames:
    keys = set(people["person"])
    own: dict[str, Any] = {
        name: table[table["person"].isin(keys)].reset_index(drop=True)
        for name in OF_PEOPLE
        for table in (frames.table(name),)
    }
    # Other parts' rows are still rows of the source: an empty part is not a silent source.
    rows = {name: frames.size(name) for name in own}
    days = {name: found.of(people["person"]) for name, found in frames.days.items()}
    sites = set(people["site"])
    return replace(
        frames,
        people=people,
        **own,
        days=days,
        rows=dict(frames.rows) | rows,
        changes=tuple(change for change in frames.changes if _concerns(change, keys)),
        before_people=0,
        outages=tuple(o for o in frames.outages if o.site is None or o.site in sites),
    )


def _concerns(change: Change, keys: set[str]) -> bool:
    """Whether a change is of one of a part's people; of who went nobody knows the part any more."""
    return change.person in keys
