"""`changeover judge`: judge documents again, without ledger, network or clock."""

import codecs
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gates.ahead import Ahead
from gates.case import Answer, Case, answer, read, refused
from gates.case import schema as case_schema
from gates.decision import Decision


class MalformedError(Exception):
    """Documents that could not be judged. The message says how many, or what is wrong."""


def judge(
    file: Annotated[
        Path | None, Parameter(help="One document, or JSON Lines; none: they come by stdin.")
    ] = None,
    *,
    schema: Annotated[
        bool, Parameter(negative="", help="Print the JSON Schema of a document and its answer.")
    ] = False,
    report: Annotated[
        bool, Parameter(negative="", help="Answer with the gate report, as Markdown.")
    ] = False,
) -> None:
    """Judge the document(s) of FILE, as `changeover evidence` writes them or anybody else.

    One document is answered with one, JSON Lines with a line for each; a malformed one is answered
    with its error, and the rest is judged all the same.
    """
    if schema:
        print(json.dumps(case_schema(), indent=2, ensure_ascii=False))
        return
    if file is None and sys.stdin.isatty():
        raise MalformedError("say which file to judge; --schema tells its form")
    text = sys.stdin.buffer.read() if file is None else file.read_bytes()
    text = text.removeprefix(codecs.BOM_UTF8)
    documents = documents_of(text)
    one = documents is None
    # In kind: a document on one line is answered on one, whichever of the two it was meant for.
    indent = 2 if one and b"\n" in text.strip() else None
    wrong = 0
    for line, document in [(1, text)] if documents is None else documents:
        case, found = judged(document, line)
        wrong += found.error is not None
        if report and case is not None and found.verdict is not None:
            print(reported(case, found))
        else:
            print(found.model_dump_json(indent=indent, exclude_none=True))
    if wrong:
        many = "its answer says what" if one else f"{wrong} of the documents; their answers say how"
        raise MalformedError(f"{file or 'stdin'}: malformed: {many}")


def judged(document: bytes, line: int = 1) -> tuple[Case | None, Answer]:
    """Judge one document; a malformed one is answered with its error."""
    try:
        case = read(document)
        if case.frames is None:
            return case, answer(case, case.readings or (), line)
        from gates.laying_out import readings_of

        return case, answer(case, readings_of(case), line)
    # A document may hold any number and any date: what they come to can be out of all bounds.
    except (ValueError, ArithmeticError) as error:
        return None, refused(error, line, _name(document))


def _name(document: bytes) -> str:
    """Give the name of a malformed document, where one can be read."""
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        return ""
    name = found.get("name") if isinstance(found, dict) else None
    return name if isinstance(name, str) else ""


def documents_of(text: bytes) -> Iterable[tuple[int, bytes]] | None:
    """Give the documents of JSON Lines with their line numbers; None: it is one document.

    One whole JSON text is one document. Else it is JSON Lines where more than one line begins
    with a brace in its first column, or one such line is whole: a document on several lines, as
    people lay it out, has neither.
    """
    try:
        json.loads(text)
    except ValueError:
        lines = text.splitlines()
        begun = [line for line in lines if line.startswith(b"{")]
        if len(begun) > 1 or any(map(_whole, begun)):
            return _numbered(lines)
    return None


def _whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _numbered(lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((n, line) for n, line in enumerate(lines, start=1) if line.strip())


def reported(case: Case, found: Answer) -> str:
    """Write an answer as its gate report."""
    from reports.forecast import expected
    from reports.gate import gate_report

    assert found.verdict is not None  # noqa: S101 - asked of an answer that has one
    decision = Decision(
        look=case.look,
        moment=case.moment,
        gate=case.gate,
        readings=found.readings or case.readings or (),
        changes=case.changes,
        earlier=case.earlier,
        ahead=_ahead(case),
        verdict=found.verdict,
    )
    said = {None: "", True: "As recorded.", False: "Not as recorded."}[found.as_recorded]
    return "\n".join(
        [
            gate_report(decision, case.moment.phase, expected=expected(decision)),
            *([f"{said}\n"] if said else []),
        ]
    )


def _ahead(case: Case) -> Ahead | None:
    """Give what the forecasts are made from; only frames need tables."""
    if case.frames is None:
        return case.ahead
    from gates.laying_out import ahead_in

    return ahead_in(case)
