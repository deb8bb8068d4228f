"""Notices from templates: one subject, one plain text and one HTML text for one person.

Templates see `notices.words` and nothing else, in a sandbox; what a template names and is not
there, is an error, never an empty place in a mail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from config.names import Language, Notice
from notices import speaking
from notices import words as spoken_of
from notices.words import Words

TEMPLATES = Path(__file__).parent / "templates"
PARTS = ("subject.txt", "body.txt", "body.html")

NEEDS: Mapping[Notice, frozenset[str]] = {
    Notice.ANNOUNCEMENT: frozenset(),
    Notice.REMINDER: frozenset(),
    Notice.WELCOME: frozenset({"support"}),
    Notice.TRAINING: frozenset({"training"}),
    Notice.WEEKLY: frozenset({"week"}),
    Notice.SURVEY: frozenset({"survey"}),
    Notice.RESCHEDULING: frozenset({"rescheduled"}),
    Notice.ROLLBACK: frozenset({"rolled_back", "support"}),
    Notice.DECOMMISSION: frozenset({"decommissioning"}),
    Notice.THAW: frozenset(),
    Notice.CELEBRATION: frozenset({"celebrated"}),
    Notice.APPROVAL: frozenset({"approval"}),
    Notice.KEEPER: frozenset({"keeping"}),
    Notice.KEEPER_CHANGE: frozenset({"keeping"}),
    Notice.TOKEN: frozenset({"token"}),
}
"""The optional parts of Words each notice cannot do without."""


class MissingWords(ValueError):
    """A notice lacks something its text needs: give it, or send another notice."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words: `subject` is one line, `text` ends in a line break."""

    subject: str
    text: str
    html: str


def render(notice: Notice, language: Language, words: Words) -> Rendered:
    """Write a notice to one person in one language.

    Raises MissingWords where a part the notice needs is None or empty, ValueError for an address
    that is not http or https.
    """
    for need in NEEDS[notice]:
        if not getattr(words, need):
            msg = f"notice {notice}: words.{need} is missing; fill it in, or send another notice"
            raise MissingWords(msg)
    context = {name: getattr(words, name) for name in _NAMES}
    context["language"] = language
    try:
        subject = " ".join(_template(notice, language, "subject.txt").render(context).split())
        text = _template(notice, language, "body.txt").render(context)
        html = _template(notice, language, "body.html").render(context, subject=subject)
    except TemplateError as error:
        msg = f"notice {notice} in {language}: {error}; fill it in words, or correct the template"
        raise MissingWords(msg) from error
    return Rendered(subject, _tidied(text), html)


_NAMES = tuple(field.name for field in fields(Words))


def _tidied(text: str) -> str:
    """Leave at most one empty line between paragraphs, whatever optional parts were left out."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        stripped = line.rstrip()
        if stripped or lines[-1]:
            lines.append(stripped)
    return "\n".join(lines) + "\n"


def _said(value: object) -> object:
    """Let only words into a mail: no None, and no line break or control character in data."""
    if isinstance(value, str):
        return value if isinstance(value, Markup) else speaking.one_line(value)
    if value is None:
        msg = "a value is None where the text needs one"
        raise TemplateError(msg)
    return value


def _spoken(say: Callable[..., str]) -> Callable[..., str]:
    """Make a filter of a function whose last argument is the language of the mail."""

    @pass_context
    def filtered(context: Context, *values: object) -> str:
        if None in values:
            msg = f"a {say.__name__} is None where the text needs one"
            raise TemplateError(msg)
        return say(*values, context["language"])

    return filtered


_SPOKEN: dict[type, frozenset[str]] = {
    part: frozenset(field.name for field in fields(part))
    for part in vars(spoken_of).values()
    if isinstance(part, type) and is_dataclass(part)
}
"""What a template may read of each part of Words: its fields."""


_NOTHING: frozenset[str] = frozenset()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a short way to what is harmless: the fields of frozen words.

    Half of a notice's time went into asking of each of its hundred words whether it is safe.
    """

    def getattr(self, obj: object, attribute: str) -> object:
        """Give an attribute if a template may see it."""
        if attribute in _SPOKEN.get(type(obj), _NOTHING):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = _Sandbox(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        finalize=_said,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    for say in (speaking.day, speaking.full_day, speaking.moment, speaking.number):
        environment.filters[say.__name__] = _spoken(say)
    for plain in (speaking.phrase, speaking.opening, speaking.link):
        environment.filters[plain.__name__] = plain
    return environment


@cache
def _template(notice: Notice, language: Language, part: str) -> Template:
    """Give a compiled template; each is read and compiled once."""
    return _environment().get_template(f"{notice}/{language}/{part}.jinja")
