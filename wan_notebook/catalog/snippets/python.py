"""Python code: the create call in it, by requests or another HTTP client, by the official SDK, or by ours."""

import ast
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.snippets.body import Body
from wan_notebook.catalog.snippets.calls import Given, create_call
from wan_notebook.catalog.snippets.statements import statements
from wan_notebook.catalog.snippets.values import Names, UnknownValueError
from wan_notebook.catalog.texts import text


def read_python(written: str) -> Body | Given:
    """Return what the first create call in Python code sends; the code is not run.

    Read are calls of an HTTP client with a JSON body, `VideoSynthesis.call` and `async_call` of the official
    SDK, `wan.generate` and `wan.Request`, with values written out or in names set before. Keys, addresses,
    headers and everything else are passed over.

    Raises:
        SettingError: there is no such call, or one of its values is not written out.
    """
    reader = _Reader()
    try:
        for statement in statements(written):
            reader.visit(statement)
            if reader.found is not None:
                return reader.found
    except RecursionError:
        pass
    if reader.unknown is not None:
        raise SettingError(text("catalog.snippet.unknown", value=reader.unknown))
    raise SettingError(text("catalog.snippet.python"))


class _Reader(ast.NodeVisitor):
    """Goes through statements in order and keeps what names stand for.

    Attributes:
        found: what the first create call sends.
        unknown: an expression in a create call that only running the code would tell, the first of them.
    """

    def __init__(self) -> None:
        self.found: Body | Given | None = None
        self.unknown: str | None = None
        self._names = Names()

    def visit(self, node: ast.AST) -> None:
        """Look at a node, unless the call was found."""
        if self.found is None:
            super().visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Note what a name or an entry is set to."""
        self.generic_visit(node)
        for target in node.targets:
            self._set(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Note what an annotated name is set to."""
        self.generic_visit(node)
        if node.value is not None:
            self._set(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Note what a name is set to inside an expression."""
        self.generic_visit(node)
        self._set(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Note what is added to a name."""
        self.generic_visit(node)
        self._set(node.target, ast.BinOp(node.target, node.op, node.value))

    def visit_Expr(self, node: ast.Expr) -> None:
        """Forget a name whose value a method call may have changed (`payload.update(…)`)."""
        self.generic_visit(node)
        called = node.value.func if isinstance(node.value, ast.Call) else None
        if isinstance(called, ast.Attribute):
            self._forget(called.value)

    def visit_arguments(self, node: ast.arguments) -> None:
        """Note the defaults of a function's arguments; the others are not known."""
        positional = [*node.posonlyargs, *node.args]
        bare = [None] * (len(positional) - len(node.defaults))
        defaults = [*bare, *node.defaults, *node.kw_defaults]
        for argument, default in zip([*positional, *node.kwonlyargs], defaults, strict=True):
            if default is None:
                self._names.forget(argument.arg)
            else:
                self._set(ast.Name(argument.arg, ast.Store()), default)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Forget what changes from turn to turn."""
        self._forget(node.target)
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        """Look at what changes from turn to turn before what is made of it."""
        for generator in node.generators:
            self.visit(generator)
        self.visit(node.elt)

    def visit_For(self, node: ast.For) -> None:
        """Forget what changes from turn to turn."""
        self._forget(node.target)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Take a create call, else look for one among the arguments."""
        try:
            self.found = create_call(node, self._names)
        except UnknownValueError as unknown:
            self.unknown = self.unknown or str(unknown)
        self.generic_visit(node)

    def _set(self, target: ast.expr, value: ast.expr) -> None:
        try:
            known = self._names.value(value)
        except UnknownValueError as unknown:
            self._forget(target, str(unknown))
            return
        if isinstance(target, ast.Name):
            self._names.set(target.id, known)
        elif isinstance(target, ast.Subscript):
            self._set_entry(target, known)
        else:
            self._forget(target)

    def _set_entry(self, target: ast.Subscript, known: Any) -> None:
        try:
            self._names.value(target.value)[self._names.value(target.slice)] = known
        except (UnknownValueError, TypeError, IndexError):
            self._forget(target)

    def _forget(self, target: ast.expr, reason: str | None = None) -> None:
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                self._names.forget(part.id, reason)
