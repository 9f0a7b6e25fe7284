"""The components that the data do not rule out, and the extremes of a quantity among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.optimize import fmin_slsqp

from evalkit.stats.crossed_factors import CrossProducts, Floats
from evalkit.stats.restricted_likelihood import deviance
from evalkit.stats.variance_components import RESIDUAL, VarianceComponents

#: A quantity that is computed from the components, by their names.
ComponentFunction = Callable[[Mapping[str, float]], float]


class LikelihoodRegion:
    """The components whose restricted likelihood is close to the highest.

    Works in x = (signed standard deviations, log of the residual's): the deviance is even in each standard
    deviation, so zero is no edge. ``root`` whitens x: for a quadratic deviance the region is a ball of radius
    sqrt(chi²).
    """

    def __init__(self, cross: CrossProducts, x: Floats, root: Floats, limit: float, radius: float) -> None:
        self.cross, self.x, self.root, self.limit, self.radius = cross, x, root, limit, radius
        self._seen: dict[bytes, tuple[float, Floats]] = {}

    @classmethod
    def around(cls, fit: VarianceComponents, allowance: float) -> LikelihoodRegion:
        """Return the region of a fit: one for each allowance, since it remembers where it was explored."""
        if allowance not in fit.regions:
            fit.regions[allowance] = cls._whiten(fit, allowance)
        region: LikelihoodRegion = fit.regions[allowance]
        return region

    @classmethod
    def _whiten(cls, fit: VarianceComponents, allowance: float) -> LikelihoodRegion:
        """Build the region from the curvature at the optimum."""
        given = fit.components
        sds = np.sqrt([given[name] for name in fit.cross.names])
        x = np.append(sds, np.log(fit.residual) / 2)
        region = cls(fit.cross, x, np.eye(len(x)), fit.reml_criterion + allowance, float(np.sqrt(allowance)))
        n_levels = np.array(fit.cross.n_levels)
        smallest = 0.1 * np.sqrt(fit.residual * n_levels / fit.n)
        steps = np.append(1e-3 * np.maximum(sds, smallest), 1e-3)
        base = region._deviance(np.zeros(len(x)))[1]
        rows = [(region._deviance(step)[1] - base) / step.sum() for step in np.diag(steps)]
        curvature = (np.array(rows) + np.array(rows).T) / 2
        values, vectors = np.linalg.eigh(curvature * np.outer(steps, steps))
        scaled = np.sqrt(2.0 / np.maximum(values, 1e-3 * values[-1]))
        root = steps[:, None] * vectors * scaled
        return cls(fit.cross, x, root, region.limit, region.radius)

    def _point(self, z: Floats) -> Floats:
        return np.asarray(self.x + self.root @ z)

    def _deviance(self, z: Floats) -> tuple[float, Floats]:
        """Compute the deviance and its gradient in z; remember them, the optimiser asks twice."""
        key = z.tobytes()
        if key not in self._seen:
            x = self._point(z)
            sds = np.append(np.abs(x[:-1]), np.exp(x[-1]))
            value, gradient = deviance(self.cross, sds)
            by_x = gradient * np.append(np.where(x[:-1] < 0, -1.0, 1.0), sds[-1])
            self._seen[key] = value, self.root.T @ by_x
        return self._seen[key]

    def _quantity(self, function: ComponentFunction, z: Floats) -> float:
        x = self._point(z)
        variances = dict(zip(self.cross.names, (x[:-1] ** 2).tolist(), strict=True))
        return function({**variances, RESIDUAL: float(np.exp(2 * x[-1]))})

    def _slope(self, function: ComponentFunction, z: Floats) -> Floats:
        """Difference the quantity, which costs nothing, centrally."""
        h = 1e-4
        return np.array(
            [
                (self._quantity(function, z + h * e) - self._quantity(function, z - h * e)) / (2 * h)
                for e in np.eye(len(z))
            ]
        )

    def _candidates(self, function: ComponentFunction) -> list[Floats]:
        """List the centre and the edge of the ball along the quantity's slope and along each component."""
        slope = self._slope(function, np.zeros(len(self.x)))
        axes = [*np.linalg.inv(self.root).T, slope]
        lengths = [float(np.linalg.norm(axis)) for axis in axes]
        ray = [0.95 * self.radius / size * axis for axis, size in zip(axes, lengths, strict=True) if size > 0]
        return [np.zeros(len(self.x)), *ray, *(-z for z in ray)]

    def extreme(self, function: ComponentFunction, sign: float) -> float:
        """Return the lowest (sign 1) or highest (sign -1) value of the quantity in the region."""
        candidates = self._candidates(function)
        values = np.array([sign * self._quantity(function, z) for z in candidates])
        start, scale = candidates[int(values.argmin())], float(np.ptp(values)) or 1.0
        # minimize(method="SLSQP") does the same, with more around each of thousands of calls
        best, _, _, failure, _ = fmin_slsqp(  # type: ignore[call-overload]
            lambda z: sign * self._quantity(function, z) / scale,
            start,
            fprime=lambda z: sign * self._slope(function, z) / scale,
            bounds=[(-30.0, 30.0)] * len(start),
            f_ieqcons=lambda z: self.limit - self._deviance(z)[0],
            fprime_ieqcons=lambda z: -self._deviance(z)[1],
            acc=1e-5,
            iter=60,
            iprint=0,
            full_output=True,
        )
        inside = self._deviance(best)[0] <= self.limit + 1e-2
        return self._quantity(function, best) if failure == 0 and inside else float("nan")
