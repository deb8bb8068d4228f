import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2.exceptions import SecurityError

from config.names import Language, Notice
from notices import rendering
from notices.preview import sample_words
from notices.rendering import NEEDS, PARTS, TEMPLATES, MissingWords, Rendered, render
from notices.words import AccountFate, OldSystem, Week, Words

EVERY = [(notice, language) for notice in Notice for language in Language]
OPTIONAL = (
    "support",
    "training",
    "buddy",
    "survey",
    "rescheduled",
    "rolled_back",
    "decommissioning",
    "celebrated",
    "week",
    "approval",
    "keeping",
    "token",
)
EN, NL = Language.EN, Language.NL
HTML_OCTETS_MAX = 15_000

# What a person cannot do without, per notice and language: of text and HTML alike.
WANTED: dict[Notice, dict[Language, tuple[str, ...]]] = {
    Notice.ANNOUNCEMENT: {
        EN: ("Tuesday 17 March", "10:00 (Port of Spain time)", "https://intranet.example/atlas/en"),
        NL: ("dinsdag 17 maart", "10.00 uur (tijd in Paramaribo)", "https://intranet.example"),
    },
    Notice.REMINDER: {
        EN: ("Tuesday 17 March", "Andre Baptiste", "https://intranet.example/atlas/en"),
        NL: ("dinsdag 17 maart", "Andre Baptiste", "https://intranet.example/atlas/nl"),
    },
    Notice.WELCOME: {
        EN: ("https://atlas.example", "enter one order", "with your Acme password", "Monday 2 Mar"),
        NL: ("https://atlas.example", "voer één order in", "met uw wachtwoord", "maandag 2 maart"),
    },
    Notice.TRAINING: {
        EN: ("Tuesday 17 March, 10:00", "75 minutes", "Room 2", "https://meet.example/atlas"),
        NL: ("dinsdag 17 maart, 10.00", "75 minuten", "Zaal 2", "https://meet.example/atlas"),
    },
    Notice.WEEKLY: {
        EN: ("30 of 60", "press / anywhere", "https://atlas.example"),
        NL: ("30 van de 60", "druk op / om", "https://atlas.example"),
    },
    Notice.SURVEY: {
        EN: ("https://survey.example/en/k7", "Friday 27 March"),
        NL: ("https://survey.example/nl/k7", "vrijdag 27 maart"),
    },
    Notice.RESCHEDULING: {
        EN: ("Tuesday 17 March", "Tuesday 10 March", "another week"),
        NL: ("dinsdag 17 maart", "dinsdag 10 maart", "nog een week nodig"),
    },
    Notice.ROLLBACK: {
        EN: ("Kantoor", "orders above SRD 10,000", "nothing in it is deleted"),
        NL: ("Kantoor", "orders boven SRD 10.000", "niets uit verwijderd"),
    },
    Notice.DECOMMISSION: {
        EN: ("Monday 13 April", "Monday 27 April", "it@acme.example", "31 December 2036"),
        NL: ("maandag 13 april", "maandag 27 april", "it@acme.example", "31 december 2036"),
    },
    Notice.THAW: {
        EN: ("Kantoor", "nothing in it is lost", "new dates"),
        NL: ("Kantoor", "niets uit verloren", "nieuwe data"),
    },
    Notice.CELEBRATION: {
        EN: ("60 people", "52", "7 weeks", "price is looked up once"),
        NL: ("60 mensen", "52", "7 weken", "prijs zoekt u nog maar één keer op"),
    },
    Notice.APPROVAL: {
        EN: ("R. Sital", "30 people", "adopted 17 of 21", "changeover approve 4c1e77a0b6d2"),
        NL: ("R. Sital", "30 mensen", "tevredenheid 7,4", "changeover approve 4c1e77a0b6d2"),
    },
    Notice.KEEPER: {
        EN: ("head of finance", "31 December 2036", "archive verify acme-crm", "ops.age.pub"),
        NL: ("hoofd financiën", "31 december 2036", "archive verify acme-crm", "ops.age.pub"),
    },
    Notice.KEEPER_CHANGE: {
        EN: ("company secretary", "acme-crm-2026-04-27", "your calendar", "hand it on"),
        NL: ("directiesecretaris", "acme-crm-2026-04-27", "uw agenda", "geef die door"),
    },
    Notice.TOKEN: {
        EN: ("EXAMPLE-NOT-A-TOKEN", "run `changeover approve`"),
        NL: ("EXAMPLE-NOT-A-TOKEN", "typ `changeover approve`"),
    },
}


