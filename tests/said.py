"""What the library can say: its messages as they stand in the program, with everything that can be filled in."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

from synthdial import errors
from synthdial.errors import SynthdialError

FILLED = "‹›"
"""Stands where a message is filled in with something that only a run knows."""

_MOST = 200  # ways to fill a message in
_ERRORS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, SynthdialError)
}


@cache
def tree(path: Path) -> ast.Module:
    """A program, read."""
    return ast.parse(path.read_text("utf-8"))


def raised(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the text of each message and hint of the errors of a program, in every way it can be put together.

    A text that only hands on what was said elsewhere is left out.
    """
    for function, call in _calls(tree(path)):
        if _name(call) in _ERRORS:
            for argument in call.args[:2]:
                for text in islice(_texts(argument, (function, tree(path))), _MOST):
                    if text.replace(FILLED, "").strip(" .:,"):
                        yield call.lineno, text


def texts(path: Path) -> Iterator[str]:
    """Every text that stands in a program."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(value.value if isinstance(value, ast.Constant) else FILLED for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _calls(node: ast.AST, function: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Every call, with the function it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function or node, child
        inside = child if isinstance(child, ast.FunctionDef) else function
        yield from _calls(child, inside)


def calls(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """The line and the texts of the last argument of each call of a function."""
    for function, call in _calls(tree(path)):
        if _name(call) == name and call.args:
            yield call.lineno, list(islice(_texts(call.args[-1], (function, tree(path))), _MOST))


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", "")) or "_"


def _texts(node: ast.AST, scopes: tuple[ast.AST, ...], within: frozenset[str] = frozenset()) -> list[str]:
    """What an expression can be, as a text; ``within`` are the names that are being looked up already."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            pieces = [_texts(value, scopes, within) for value in values]
            return ["".join(each) for each in islice(product(*pieces), _MOST)]
        case ast.FormattedValue(value=value, format_spec=None):
            return _texts(value, scopes, within)
        case ast.IfExp(body=body, orelse=orelse):
            return _texts(body, scopes, within) + _texts(orelse, scopes, within)
        case ast.BoolOp(op=ast.Or(), values=values):
            return [text for value in values for text in _texts(value, scopes, within) if text]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return [a + b for a, b in product(_texts(left, scopes, within), _texts(right, scopes, within))]
        case ast.Call(func=ast.Attribute(attr="strip", value=value), args=[]):
            return [text.strip() for text in _texts(value, scopes, within)]
        case ast.Starred(value=ast.Call(func=ast.Name(id=name))):
            return _returned(name, scopes, within)
        case ast.Call(func=ast.Name(id="nearest")):
            return ["", f"Did you mean '{FILLED}'?"]
        case ast.Call(func=ast.Name(id=name)):
            return _returned(name, scopes, within) or [FILLED]
        case ast.Name(id=name):
            return _assigned(name, scopes, within) or [FILLED]
    return [FILLED]


def _returned(name: str, scopes: tuple[ast.AST, ...], within: frozenset[str]) -> list[str]:
    for each in ast.walk(scopes[-1]):
        if isinstance(each, ast.FunctionDef) and each.name == name:
            inside = (each, *scopes[1:])
            given = [line.value for line in ast.walk(each) if isinstance(line, ast.Return) and line.value]
            values = [one for value in given for one in (value.elts if isinstance(value, ast.Tuple) else [value])]
            return [text for value in values for text in _texts(value, inside, within)]
    return []


def _assigned(name: str, scopes: tuple[ast.AST, ...], within: frozenset[str]) -> list[str]:
    if name in within:
        return []
    within |= {name}
    for scope in scopes:
        lines = list(ast.walk(scope)) if isinstance(scope, ast.FunctionDef) else list(ast.iter_child_nodes(scope))
        texts: list[str] = []
        for line in lines:
            if isinstance(line, ast.Assign):
                for target in line.targets:
                    for value in _given(target, line.value, name):
                        texts += _texts(value, scopes, within)
        for line in lines:
            if isinstance(line, ast.AugAssign) and isinstance(line.target, ast.Name) and line.target.id == name:
                texts = [a + b for a, b in product(texts, ["", *_texts(line.value, scopes, within)])]
        if texts:
            return texts
    return []


def _given(target: ast.AST, value: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a name is given in an assignment, which may be one of several at once."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        if isinstance(value, ast.IfExp):
            yield from _given(target, value.body, name)
            yield from _given(target, value.orelse, name)
        elif isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                yield from _given(one, other, name)
