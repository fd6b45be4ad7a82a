"""The facts of the demonstration sector, and nothing else: every number the simulation rests on.

The grades near 7,5 and 7,6 and the 524 participants of 2024 come from the source. Everything marked
*assumed* is ours; the product labels the whole sector as synthetic.
"""

from __future__ import annotations

from typing import Final

ORGANISATION_COUNT: Final = 541
# Over 900 seeds the 2024 means are 7.58 (SD 0.08) for employees, 7.48 (0.10) when weighted by
# headcount and 7.65 (0.14) for HR. This seed is chosen for a draw near the source's 7,5 and 7,6;
# no answer is touched.
DEFAULT_SEED: Final = 20240173

# --- the sector (assumed) -------------------------------------------------------------------------
HEADCOUNT_MEDIAN: Final = 35.0
HEADCOUNT_SIGMA: Final = 1.45
# A lognormal of this width would now and then draw a third giant; the two giants are ours to place.
HEADCOUNT_MAX: Final = 2400
GIANT_HEADCOUNTS: Final = (4200, 3400)
HEADCOUNT_DRIFT: Final = 0.03

# --- grades ---------------------------------------------------------------------------------------
EMPLOYEE_GRADE_SHARES: Final = (
    0.002,
    0.004,
    0.010,
    0.015,
    0.045,
    0.110,
    0.270,
    0.345,
    0.145,
    0.054,
)
HR_GRADE_SHARES: Final = (0.0, 0.0, 0.005, 0.010, 0.020, 0.085, 0.285, 0.415, 0.145, 0.035)
# Assumed: the employees' grade falls as organisations grow; HR has no such gradient.
BAND_GRADE_MEANS: Final = {"0-9": 7.9, "10-49": 7.8, "50-99": 7.65, "100-249": 7.55, "250+": 7.35}
SECTOR_GRADE_MEAN: Final = 7.48
ORGANISATION_GRADE_SD: Final = 0.30
PERSON_GRADE_SD: Final = 1.3
# The spread of all persons together: within, between organisations and between size bands.
POOLED_GRADE_SD: Final = 1.35
# Assumed: how much of an HR representative's view is the organisation and not the person.
HR_ORGANISATION_WEIGHT: Final = 0.3

# --- how a questionnaire is filled in (assumed) ---------------------------------------------------
DURATION_MEDIAN_SECONDS: Final = 540.0
DURATION_SIGMA: Final = 0.35
# A few click through, a few give one answer to every statement, a very few do both.
SPEEDER_SHARE: Final = 0.008
STRAIGHT_LINER_SHARE: Final = 0.006

# --- Likert items (assumed) -----------------------------------------------------------------------
LIKERT_MEANS: Final = {
    "aspect_work_life_balance": 3.5,
    "aspect_influence_and_say": 3.3,
    "aspect_workload": 2.9,
    "aspect_work_environment": 3.9,
    "aspect_flexibility": 3.7,
    "aspect_enjoyment_and_engagement": 4.0,
    "aspect_relations_conversation": 3.6,
    "aspect_relations_collaboration": 3.8,
    "aspect_trust": 4.1,
    "aspect_training_and_development": 3.4,
    "autonomy_space_schedule": 3.7,
    "autonomy_space_professional": 3.9,
    "autonomy_control_hours": 3.2,
    "autonomy_control_rules": 3.3,
    "training_satisfaction": 3.5,
}
LIKERT_MEAN_OTHERWISE: Final = 3.5
LIKERT_SD: Final = 0.85
LIKERT_GRADE_CORRELATION: Final = 0.45
ORGANISATION_LIKERT_SD: Final = 0.25
# HR sees these two more rosily than employees do: the perception gap.
HR_LIKERT_GAP: Final = {"aspect_workload": 0.4, "aspect_influence_and_say": 0.4}
UNDER_35_TRAINING_GAP: Final = -0.15
TRAINING_ITEMS: Final = ("aspect_training_and_development", "training_satisfaction")
# Real movement of the sector per wave after the first, in scale points.
LIKERT_MOVEMENT: Final = {"aspect_workload": 0.07, "aspect_training_and_development": -0.05}

# --- priorities (assumed): share that mentions an aspect among the three --------------------------
EMPLOYEE_MENTIONS: Final = {
    "workload": 0.31,
    "trust": 0.27,
    "training_and_development": 0.25,
    "relations_conversation": 0.24,
    "influence_and_say": 0.22,
    "relations_collaboration": 0.20,
    "work_life_balance": 0.18,
    "flexibility": 0.14,
    "enjoyment_and_engagement": 0.12,
    "work_environment": 0.02,
}
HR_MENTIONS: Final = {
    "relations_conversation": 0.28,
    "training_and_development": 0.26,
    "relations_collaboration": 0.24,
    "trust": 0.22,
    "work_environment": 0.22,
    "flexibility": 0.12,
    "enjoyment_and_engagement": 0.11,
    "work_life_balance": 0.02,
    "influence_and_say": 0.02,
    "workload": 0.02,
}

