"""What raters do: collusion, inflated self-rating, growing leniency, and answers given without care."""

from __future__ import annotations

from typing import Final

import numpy as np

from evalkit.lab.corruption.rows import Rows, Spoiled, draw_each, number_rows
from evalkit.lab.corruption.scales import Codes

#: Mean shift of those who inflate or drift, in widths of the scale: one point of a scale from 1 to 5.
MEAN_SHIFT: Final = 0.25


def collude(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let peers who collude give one another the best value of the scale.

    Everyone who rates or is rated colludes with probability `dose`; a rating is spoiled where rater and
    rated person both do, so a share of about dose². At dose 1 every peer rating is the best value.

    Reads peer ratings on a closed scale that name their rater. No text names collusion; Senapelan's says
    that each way of rating, peers among them, has its strengths and weaknesses. Assumed: who colludes does
    not depend on performance, and colludes with everyone who does, in every quarter.
    """
    rater, ratee = rows.raters_and_ratees
    colludes = draw_each(np.concatenate([rater, ratee]), rng) < dose
    both = colludes[: len(rater)] & colludes[len(rater) :]
    return Spoiled(value=np.where(both & rows.recorded, rows.scale.best, rows.value))


def inflate(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let people rate themselves better than they think they are.

    Each person, with probability `dose`, inflates all ratings of themselves by an amount of their own,
    uniform from 0 to 2 points of a scale from 1 to 5 (0 to half of any scale's width), and up to its end.
    At dose 1 everyone does, by 1 point on average before the end of the scale; the published leniency of d
    = .32 (Heidemeier & Moser 2009) is reached at about dose .25 where ratings have a standard deviation of
    .8 points.

    Reads self-ratings on a closed scale. Resistance to evaluation is named in all five texts; Semarang's
    adds the fear of what results do to a career. Assumed: who inflates does not depend on performance.
    """
    inflates = draw_each(rows.raters, rng) < dose
    shift = 2 * MEAN_SHIFT * draw_each(rows.raters, rng) * rows.scale.width
    inflated = rows.fit(rows.value + rows.scale.better * shift, rng.random(len(shift)))
    return Spoiled(value=np.where(inflates, inflated, rows.value))


def drift(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let raters become more lenient from quarter to quarter, each at a pace of their own.

    Ratings of the first period stay; those of the last are better by `dose` times an amount of the rater's
    own, uniform from 0 to 2 points of a scale from 1 to 5 (0 to half of any scale's width), those between
    in proportion. At dose 1 the last period's ratings are 1 point better on average, before the end of the
    scale. Whole values stay whole, so that a small drift moves fewer ratings rather than each a little.

    Reads ratings by supervisors, peers and subordinates on a closed scale, in two periods or more. No text
    names drift; Surakarta's quarterly ratings by one direct supervisor are open to it. Assumed: raters only
    become more lenient, and their pace does not depend on whom they rate.
    """
    elapsed = rows.occasion / max(rows.occasion.max(initial=0), 1)
    shift = dose * elapsed * 2 * MEAN_SHIFT * draw_each(rows.raters, rng) * rows.scale.width
    return Spoiled(value=rows.fit(rows.value + rows.scale.better * shift, rng.random(len(shift))))


def straight_line(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let careless raters give one answer to every question about everyone.

    Each rater, in each source, does with probability `dose`, and the answer is the mean of those that the
    rater would have given there: their severity stays, all difference between questions, people and
    quarters goes. At dose 1 everyone does.

    Reads ratings of persons on a closed scale that name their rater (of oneself: the employee). No text
    names carelessness; Semarang's speaks of little awareness that documenting performance matters. Assumed:
    the rater's own mean, rounded where answers are whole numbers, is what a careless rater ticks.
    """
    raters = _raters_by_source(rows)
    careless = draw_each(raters, rng) < dose
    position = np.where(rows.recorded, (rows.value - rows.scale.low) / rows.scale.width, 0.0)
    n = np.maximum(np.bincount(raters, rows.recorded), 1)
    mean = (np.bincount(raters, position) / n)[raters]
    answer = rows.fit(rows.scale.low + mean * rows.scale.width)
    return Spoiled(value=np.where(careless & rows.recorded, answer, rows.value))


def answer_at_random(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let careless raters answer anything.

    Each rater, in each source and with probability `dose`, gives every answer at random, all values of the
    scale being equally likely. At dose 1 everyone does, and ratings say nothing: pure independent noise,
    though its mean is the middle of the scale.

    Reads ratings of persons on a closed scale that name their rater (of oneself: the employee). No text
    names carelessness; Semarang's speaks of little awareness that documenting performance matters.
    """
    raters = _raters_by_source(rows)
    careless = draw_each(raters, rng) < dose
    drawn, scale = rng.random(len(rows.positions)), rows.scale
    answer = scale.low + np.where(rows.whole, np.floor(drawn * (scale.width + 1)), drawn * scale.width)
    return Spoiled(value=np.where(careless & rows.recorded, np.minimum(answer, scale.high), rows.value))


def _raters_by_source(rows: Rows) -> Codes:
    """Return who gave each value, a person being someone else in each source."""
    source = rows.codes("source")
    return number_rows((rows.raters, range(rows.raters.max() + 1)), (source, range(source.max() + 1)))
