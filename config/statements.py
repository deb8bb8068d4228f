"""What a plan's SQL may be: a SELECT, or one statement that changes a value or a right.

The statement comes from the plan, so the guard is against a slip, a paste too many and a wrong
file. It reads words and does not parse SQL; what it cannot read for certain it refuses: comments,
backslashes, dollar quotes.
"""

import re


class UnfitStatementError(ValueError):
    """A statement that may not run. The message says what is wrong with it, and quotes no value."""


VERBS = ("UPDATE", "ALTER", "GRANT", "REVOKE")

_literal = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`""")
_unreadable = re.compile(r"--|/\*|\*/|\\|\$|#|'|\"|`")
_parameter = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")
_forbidden = {
    *("DELETE", "DROP", "TRUNCATE", "INSERT", "REPLACE", "MERGE", "CREATE", "COPY", "CALL", "DO"),
    *("EXEC", "EXECUTE", "ATTACH", "DETACH", "VACUUM", "PRAGMA", "LOAD", "INTO"),
}
_alterable = {"ROLE", "USER", "LOGIN", "DATABASE"}
_keyword = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def checked_update(statement: str, parameters: set[str]) -> str:
    """Give an UPDATE that may run; the error above where it is more, or lacks a parameter."""
    statement, words = _one_statement(statement)
    if words[:1] != ["UPDATE"]:
        raise UnfitStatementError(f"this switch must be an UPDATE, not {_verb(words)}")
    _refuse_words(words, _forbidden)
    found = _parameters(statement)
    if found != parameters:
        wanted = " and ".join(f":{name}" for name in sorted(parameters))
        raise UnfitStatementError(f"this UPDATE must have {wanted} and no other parameter")
    return statement


def checked_right(statement: str, value: str) -> str:
    """Give an ALTER, GRANT or REVOKE that may run, with :value put in as the bare word it is.

    Databases take no parameters in these. The error above where the value is more than one word.
    """
    statement, words = _one_statement(statement)
    if words[0] == "ALTER":
        if words[1:2] == [] or words[1] not in _alterable:
            allowed = ", ".join(sorted(_alterable))
            raise UnfitStatementError(
                f"a switch may ALTER only {allowed}: anything else may lose data"
            )
        _refuse_words(words, _forbidden | {"RENAME", "OWNER"})
    if not _parameters(statement) <= {"value"}:
        raise UnfitStatementError("this statement may have the parameter :value and no other")
    if not _keyword.fullmatch(value):
        raise UnfitStatementError(f"the value of {words[0]} must be one bare word")
    return _with_word(statement, value)


def is_update(statement: str) -> bool:
    """Tell whether a switch's statement sets a value; the error above where it is no such verb."""
    _, words = _one_statement(statement)
    if words[:1] == [] or words[0] not in VERBS:
        raise UnfitStatementError(f"a switch may only {', '.join(VERBS)}, not {_verb(words)}")
    return words[0] == "UPDATE"


def checked_select(statement: str, parameters: set[str]) -> str:
    """Give a SELECT that may be asked; the error above where it is anything else."""
    statement, words = _one_statement(statement, change=False)
    if words[:1] not in (["SELECT"], ["WITH"]):
        raise UnfitStatementError(f"only a SELECT may be asked, not {_verb(words)}")
    if parameters and _parameters(statement) != parameters:
        wanted = " and ".join(f":{name}" for name in sorted(parameters))
        raise UnfitStatementError(f"this SELECT must have {wanted} and no other parameter")
    return statement


def _one_statement(statement: str, *, change: bool = True) -> tuple[str, list[str]]:
    statement = statement.strip().removesuffix(";").rstrip()
    bare = _literal.sub(" ? ", statement)
    if ";" in bare:
        raise UnfitStatementError("there is more than one statement: one at a time")
    # A backslash inside a text ends it for one database and not for another.
    unreadable = _unreadable.search(bare + "".join(re.findall(r"\\", statement)))
    if change and unreadable:
        raise UnfitStatementError(
            f"{unreadable[0]} makes the statement hard to be sure of: write it without"
        )
    return statement, [word.upper() for word in re.findall(r"[A-Za-z_]\w*", bare)]


def _parameters(statement: str) -> set[str]:
    return {*_parameter.findall(_literal.sub(" ? ", statement))}


def _with_word(statement: str, word: str) -> str:
    """Put a word in for :value, but not inside quotes."""
    pieces = []
    done = 0
    for literal in _literal.finditer(statement):
        pieces += [_parameter.sub(word, statement[done : literal.start()]), literal[0]]
        done = literal.end()
    return "".join([*pieces, _parameter.sub(word, statement[done:])])


def _refuse_words(words: list[str], forbidden: set[str]) -> None:
    found = [word for word in words if word in forbidden]
    if found:
        raise UnfitStatementError(
            f"{found[0]} has no place in a switch: nothing may be deleted or made by it"
        )


def _verb(words: list[str]) -> str:
    return words[0] if words else "nothing"
