"""Who answers for a rollout: approvers, champions, who signs and who keeps, by a key of theirs.

They need not be among the people who move, so the ledger names them by a hash of their address:
the same in every process, and no address in names and logs.
"""

import hashlib
from collections.abc import Mapping

from config.names import Language
from config.plan import Plan
from rollout.people import Entry, Person

KEY_CHARACTERS = 12


def official_key(address: str) -> str:
    """Give the key of an address: `a` and 11 hexadecimal digits of its SHA-256."""
    return f"a{hashlib.sha256(address.lower().encode()).hexdigest()}"[:KEY_CHARACTERS]


def officials(plan: Plan) -> dict[str, str]:
    """Give everybody's address, as the plan writes it first, by key."""
    sites = plan.organisation.sites.values()
    champions = [site.champion for site in sites if site.champion]
    found: dict[str, str] = {}
    kept = plan.decommission.archive.keeper
    keepers = [kept.email] if kept else []
    for address in (*plan.approvers, plan.organisation.signed_by.email, *champions, *keepers):
        found.setdefault(official_key(address), address)
    return found


def address_of(plan: Plan, people: Mapping[str, Person], key: str) -> str | None:
    """Give the address of a step's person, who moves or decides; None where nobody is known."""
    person = people.get(key)
    return person.entry.email if person else officials(plan).get(key)


def entry_of(plan: Plan, people: Mapping[str, Person], address: str) -> Entry:
    """Give an official as the directory has them, else what the plan says of the address.

    A champion the directory does not know speaks the site's language, anybody else that of the
    first site; without a name they are greeted without one.
    """
    wanted = address.lower()
    for person in people.values():
        if person.entry.email.lower() == wanted and person.left_on is None:
            return person.entry
    organisation = plan.organisation
    of = [k for k, s in organisation.sites.items() if s.champion and s.champion.lower() == wanted]
    site = of[0] if of else next(iter(organisation.sites))
    signer = organisation.signed_by
    name = signer.name if signer.email.lower() == wanted else ""
    given, _, family = name.partition(" ")
    language: Language = organisation.sites[site].language
    return Entry(wanted, address, given, family, site, "", language)


def name_of(plan: Plan, people: Mapping[str, Person], address: str) -> str:
    """Give what people call an official: their name, else the address."""
    return entry_of(plan, people, address).name or address
