"""The laboratory: evidence with known truth, calibrated to published figures, and spoiled on purpose."""

from evalkit.lab.advice import Advice, advise
from evalkit.lab.attribution import Attribution, attribute_loss
from evalkit.lab.baselines import BASELINES, load_baselines
from evalkit.lab.breakdown import Breakdown, find_breakdowns
from evalkit.lab.bundles import load_bundles
from evalkit.lab.clean_replicates import select_clean
from evalkit.lab.corruption import Corruption, corrupt
from evalkit.lab.diagnose import Step, diagnose
from evalkit.lab.diagnosis import DIAGNOSIS_FOLDER, Diagnosis, find_diagnosis, read_diagnosis
from evalkit.lab.files import divide, simulate_to_files
from evalkit.lab.losses import STEPS, results_of_losses, trace_losses, trace_losses_of
from evalkit.lab.named_problems import NamedProblems, measure_problems
from evalkit.lab.need_recovery import NeedRecovery, recover_needs
from evalkit.lab.observations import as_text
from evalkit.lab.one_change import OneChange, compare_changes
from evalkit.lab.outcomes import QUANTITIES
from evalkit.lab.pitfalls import Pitfalls, show_pitfalls
from evalkit.lab.place_outlook import PlaceOutlook, foresee_place
from evalkit.lab.plan import Plan
from evalkit.lab.plans import build_plan
from evalkit.lab.profiles import PROFILES, Performance, Profile, Records, Shares, Target, find_profile
from evalkit.lab.purposes import Purpose, Purposes, Yardstick, load_purposes
from evalkit.lab.recompute import recompute_sample
from evalkit.lab.recovery import Recovery, measure_recovery, measure_recovery_if_known
from evalkit.lab.replicate import run_scenario
from evalkit.lab.scenarios import PARTS, SELF_LENIENCY, Scenario, name_corruptions, vary
from evalkit.lab.scoring import score_at_once
from evalkit.lab.simulate import QUARTERS, SIZES, Dose, simulate
from evalkit.lab.spot_check import spot_check
from evalkit.lab.synthesis import Synthesis, synthesise
from evalkit.lab.targets import (
    COMMON_TARGET,
    MEASURED,
    TargetWeights,
    draw_targets,
    find_own_target,
    unit_weight,
)
from evalkit.lab.truth import DIMENSIONS
from evalkit.lab.unaffected import simulate_unaffected
from evalkit.lab.unit_order import measure_unit_order, measure_unit_order_of

__all__ = [
    "BASELINES",
    "COMMON_TARGET",
    "DIAGNOSIS_FOLDER",
    "DIMENSIONS",
    "MEASURED",
    "PARTS",
    "PROFILES",
    "QUANTITIES",
    "QUARTERS",
    "SELF_LENIENCY",
    "SIZES",
    "STEPS",
    "Advice",
    "Attribution",
    "Breakdown",
    "Corruption",
    "Diagnosis",
    "Dose",
    "NamedProblems",
    "NeedRecovery",
    "OneChange",
    "Performance",
    "Pitfalls",
    "PlaceOutlook",
    "Plan",
    "Profile",
    "Purpose",
    "Purposes",
    "Records",
    "Recovery",
    "Scenario",
    "Shares",
    "Step",
    "Synthesis",
    "Target",
    "TargetWeights",
    "Yardstick",
    "advise",
    "as_text",
    "attribute_loss",
    "build_plan",
    "compare_changes",
    "corrupt",
    "diagnose",
    "divide",
    "draw_targets",
    "find_breakdowns",
    "find_diagnosis",
    "find_own_target",
    "find_profile",
    "foresee_place",
    "load_baselines",
    "load_bundles",
    "load_purposes",
    "measure_problems",
    "measure_recovery",
    "measure_recovery_if_known",
    "measure_unit_order",
    "measure_unit_order_of",
    "name_corruptions",
    "read_diagnosis",
    "recompute_sample",
    "recover_needs",
    "results_of_losses",
    "run_scenario",
    "score_at_once",
    "select_clean",
    "show_pitfalls",
    "simulate",
    "simulate_to_files",
    "simulate_unaffected",
    "spot_check",
    "synthesise",
    "trace_losses",
    "trace_losses_of",
    "unit_weight",
    "vary",
]
