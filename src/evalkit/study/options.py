"""What a code cell says of its output in leading ``#|`` lines, as Quarto writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import yaml

from evalkit.yaml_file import load_yaml

_OPTION: Final = re.compile(r"^#\| ?(.*)$")


def read_options(source: str) -> tuple[dict[str, Any], str]:
    r"""Split a cell's leading ``#|`` lines, as Quarto writes them, from its code.

    Examples
    --------
    >>> read_options("#| label: fig-x\n#| fig-cap: A caption.\nplot()")
    ({'label': 'fig-x', 'fig-cap': 'A caption.'}, 'plot()')
    """
    lines = source.split("\n")
    n_options = 0
    while n_options < len(lines) and _OPTION.match(lines[n_options]):
        n_options += 1
    if not n_options:
        return {}, source
    written = tuple(lines[:n_options])
    return dict(_parse_options(written)), "\n".join(lines[n_options:]).lstrip("\n")


@lru_cache(maxsize=1000)
def _parse_options(lines: tuple[str, ...]) -> Mapping[str, Any]:
    text = "\n".join(line.removeprefix("#|").removeprefix(" ") for line in lines)
    try:
        options = load_yaml(text)
    except yaml.YAMLError:  # most often a colon inside an unquoted sentence: read line by line
        options = None
    if isinstance(options, dict):
        return options
    pairs = (line.removeprefix("#|").partition(":") for line in lines)
    return {key.strip(): value.strip().strip("\"'") for key, colon, value in pairs if colon}
