"""National rules as pure functions, each with its citation."""

from evalkit.rules.nip import MASK, Nip, holds_nip, is_nip, mask_nip, parse_nip

__all__ = ["MASK", "Nip", "holds_nip", "is_nip", "mask_nip", "parse_nip"]