class Readable(HTMLParser):
    """Words and addresses of a page, and whether each element that is opened is closed."""

    VOID = frozenset({"meta", "br", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.words, self.open = "", list[str]()
        self.tags, self.attributes = list[str](), list[tuple[str, str | None]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.words += " ".join(value or "" for name, value in attrs if name == "href")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> Readable:
    page = Readable()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def without(words: Words, part: str) -> Words:
    left_out: Any = {part: () if part == "support" else None}
    return replace(words, **left_out)


def everything(rendered: Rendered) -> str:
    return rendered.subject + rendered.text + rendered.html


def test_folders_of_templates_are_the_notices_and_languages() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert folders == {notice.value for notice in Notice}
    for notice in Notice:
        languages = {path.name for path in (TEMPLATES / notice).iterdir()}
        assert languages == {language.value for language in Language}
        for language in Language:
            files = {path.name for path in (TEMPLATES / notice / language).iterdir()}
            assert files == {f"{part}.jinja" for part in PARTS}


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_text_and_html_hold_what_a_person_needs(notice: Notice, language: Language) -> None:
    words = sample_words(language)
    rendered = render(notice, language, words)
    for wanted in (*WANTED[notice][language], words.person.given_name, "Renuka Sital"):
        # A phrase may begin with a capital where it opens a line.
        assert wanted.casefold() in rendered.text.casefold()
        assert wanted.casefold() in read(rendered.html).words.casefold()


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_nothing_is_left_unrendered(notice: Notice, language: Language) -> None:
    rendered = render(notice, language, sample_words(language))
    assert not re.search(
        r"[{}]|None|Undefined|\bTrue\b|\bFalse\b", rendered.subject + rendered.text
    )
    assert not re.search(r"\{\{|\}\}|\{%|None|Undefined", rendered.html)
    assert "\n" not in rendered.subject
    assert "\n\n\n" not in rendered.text
    assert not re.search(r" \n|  |\.\.|\s[,.;:]", rendered.text)


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_html_is_small_and_closed_and_loads_nothing(notice: Notice, language: Language) -> None:
    html = render(notice, language, sample_words(language)).html
    page = read(html)
    assert len(html.encode()) < HTML_OCTETS_MAX
    assert ("lang", language.value) in page.attributes
    assert not {"img", "script", "link", "iframe", "style"} & set(page.tags)
    assert "url(" not in html
    assert page.tags.count("h1") == 1


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_each_part_is_needed_or_may_be_left_out(notice: Notice, language: Language) -> None:
    for part in OPTIONAL:
        words = without(sample_words(language), part)
        if part in NEEDS[notice]:
            with pytest.raises(MissingWords, match=rf"{notice}: words\.{part} is missing"):
                render(notice, language, words)
        else:
            assert "None" not in everything(render(notice, language, words))


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_only_the_needed_parts_are_enough(notice: Notice, language: Language) -> None:
    words = sample_words(language)
    words = replace(
        words, tool=replace(words.tool, url=None, sign_in=None, first_task=None, quick_start=None)
    )
    for part in OPTIONAL:
        if part not in NEEDS[notice]:
            words = without(words, part)
    rendered = render(notice, language, words)
    assert "None" not in everything(rendered)
    assert "\n\n\n" not in rendered.text
    read(rendered.html)


def test_a_part_the_template_names_and_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    # Even where NEEDS forgets it: the template itself is strict.
    monkeypatch.setattr(rendering, "NEEDS", dict.fromkeys(Notice, frozenset()))
    for notice, needs in NEEDS.items():
        for part in needs - {"support"}:
            with pytest.raises(MissingWords, match=f"notice {notice} in nl"):
                render(notice, NL, without(sample_words(NL), part))


def test_a_value_that_is_none_never_becomes_the_word_none() -> None:
    words = sample_words(EN)
    survey = replace(words.survey, url=None)  # type: ignore[type-var]
    with pytest.raises(MissingWords, match="None where the text needs"):
        render(Notice.SURVEY, EN, replace(words, survey=survey))
    rescheduled = replace(words.rescheduled, new_launch=None)  # type: ignore[type-var]
    with pytest.raises(MissingWords, match="None where the text needs"):
        render(Notice.RESCHEDULING, EN, replace(words, rescheduled=rescheduled))


def hostile(words: Words, text: str) -> Words:
    assert words.approval is not None
    assert words.week is not None
    assert words.phase is not None
    return replace(
        words,
        organisation=text,
        person=replace(words.person, given_name=text, full_name=text),
        signer=replace(words.signer, name=text),
        tool=replace(words.tool, name=text, benefit=text, problem=text, first_task=text),
        old_system=OldSystem(text),
        phase=replace(words.phase, title=text, site=text),
        approval=replace(words.approval, what=text, requester=text, evidence=(text,)),
        week=replace(words.week, tip=text, known_issues=(text,), office_hours=text),
        support=tuple(replace(tier, title=text, how=text) for tier in words.support),
    )


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_data_are_escaped_in_html(notice: Notice, language: Language) -> None:
    words = hostile(sample_words(language), '<script>alert("x")</script>&')
    page = read(render(notice, language, words).html)
    assert "script" not in page.tags
    assert '<script>alert("x")</script>&' in page.words


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_data_cannot_start_a_line_or_a_template(notice: Notice, language: Language) -> None:
    clean = render(notice, language, hostile(sample_words(language), "a b {{ 7*7 }}"))
    dirty = render(
        notice, language, hostile(sample_words(language), "a\r\n\u2028\x00\u202eb {{ 7*7 }}")
    )
    assert "a b {{ 7*7 }}" in dirty.text
    assert dirty.text == clean.text
    assert dirty.subject == clean.subject
    assert "\n" not in dirty.subject


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://", "/relative"]
)
def test_a_button_leads_only_to_the_web(url: str) -> None:
    words = sample_words(EN)
    with pytest.raises(ValueError, match=r"cannot stand in a mail; give http"):
        render(Notice.WELCOME, EN, replace(words, tool=replace(words.tool, url=url)))


def test_an_address_with_a_token_is_not_repeated_in_an_error() -> None:
    words = sample_words(EN)
    survey = replace(words.survey, url="ftp://survey.example/SECRET")  # type: ignore[type-var]
    with pytest.raises(ValueError, match="scheme 'ftp'") as caught:
        render(Notice.SURVEY, EN, replace(words, survey=survey))
    assert "SECRET" not in str(caught.value)
    assert "k7" not in repr(words)
    assert "EXAMPLE-NOT-A-TOKEN" not in repr(words)


def test_templates_run_in_a_sandbox() -> None:
    hostile_template = rendering._environment().from_string("{{ person.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        hostile_template.render(person=sample_words(EN).person)


def test_a_template_is_compiled_once() -> None:
    first = rendering._template(Notice.WELCOME, EN, "body.html")
    assert rendering._template(Notice.WELCOME, EN, "body.html") is first


@pytest.mark.parametrize(
    ("language", "closed", "kept"),
    [
        (EN, "nothing in it is deleted", "it stays as it was"),
        (NL, "uitgeschakeld", "zoals het was"),
    ],
)
def test_rollback_tells_what_happens_to_the_account(
    language: Language, closed: str, kept: str
) -> None:
    words = sample_words(language)
    for fate, said, unsaid in (
        (AccountFate.CLOSED, closed, kept),
        (AccountFate.KEPT, kept, closed),
    ):
        rolled_back = replace(words.rolled_back, account=fate)  # type: ignore[type-var]
        rendered = render(Notice.ROLLBACK, language, replace(words, rolled_back=rolled_back))
        for body in (rendered.text, rendered.html):
            assert said in body
            assert unsaid not in body


@pytest.mark.parametrize("notice", [Notice.ANNOUNCEMENT, Notice.REMINDER, Notice.WELCOME])
@pytest.mark.parametrize(("language", "promise"), [(EN, "stays open"), (NL, "gewoon open")])
def test_the_old_system_is_not_said_to_stay_open_where_it_becomes_read_only(
    notice: Notice, language: Language, promise: str
) -> None:
    words = sample_words(language)
    read_only = replace(words, old_system=OldSystem("Kantoor", read_only_after_launch=True))
    for body in ("text", "html"):
        assert promise in getattr(render(notice, language, words), body)
        assert promise not in getattr(render(notice, language, read_only), body)


@pytest.mark.parametrize(
    ("language", "moved", "people", "subject"),
    [
        (EN, 1, 5, "Atlas, week 1: 1 of 5 people have moved"),
        (NL, 1, 5, "Atlas, week 1: 1 van de 5 mensen is over"),
        (EN, 1200, 12000, "Atlas, week 1: 1,200 of 12,000 people have moved"),
        (NL, 1200, 12000, "Atlas, week 1: 1.200 van de 12.000 mensen zijn over"),
        (EN, 1, 1, "Atlas, week 1: everyone has moved"),
        (NL, 5, 5, "Atlas, week 1: iedereen is over"),
    ],
)
def test_numbers_agree_with_their_words(
    language: Language, moved: int, people: int, subject: str
) -> None:
    words = replace(sample_words(language), week=Week(1, moved, people))
    assert render(Notice.WEEKLY, language, words).subject == subject


def test_a_session_at_a_naive_time_is_refused() -> None:
    training = sample_words(EN).training
    assert training is not None
    with pytest.raises(ValueError, match="naive"):
        replace(training, starts=datetime(2026, 3, 17, 10))  # noqa: DTZ001 - the point
