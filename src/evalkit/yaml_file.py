"""YAML files that people write, read strictly: with the line of every key, and no key twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from evalkit.errors import EvalkitError

#: Keys and positions that lead from the top of a file to a place in it.
Place = tuple[str | int, ...]

#: A fault: where in the file, and what is wrong.
Found = tuple[Place, str]

_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[\dTt:. +-]*")

#: What is meant by what the parser says, by a pattern of that.
_MEANINGS: Final = {
    r"'\\t'": "a tab stands there, where only spaces may indent. Put spaces instead",
    r"expected\s',' or": "a bracket that opens on line {since} is not closed. Close it",
    r"unknown\sescape": "a backslash stands in double quotes. Use single quotes",
    r"a\squoted scalar": "a quote that opens on line {since} is not closed. Close it",
    r"mapping\svalues": "a colon stands where no key can. Look at the indentation and at the line above, and "
    "put a text with a colon in quotes",
    r"expected\s':'": "a key has no colon. Write one after it, and a space",
    r"expected\s<block end>": "this line is not indented like those above it. Align it with them",
    r"another\sdocument": "a second document begins. Leave one in the file",
    r"undefined\salias": "a text begins with *. Put it in quotes",
    r"constructor\sfor": "a text begins with !. Put it in quotes",
    r"cannot\sstart": "a text begins with a character that YAML keeps for itself. Put it in quotes",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YamlFile:
    """What a YAML file holds.

    Attributes
    ----------
    content
        Its values; None where it is empty.
    repeated
        Keys that stand twice in one mapping, of which YAML would silently keep the last.
    node
        The same content with its places in the file.
    """

    content: Any
    repeated: tuple[Found, ...]
    node: yaml.Node | None

    def find_line(self, where: Place) -> int:
        """Return the line on which the deepest part of a place that exists in the file starts."""
        node = self.node
        line = node.start_mark.line + 1 if node is not None else 1
        for key in where:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                line = node.start_mark.line + 1
            elif isinstance(node, yaml.MappingNode):
                pairs = [(name, child) for name, child in node.value if name.value == str(key)]
                if not pairs:
                    break
                line, node = pairs[-1][0].start_mark.line + 1, pairs[-1][1]
            else:
                break
        return line


def read_yaml(path: Path, name: str, error: type[EvalkitError]) -> YamlFile:
    """Read a YAML file, or say in one message why it cannot be read, and where.

    Parameters
    ----------
    name
        What messages call the file.
    error
        What is raised.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content, node = _parse(text)
        return YamlFile(content=content, repeated=tuple(_find_repeated(node)), node=node)
    except OSError as problem:
        raise error(f"{name} cannot be read: {problem.strerror}. Check its path and permissions.") from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise error(
            f"{name} is not UTF-8 (byte {problem.start + 1}, line {line}). Save it as UTF-8 in your editor."
        ) from None
    except yaml.YAMLError as problem:
        raise error(f"{name} is not YAML: {_explain(problem)}.") from None
    except ValueError:
        line, found = _find_wrong_date(text)
        raise error(f"{name}: line {line} holds a date that does not exist: '{found}'. Mend it.") from None
    except RecursionError:
        raise error(f"{name} cannot be read: it is nested too deeply, or refers to itself.") from None


def load_yaml(text: str) -> Any:
    """Return the values of a YAML text.

    Raises
    ------
    yaml.YAMLError
        If it is none.
    """
    return _parse(text)[0]


def _parse(text: str) -> tuple[Any, yaml.Node | None]:
    """Return the values of a text and its nodes, by libyaml where it is there: ten times as fast.

    What is wrong is found out in Python, whose words are the same everywhere.
    """
    if fast := getattr(yaml, "CSafeLoader", None):
        with suppress(yaml.YAMLError):
            return _load(fast(text))
    return _load(yaml.SafeLoader(text))


def _load(loader: Any) -> tuple[Any, yaml.Node | None]:
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()


def _explain(problem: yaml.YAMLError) -> str:
    """Say where a file stops being YAML and what to do; what is rare is said in the parser's own words."""
    words = [getattr(problem, name, None) for name in ("context", "problem")]
    said = ": ".join(filter(None, words)) or str(problem).splitlines()[0]
    meaning = next((text for pattern, text in _MEANINGS.items() if re.search(pattern, said)), "")
    mark = getattr(problem, "problem_mark", None)
    if mark is None or not meaning:
        place = f"line {mark.line + 1}: " if mark else ""
        return f"{place}its parser says {said!r}. Mind the indentation, the brackets and the quotes"
    since = (getattr(problem, "context_mark", None) or mark).line + 1
    line, column, told = mark.line + 1, mark.column + 1, meaning.format(since=since)
    return f"line {line}, column {column}: {told}"


def _find_wrong_date(text: str) -> tuple[int, str]:
    """Return the line of the first date that no calendar has, and the date."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in map(str.strip, _DATE.findall(line)):
            try:
                load_yaml(found)
            except ValueError:
                return number, found
    return 1, ""


def _find_repeated(node: yaml.Node | None, where: Place = ()) -> list[Found]:
    found: list[Found] = []
    if isinstance(node, yaml.MappingNode):
        counts = Counter(str(key.value) for key, _ in node.value)
        found += [((*where, key), f"key {key!r} stands twice") for key, n in counts.items() if n > 1]
        for key, child in node.value:
            found += _find_repeated(child, (*where, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            found += _find_repeated(child, (*where, i))
    return found


def describe_faults(file: YamlFile, name: str, found: Sequence[Found], remedy: str) -> str:
    """Write faults as one message: how many, and each with its line and its keys."""
    lines = [f"{len(found)} fault{'s' if len(found) > 1 else ''} in {name}:"]
    lines += [f"  line {line}, {text}" for line, text in list_faults(file, found)]
    return "\n".join([*lines, remedy])


def list_faults(file: YamlFile, found: Sequence[Found]) -> list[tuple[int, str]]:
    """Return the line of each fault, and what is wrong, its keys before it."""
    return [(file.find_line(where), f"{_path(where) or 'the file'}: {text}") for where, text in found]


def _path(where: Place) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in where).removeprefix(".")
