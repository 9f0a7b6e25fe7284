"""``evalkit completion SHELL``: a script that has a shell complete commands and their options."""

from __future__ import annotations

import argparse
from typing import Final

from evalkit.cli.command import Command, argument

SHELLS: Final = ("bash", "zsh", "tcsh")


def _complete(chosen: argparse.Namespace) -> int:
    """Print the script for a shell."""
    import shtab

    from evalkit.cli import make_parser

    print(shtab.complete(make_parser(), shell=chosen.shell))
    return 0


COMPLETION: Final = Command(
    name="completion",
    help="print a script that has your shell complete commands",
    description="Print a script that has your shell complete commands and options.",
    epilog="bash: evalkit completion bash > ~/.local/share/bash-completion/completions/evalkit. "
    "zsh: evalkit completion zsh > a folder of $fpath, as _evalkit. Then open a new shell.",
    arguments=(argument("shell", choices=SHELLS, help="your shell"),),
    run=_complete,
)
