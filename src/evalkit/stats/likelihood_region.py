"""The components that the data do not rule out, and the extremes of a quantity among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import fmin_slsqp

from evalkit.stats.crossed_factors import CrossProducts, Floats
from evalkit.stats.restricted_likelihood import deviance
from evalkit.stats.variance_components import RESIDUAL, VarianceComponents

#: A quantity that is computed from the components, by their names: of arrays of components an array.
ComponentFunction = Callable[[Mapping[str, Any]], Any]

#: Distance over which a quantity is differenced, where a standard error is one.
_NEAR = 1e-4
#: An end this near to the limit, as a share of what the deviance may rise, is moved onto it along the slopes.
_EDGE = 2.5e-3
#: Rise of the wall that stands where small fits are singular to the last digit, far outside of the region.
_WALL = 10.0
#: An end is taken where what is left of its way is about this share of half of the interval.
_SETTLED = 1.5e-6
_MAX_BALLS, _MAX_TURNS = 6, 50


class LikelihoodRegion:
    """The components whose restricted likelihood is close to the highest.

    Works in x = (signed standard deviations, log of the residual's): the deviance is even in each standard
    deviation, so zero is no edge. Far from zero their ``logs`` do better: the deviance is closer to a
    quadratic one. ``root`` whitens x: for a quadratic deviance the region is a ball of radius sqrt(chi²).
    """

    def __init__(
        self, cross: CrossProducts, x: Floats, root: Floats, limit: float, radius: float, *, logs: bool
    ) -> None:
        self.cross, self.x, self.root, self.limit, self.radius = cross, x, root, limit, radius
        self.logs = logs
        self._axes = np.linalg.inv(root).T
        self._around = _NEAR * np.vstack([np.eye(len(x)), -np.eye(len(x))])
        self._seen: dict[bytes, tuple[float, Floats]] = {}

    @classmethod
    def around(cls, fit: VarianceComponents, allowance: float, *, logs: bool = False) -> LikelihoodRegion:
        """Return the region of a fit: one for each allowance, since it remembers where it was explored."""
        if (allowance, logs) not in fit.regions:
            fit.regions[allowance, logs] = cls._whiten(fit, allowance, logs=logs)
        region: LikelihoodRegion = fit.regions[allowance, logs]
        return region

    @classmethod
    def _whiten(cls, fit: VarianceComponents, allowance: float, *, logs: bool) -> LikelihoodRegion:
        """Build the region from the curvature at the optimum."""
        given = fit.components
        sds = np.sqrt([given[name] for name in fit.cross.names])
        x = np.append(np.log(sds) if logs else sds, np.log(fit.residual) / 2)
        limit, radius = fit.reml_criterion + allowance, float(np.sqrt(allowance))
        region = cls(fit.cross, x, np.eye(len(x)), limit, radius, logs=logs)
        n_levels = np.array(fit.cross.n_levels)
        smallest = 0.1 * np.sqrt(fit.residual * n_levels / fit.n)
        steps = np.full(len(x), 1e-3)
        if not logs:
            steps[:-1] *= np.maximum(sds, smallest)
        base = region._deviance(np.zeros(len(x)))[1]
        rows = [(region._deviance(step)[1] - base) / step.sum() for step in np.diag(steps)]
        curvature = (np.array(rows) + np.array(rows).T) / 2
        values, vectors = np.linalg.eigh(curvature * np.outer(steps, steps))
        scaled = np.sqrt(2.0 / np.maximum(values, 1e-3 * values[-1]))
        root = steps[:, None] * vectors * scaled
        return cls(fit.cross, x, root, limit, radius, logs=logs)

    def _point(self, z: Floats) -> Floats:
        return np.asarray(self.x + self.root @ z)

    def _deviance(self, z: Floats) -> tuple[float, Floats]:
        """Compute the deviance and its gradient in z; remember them, the optimiser asks twice."""
        key = z.tobytes()
        if key not in self._seen:
            x = self._point(z)
            sds = np.exp(x) if self.logs else np.abs(x)
            by_x = sds if self.logs else np.where(x < 0, -1.0, 1.0)
            sds[-1] = by_x[-1] = np.exp(x[-1])
            value, gradient = deviance(self.cross, sds)
            self._seen[key] = value, self.root.T @ (gradient * by_x)
        return self._seen[key]

    def _height(self, z: Floats) -> tuple[float, Floats]:
        """Return the deviance and its gradient; where these are beyond computing, those of a wall."""
        try:
            return self._deviance(z)
        except np.linalg.LinAlgError:
            return self.limit + _WALL * float(z @ z), 2.0 * _WALL * z

    def _quantities(self, function: ComponentFunction, points: Floats) -> Floats:
        """Compute the quantity in each row of points."""
        x = (self.x + points @ self.root.T).T
        variances = [*(np.exp(2.0 * x[:-1]) if self.logs else x[:-1] ** 2), np.exp(2.0 * x[-1])]
        return np.asarray(function(dict(zip((*self.cross.names, RESIDUAL), variances, strict=True))))

    def _quantity(self, function: ComponentFunction, z: Floats) -> float:
        return float(self._quantities(function, z[None])[0])

    def _slope(self, function: ComponentFunction, z: Floats) -> Floats:
        """Difference the quantity, which costs nothing, centrally."""
        values = self._quantities(function, z + self._around)
        return np.asarray((values[: len(z)] - values[len(z) :]) / (2.0 * _NEAR))

    def _candidates(self, slope: Floats) -> Floats:
        """Return the centre and the edge of the ball along a slope and along each component, a row each."""
        axes = np.vstack([self._axes, slope])
        lengths = np.linalg.norm(axes, axis=1, keepdims=True)
        rays = 0.95 * self.radius * axes / np.where(lengths > 0, lengths, 1.0)
        return np.vstack([np.zeros((1, len(slope))), rays, -rays])

    def follow(self, function: ComponentFunction, sign: float) -> float:
        """Follow the extremes in balls that fit the region ever better near them; NaN if they do not settle.

        Where the deviance curves as it does at its minimum, the region is a ball, known from one value and
        gradient of the deviance. With many levels that is nearly so, and one look does. The curvature is off
        by about the ratio of two steps, and what is left of the way by that times the square of the last.
        """
        z = centre = np.zeros(len(self.x))
        radius, last = self.radius, 1.0
        for _ in range(_MAX_BALLS):
            touched = self._touch(function, sign, centre, radius, z)
            if touched is None:
                break
            step, z = float(np.linalg.norm(touched - z)) / self.radius, touched
            if step**3 <= _SETTLED * last:
                return self._quantity(function, z)
            height, gradient = self._height(z)
            squared = self.limit - height + float(gradient @ gradient) / 4
            if squared <= 0:
                break
            centre, radius, last = z - gradient / 2, squared**0.5, step
        return math.nan

    def _touch(
        self, function: ComponentFunction, sign: float, centre: Floats, radius: float, z: Floats
    ) -> Floats | None:
        """Move z to where the quantity is extreme in a ball; None if it does not come to rest."""
        for _ in range(_MAX_TURNS):
            slope = self._slope(function, z)
            length = float(np.linalg.norm(slope))
            if not length:
                break
            before, z = z, centre - sign * radius * slope / length
            if float(np.abs(z - before).max()) < 1e-3 * _NEAR:
                return z
        return None

    def extreme(self, function: ComponentFunction, sign: float) -> float:
        """Return the lowest (sign 1) or highest (sign -1) value of the quantity in the region."""
        candidates = self._candidates(self._slope(function, np.zeros(len(self.x))))
        values = sign * self._quantities(function, candidates)
        start = candidates[int(values.argmin())]
        # the curvature at the edge of a ball is then one, as the optimiser takes it to be at first
        steepness = float(np.linalg.norm(self._slope(function, start))) / self.radius
        scale = max(steepness, 1e-3 * float(np.ptp(values))) or 1.0
        # minimize(method="SLSQP") does the same, with more around each of thousands of calls
        best, _, _, failure, _ = fmin_slsqp(  # type: ignore[call-overload]
            lambda z: sign * self._quantity(function, z) / scale,
            start,
            fprime=lambda z: sign * self._slope(function, z) / scale,
            bounds=[(-30.0, 30.0)] * len(start),
            f_ieqcons=lambda z: self.limit - self._height(z)[0],
            fprime_ieqcons=lambda z: -self._height(z)[1],
            acc=1e-5,
            iter=60,
            iprint=0,
            full_output=True,
        )
        try:
            value, normal = self._deviance(best)
        except np.linalg.LinAlgError:
            return float("nan")
        excess, found, near = value - self.limit, self._quantity(function, best), _EDGE * self.radius**2
        if failure or excess > near:
            return float("nan")
        if excess < -near:
            return found
        return found - excess * float(self._slope(function, best) @ normal) / float(normal @ normal)


def find_extreme(
    fit: VarianceComponents, allowance: float, function: ComponentFunction, sign: float
) -> float:
    """Return the lowest (sign 1) or highest (sign -1) value of a quantity among components that fit as well.

    Their deviance is above the lowest by at most the allowance.
    """
    if fit.cross.is_dear and not fit.at_boundary.any():
        end = LikelihoodRegion.around(fit, allowance, logs=True).follow(function, sign)
        if not math.isnan(end):
            return end
    return LikelihoodRegion.around(fit, allowance).extreme(function, sign)
