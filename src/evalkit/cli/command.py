"""What a command of the command line is: its arguments, what it does, and what its exit code says."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from evalkit.vocabulary import LANGUAGES

INTERRUPTED: Final = 130
EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 a report failed; 2 bad usage or input, nothing was written; 130 interrupted."
)


@dataclass(frozen=True)
class Argument:
    """One argument: its names, and what argparse is told of it."""

    names: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class OneOf:
    """Arguments that exclude each other."""

    arguments: tuple[Argument, ...]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command: what its help says, its arguments, and the function that does it.

    Attributes
    ----------
    run
        Takes the arguments that were given and returns the exit code.
    """

    name: str
    help: str
    description: str
    epilog: str = ""
    arguments: tuple[Argument | OneOf, ...] = ()
    run: Callable[[argparse.Namespace], int]

    def add_to(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Add it to the commands that a parser knows."""
        parser = commands.add_parser(
            self.name,
            help=self.help,
            description=self.description,
            epilog=self.epilog or None,
            allow_abbrev=False,
        )
        for item in self.arguments:
            group = parser.add_mutually_exclusive_group() if isinstance(item, OneOf) else parser
            for one in item.arguments if isinstance(item, OneOf) else (item,):
                group.add_argument(*one.names, **one.options)
        parser.set_defaults(run=self.run)


def argument(*names: str, **options: Any) -> Argument:
    """Return an argument of a command.

    Examples
    --------
    >>> argument("--jobs", type=int).names
    ('--jobs',)
    """
    return Argument(names, options)


def several(*names: str, **options: Any) -> Argument:
    """Return an option that takes one value or more, and may be given more than once."""
    return argument(*names, action="extend", nargs="+", default=[], **options)


#: The arguments that commands have in common.
STUDIES: Final = argument(
    "studies",
    metavar="STUDY",
    nargs="*",
    help="name or folder; by default all in data/, or outside a clone those of the current folder",
)
LANG: Final = argument("--lang", choices=LANGUAGES, default="en", help="language (default: en)")
SCHEDULER: Final = argument("--scheduler", metavar="ADDRESS", help="use the workers of this Dask scheduler")


def jobs(what: str) -> Argument:
    """Return the option that says how many of something run at a time."""
    return argument("--jobs", metavar="N", type=int, default=2, help=f"{what} (default: 2)")


def complain(message: str) -> None:
    """Say what is wrong; a number of a person that some file or option holds is not repeated."""
    from evalkit.rules import mask_nip

    print(mask_nip(f"evalkit: {message}"), file=sys.stderr)
