"""What stands outside an encrypted archive in plain words, in English and Dutch."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.sealed import Sealed

_english = """\
ENCRYPTED ARCHIVE OF AN OLD SYSTEM: {rollout}

Made on {day}: {tables} tables, {rows} rows. Keep until: {keep}. (Nederlands: zie onder.)

What this is
  data/archive.tar.age   the archive, encrypted with age (https://age-encryption.org)
  opening-*.age          small files, one for each key, to show that its holder can open it
  sealed.json            the same as this page, for programs

Who can open it. Each of these keys alone; nobody without one of them, not even who made it:
{keys}
(The file knows one key more. It was made to prove that the archive opens, and kept nowhere.)

How. With the programs age, tar and sha256sum, and your private key in the file KEY:
  mkdir ../opened
  age -d -i KEY data/archive.tar.age | tar -x -C ../opened
  cd ../opened/{name}
  sha256sum -c manifest-sha256.txt
Then read README.txt there. Keep what came out as safe as what was encrypted.

Show that you can open it, before anybody relies on it:
  age -d -i KEY {first}
It tells you what to do with the word in it.

Has anything changed since? In this folder, without any key:
  sha256sum -c manifest-sha256.txt
  sha256sum -c tagmanifest-sha256.txt
Every line must say OK.{signed}
"""
_signed = """ Who made it, OpenSSL 3 tells:
  openssl pkeyutl -verify -pubin -inkey signer.pem -rawin \\
    -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig
  openssl pkey -pubin -in signer.pem -outform DER | sha256sum
The second line's number must be the one in the approval mail or in a report of the move."""

_dutch = """\
VERSLEUTELD ARCHIEF VAN EEN OUD SYSTEEM: {rollout}

Gemaakt op {day}: {tables} tabellen, {rows} rijen. Te bewaren tot: {keep}.

Wat dit is
  data/archive.tar.age   het archief, versleuteld met age (https://age-encryption.org)
  opening-*.age          kleine bestanden, één per sleutel, om te tonen dat de houder het kan openen
  sealed.json            hetzelfde als deze bladzijde, voor programma's

Wie het kan openen. Elk van deze sleutels alleen; niemand zonder, ook niet wie het heeft gemaakt:
{keys}
(Het bestand kent nog één sleutel. Die is gemaakt om te bewijzen dat het opengaat, en niet bewaard.)

Hoe. Met de programma's age, tar en sha256sum, en uw privésleutel in het bestand KEY:
  mkdir ../opened
  age -d -i KEY data/archive.tar.age | tar -x -C ../opened
  cd ../opened/{name}
  sha256sum -c manifest-sha256.txt
Lees daarna README.txt daar. Bewaar wat eruit kwam net zo veilig als wat versleuteld was.

Laat zien dat u het kunt openen, voordat iemand erop vertrouwt:
  age -d -i KEY {first}
Daarin staat wat u met het woord doet.

Is er sindsdien iets veranderd? In deze map, zonder sleutel:
  sha256sum -c manifest-sha256.txt
  sha256sum -c tagmanifest-sha256.txt
Elke regel moet OK zeggen.{signed}
"""
_ondertekend = """ Wie het heeft gemaakt, zegt OpenSSL 3:
  openssl pkeyutl -verify -pubin -inkey signer.pem -rawin \\
    -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig
  openssl pkey -pubin -in signer.pem -outform DER | sha256sum
Het nummer van de tweede regel moet dat uit de goedkeuringsmail of een rapport zijn."""

_opening = """\
You can open the archive of {rollout} with the key {name}. Say so, with your personal token in
CHANGEOVER_TOKEN, and it is recorded:

  changeover archive opened {word}

U kunt het archief van {rollout} openen met de sleutel {name}. Meld het, met uw persoonlijke token
in CHANGEOVER_TOKEN, dan wordt het vastgelegd:

  changeover archive opened {word}
"""


def text(sealed: "Sealed", name: str, *, signed: bool) -> str:
    """Give `README.txt`, English first; `name` is the folder's inside."""
    keep = sealed.keep_until.isoformat() if sealed.keep_until else None
    figures = {
        "rollout": sealed.rollout,
        "day": sealed.made_at.date().isoformat(),
        "tables": sealed.tables,
        "rows": sealed.rows,
        "name": name,
        "first": sealed.keys[0].opening,
        "keys": "\n".join(f"  {key.name}: {key.key}  ({key.opening})" for key in sealed.keys),
    }
    english = _english.format(
        **figures, keep=keep or "no date was set", signed=_signed if signed else ""
    )
    dutch = _dutch.format(
        **figures, keep=keep or "geen datum bepaald", signed=_ondertekend if signed else ""
    )
    return english + "\n" + "-" * 80 + "\n\n" + dutch


def opening_text(rollout: str, name: str, word: str) -> str:
    """Give what one key's holder reads who opens their small file."""
    return _opening.format(rollout=" ".join(rollout.split()), name=name, word=word)
