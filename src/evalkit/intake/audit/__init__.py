"""What offices recorded, against the same recomputed; known defects by name, or that a sheet cannot tell."""

from evalkit.intake.audit.audit import audit_reading
from evalkit.intake.audit.findings import DEFECTS, Audit, Defect, Difference
from evalkit.intake.audit.pairs import audit_readings

__all__ = ["DEFECTS", "Audit", "Defect", "Difference", "audit_reading", "audit_readings"]