# --- the cao grid (assumed): share that answers yes ----------------------------------------------
AWARENESS: Final = {
    "individual_choice_budget": 0.85,
    "career_budget": 0.75,
    "leave_saving": 0.45,
    "generation_scheme": 0.35,
}
AWARENESS_OTHERWISE: Final = 0.5
HR_AWARENESS_GAIN: Final = 0.6  # of the distance to everybody
# Asked only of who knows the scheme.
FACET_SHARES: Final = {"understanding": 0.62, "compliance": 0.78, "freedom_of_choice": 0.66}
HR_FACET_GAIN: Final = 0.4
OPTIONAL_SCHEME_OFFERED: Final = 0.5
UNDER_35_NOT_ELIGIBLE: Final = 0.4

# --- persons (assumed) ----------------------------------------------------------------------------
AGE_SHARES: Final = (0.30, 0.45, 0.25)
NONRESPONSE: Final = 0.03
PRIORITY_NONRESPONSE: Final = 0.02
OPEN_NONRESPONSE: Final = 0.12
# The 2024 questionnaire did not let anybody skip the grade.
GRADE_NONRESPONSE: Final = {"2023": 0.01, "2024": 0.0}
GRADE_NONRESPONSE_OTHERWISE: Final = 0.01
QUOTE_SHARE: Final = 0.15
# Reasons of contented and of discontented people, codes 1..6; factors, codes 1..8.
REASON_SHARES_HIGH: Final = (0.34, 0.26, 0.24, 0.05, 0.03, 0.08)
REASON_SHARES_LOW: Final = (0.07, 0.08, 0.10, 0.38, 0.27, 0.10)
ENABLER_SHARES: Final = (0.27, 0.31, 0.25, 0.15, 0.005, 0.005, 0.005, 0.005)
# The source: hr names a lack of skills, employees a lack of encouragement, both the commissioner.
BARRIER_SHARES: Final = {
    "employee": (0.005, 0.005, 0.005, 0.005, 0.27, 0.25, 0.10, 0.36),
    "hr": (0.005, 0.005, 0.005, 0.005, 0.26, 0.27, 0.35, 0.10),
}

# --- who takes part (assumed split of the 524 participants) ---------------------------------------
FIRST_WAVE: Final = "2023"
FIRST_WAVE_EMPLOYEES: Final = 1700
FIRST_WAVE_GIANT_SHARE: Final = 0.31
FIRST_WAVE_PARTICIPATION: Final = 0.22
# A small sector takes part more, or there would be no wave to speak of.
FIRST_WAVE_EMPLOYEES_LEAST: Final = 300
FIRST_WAVE_ORGANISATIONS_LEAST: Final = 18
# The giant beside all the others of its band, at the least.
FIRST_WAVE_GIANT_LEAD: Final = 1.1

PILOT_WAVE: Final = "2024"
PILOT_EMPLOYEES: Final = 452
PILOT_HR: Final = 72
PILOT_HR_ORGANISATIONS: Final = 60
# Per band: organisations with ten answers or more, those with fewer, and the range of the former.
PILOT_PLAN: Final = {
    "0-9": (0, 4, 0, 0),
    "10-49": (6, 3, 12, 13),
    "50-99": (6, 3, 12, 14),
    "100-249": (6, 4, 12, 15),
    "250+": (8, 4, 12, 20),
}
OWN_ANSWERS: Final = 10
OWN_LEAST: Final = 12  # clear of the floor, so that a skipped question does not hide it
PILOT_SMALL_ANSWERS: Final = (4, 7)
# The very largest did not take part; one of them would weigh as much as its whole band.
PILOT_HEADCOUNT_MAX: Final = 1000

FULL_PARTICIPATION: Final = 0.86
RESPONSE_RANGE: Final = (0.35, 0.65)
# Giants ask a sample, twice as many people as answer.
GIANT_ANSWERS: Final = (1500, 1100)
GIANT_SCALE_LEAST: Final = 0.1
FULL_HR_PARTICIPATION: Final = 0.44
# In a small sector more of them take part, so that one refused row stays a small part of a file.
HR_ORGANISATIONS_LEAST: Final = 26
HR_PERSONS_SHARES: Final = (0.55, 0.30, 0.15)

# --- the dialogue of 2024 (round shares and ratings assumed) --------------------------------------
ROUND_SHARES: Final = (0.55, 0.20, 0.25)  # round 1 only, round 2 only, both
RATING_SHARES: Final = (0.03, 0.05, 0.08, 0.14, 0.25, 0.28, 0.17)  # -3 .. +3
RATINGS_PER_PERSON: Final = 8
MERGED_ANSWERS: Final = 20
ANSWER_RATING_SD: Final = 0.5
