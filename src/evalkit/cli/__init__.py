"""The command line: thin; what its commands do stands in ``study`` and ``lab``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from textwrap import fill
from typing import Final

from evalkit import __version__
from evalkit.cli.audit import AUDIT
from evalkit.cli.beginnings import CHECK, NEW
from evalkit.cli.catalogue import METHODS, PARAMETERS
from evalkit.cli.command import EXIT_CODES, INTERRUPTED, complain
from evalkit.cli.completion import COMPLETION
from evalkit.cli.export import EXPORT
from evalkit.cli.importing import IMPORT
from evalkit.cli.laboratory import ADVISE, DIAGNOSE, SIMULATE
from evalkit.cli.reports import PACK, RUN, VERIFY
from evalkit.errors import EvalkitError, UsageError
from evalkit.processes import heeding_every_interrupt

#: All commands, as the help lists them.
COMMANDS: Final = (
    *(NEW, IMPORT, CHECK, RUN, EXPORT, VERIFY, PACK, AUDIT),
    *(SIMULATE, DIAGNOSE, METHODS, ADVISE, PARAMETERS, COMPLETION),
)
_EXAMPLES: Final = """\
for example:
  evalkit audit survey.xlsx            what a sheet records, against the same recomputed
  evalkit run judges --only profiles   one report of a study that is shipped
  evalkit run judges --lang id         its reports in Indonesian
  evalkit verify judges                compute its published numbers anew, and compare
  evalkit COMMAND --help               what a command takes, with examples"""
_ON_WINDOWS: Final = (
    "evalkit needs Linux or macOS. Windows has a Linux inside: run 'wsl --install' once, restart, open "
    "Ubuntu from the start menu, and install and run evalkit there."
)
_AS_THEY_WERE: Final = "interrupted; reports that were not finished are as they were."
_QUERY_STOPPED: Final = "Query interrupted"  # what DuckDB makes of Ctrl-C

__all__ = ["COMMANDS", "main", "make_parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; a user's mistake gives a message, never a traceback."""
    chosen = argparse.Namespace()
    try:
        _refuse_windows()
        chosen = make_parser().parse_args(arguments)
        with heeding_every_interrupt():
            return int(chosen.run(chosen))
    except EvalkitError as error:
        complain(_say(error, chosen))
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as stop:
        said = str(stop)
        if isinstance(stop, RuntimeError) and said != _QUERY_STOPPED:
            raise
        complain(_AS_THEY_WERE if said in ("", _QUERY_STOPPED) else said)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        complain(f"may not write or read {error.filename}; check its permissions")
        return EvalkitError.exit_code
    except OSError as error:  # a full disk, a name that is too long, a file where a folder should be
        complain(f"the system refuses {error.filename or 'to go on'}: {error.strerror}")
        return EvalkitError.exit_code


def _say(error: EvalkitError, chosen: argparse.Namespace) -> str:
    """Return what is wrong, in Indonesian where that was asked for."""
    if getattr(chosen, "lang", "") != "id":
        return str(error)
    from evalkit.present.wording.refusals import say_refusal

    return say_refusal(str(error), "id")


def _refuse_windows() -> None:
    """Say where it runs instead: locks and forked processes are what Windows has not."""
    if sys.platform == "win32":
        raise UsageError(_ON_WINDOWS)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="evalkit",
        description="Compare ways of evaluating the performance of civil servants.",
        epilog=f"{_EXAMPLES}\n\n{fill(EXIT_CODES)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"evalkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser
