"""Finds every sentence that a reader may meet: in Python, in templates, in scripts.

In Python these are the texts given to the functions that translate or mark one,
the message of every error of our own family, and the title of its class; in
templates ``_("…")``, in scripts ``t("…")``.
"""

import ast
import json
import pathlib
import re

PACKAGE = pathlib.Path(__file__).parents[1] / "gridmgr"
SCRIPTS = PACKAGE.parent / "static" / "js"
MARKS = {"N_", "_", "translate"}
SPEAKING = {
    "words",
    "say",
    "step",
    "progress",
}  # how commands and long jobs speak; elsewhere these names mean other things
SPEAKERS = {"cli", "services"}
FIELD = re.compile(r"\{[^}]*\}")
IN_TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
IN_SCRIPT = re.compile(r"""(?<![\w.])(?:t|N_)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`)""")


def everywhere():
    """Return all sentences, each with the places it stands at."""
    found = {}
    for file, texts in by_file():
        for text in filter(is_sentence, texts):
            found.setdefault(text, []).append(file.name)
    return found


def is_sentence(text):
    """Tell whether ``text`` has words of its own beside its fields; the names of the languages are none."""
    return text not in ("en", "zh") and any(letter.isalpha() for letter in FIELD.sub("", text))


def by_file():
    """Yield each file with its sentences."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(PACKAGE.rglob("*.py"))}
    errors = family(trees.values())
    for file, tree in trees.items():
        speaking = SPEAKING if file.relative_to(PACKAGE).parts[0] in SPEAKERS else set()
        yield file, in_python(tree, errors | speaking, titles=errors)
    for file in sorted((PACKAGE / "web" / "templates").rglob("*.*")):
        yield file, in_text(file, IN_TEMPLATE)
    for file in sorted(SCRIPTS.rglob("*.js")):
        yield file, in_text(file, IN_SCRIPT)


def family(trees):
    """Return the names of the error classes that descend from ours."""
    parents = {
        node.name: {last_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    errors = {"GridmgrError"}
    while more := {name for name, above in parents.items() if above & errors} - errors:
        errors |= more
    return errors


def in_python(tree, callers, titles=frozenset()):
    """Yield what a module gives to one of ``callers`` or to a mark, and the titles of its errors."""
    callers = MARKS | callers
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in callers:
            yield from literals(node.args[:1])
        elif isinstance(node, ast.ClassDef) and node.name in titles:
            yield (ast.get_docstring(node) or "").split("\n")[0]
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            yield from listed(node, callers)


def last_name(node):
    """Return the name that is called: ``say`` of ``printing.say``."""
    return getattr(node, "attr", None) or getattr(node, "id", None)


def literals(nodes):
    """Yield the texts that stand in ``nodes``, on both sides of a condition too."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from literals([node.body, node.orelse])


def listed(node, callers):
    """Yield the texts of ``[words(c) for c in ("…", "…")]``."""
    source = node.generators[0].iter
    if (
        isinstance(node.elt, ast.Call)
        and last_name(node.elt.func) in callers
        and isinstance(source, ast.Tuple | ast.List)
    ):
        yield from literals(source.elts)


def in_text(file, pattern):
    """Yield the sentences of a template or a script."""
    for quoted in pattern.findall(file.read_text(encoding="utf-8")):
        yield unquoted(quoted)


def unquoted(quoted):
    """Return the text inside the quotation marks, its escapes resolved."""
    inside = quoted[1:-1].replace("\\'", "'").replace("\\`", "`")
    return json.loads('"' + (inside.replace('"', '\\"') if quoted[0] != '"' else inside) + '"')
