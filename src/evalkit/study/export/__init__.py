"""Tables, figures and numbers of built reports for Excel, Word and print."""

from evalkit.study.export.export import FORMATS, STANDARD, Exported, export_study

__all__ = ["FORMATS", "STANDARD", "Exported", "export_study"]
