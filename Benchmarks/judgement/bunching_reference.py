#!/usr/bin/env python3
"""Reference answers for Tests/StatisticsTests: bunching after Chetty et al. (2011) and Kleven (2016), written from the
papers with numpy and statsmodels' least squares, with none of Assay's code.

    python3 -m venv venv && venv/bin/pip install numpy statsmodels
    venv/bin/python Benchmarks/judgement/bunching_reference.py > Tests/StatisticsTests/Fixtures/bunching.json
"""
import json
import sys

import numpy as np
import statsmodels.api as sm


def estimate(counts, at, order, excluded, origin, rounds, width, threshold):
    """Counts, bin of the threshold, polynomial's order, bins left out (from the threshold's on), where the mass is from."""
    k = np.arange(len(counts)) - at
    window = (k >= excluded[0]) & (k <= excluded[1])
    x = k / np.abs(k).max()
    columns = [x ** j for j in range(order + 1)]
    for number in rounds:
        first = threshold + k * width
        multiple = np.ceil(first / number - 1e-9) * number
        columns.append((multiple < first + width - 1e-9 * width).astype(float))
    design = np.column_stack(columns)
    # A dummy for each bin of the window, as the papers have it.
    dummies = np.zeros((len(counts), window.sum()))
    dummies[np.flatnonzero(window), np.arange(window.sum())] = 1
    source = {"below": k < excluded[0], "above": k > excluded[1], "unknown": np.zeros(len(k), bool)}[origin]
    excess = 0.0
    for _ in range(500):
        adjusted = counts.astype(float).copy()
        if source.any():
            adjusted[source] *= 1 + excess / counts[source].sum()
        fit = sm.OLS(adjusted, np.hstack([design, dummies])).fit()
        counterfactual = design @ fit.params[:design.shape[1]]
        new = float((counts - counterfactual)[window].sum())
        if abs(new - excess) <= 1e-12 * max(1, abs(new)):
            excess = new
            break
        excess = new
    height = counterfactual[window].mean()
    return excess, excess / height, counterfactual, adjusted, window, design.shape[1], source


def bootstrap(counts, args, runs, rng):
    excess, _, counterfactual, adjusted, window, terms, source = estimate(counts, *args)
    errors = (adjusted - counterfactual)[~window]
    errors = errors * np.sqrt(len(errors) / (len(errors) - terms))
    factor = np.where(source, 1 + excess / counts[source].sum() if source.any() else 1, 1)
    mean = np.where(window, counts, counterfactual / factor)
    draws = []
    for _ in range(runs):
        drawn = mean + rng.choice(errors, len(counts))
        draws.append(estimate(drawn, *args)[:2])
    return np.std(np.array(draws), axis=0, ddof=1)


def main():
    rng = np.random.default_rng(7)
    cases = []
    for name, order, excluded, origin, rounds, extra in [
        ("none", 5, (-2, 1), "below", [], 0),
        ("weekly spend just past a target", 5, (-1, 2), "below", [], 140),
        ("from above, as of a tax", 7, (-3, 1), "above", [], 200),
        ("no constraint", 4, (0, 0), "unknown", [], 80),
        ("round numbers are high everywhere", 5, (0, 1), "below", [50.0, 100.0], 120),
    ]:
        width, threshold, below, above = 10.0, 200.0, 18, 20
        values = rng.gamma(4, 55, 6000)
        if rounds:
            values = np.where(rng.uniform(size=6000) < 0.12, np.round(values / 50) * 50, values)
        place = np.floor((values - threshold) / width).astype(int) + below
        counts = np.bincount(place[(place >= 0) & (place < below + above)], minlength=below + above)
        counts[below] += extra
        args = (below, order, excluded, origin, rounds, width, threshold)
        excess, normalised, counterfactual, *_ = estimate(counts, *args)
        errors = bootstrap(counts, args, 4000, rng)
        cases.append({
            "name": name, "counts": counts.tolist(), "thresholdBin": below, "threshold": threshold, "width": width,
            "order": order, "excluded": list(excluded), "origin": origin, "rounds": rounds, "excess": excess,
            "normalised": normalised, "counterfactual": counterfactual.tolist(), "errors": errors.tolist()})
    json.dump(cases, sys.stdout)
    print()


main()
