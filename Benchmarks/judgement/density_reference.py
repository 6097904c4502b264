#!/usr/bin/env python3
"""Reference answers for Tests/StatisticsTests: PyPI's rddensity on samples made here, and scipy's binomial test.

    python3 -m venv venv && venv/bin/pip install numpy scipy rddensity
    venv/bin/python Benchmarks/judgement/density_reference.py > Tests/StatisticsTests/Fixtures/density.json
"""
import json
import sys
import warnings

import numpy as np
from rddensity import rddensity
from scipy.stats import binomtest

warnings.filterwarnings("ignore")


def samples():
    rng = np.random.default_rng(20260601)
    yield "smooth", rng.normal(0.4, 1, 500), 0.0
    yield "weekly spend that piles up past a target", np.concatenate(
        [rng.gamma(3, 30, 450), 100 + rng.gamma(1, 4, 60)]), 100.0
    yield "exponential, the cutoff far out", rng.exponential(1, 800), 1.5
    low = rng.uniform(-1, 0, 150)
    yield "twice as many above", np.concatenate([low, rng.uniform(0, 1, 300)]), 0.0
    yield "whole numbers, many of each", np.round(rng.gamma(4, 15, 600)), 50.0
    yield "halves", np.round(rng.normal(10, 6, 400) * 2) / 2, 12.0


def main():
    cases = []
    for name, values, cutoff in samples():
        values = np.round(values, 4)
        test = rddensity(values, c=cutoff)
        fixed = rddensity(values, c=cutoff, h=[float(np.std(values)), float(np.std(values) * 1.5)])
        def answer(result):
            return {
                "h": [float(result.h["left"]), float(result.h["right"])],
                "n": [int(result.n["eff_left"]), int(result.n["eff_right"])],
                "density": [float(result.hat["left"]), float(result.hat["right"])],
                "error": float(result.sd_jk["diff"]),
                "t": float(result.test["t_jk"]), "p": float(result.test["p_jk"]),
            }
        cases.append({"name": name, "cutoff": cutoff, "values": values.tolist(),
                      "chosen": answer(test), "given": answer(fixed)})
    counts = [(0, 5, 0.5), (3, 9, 0.5), (40, 62, 0.5), (7, 1, 0.3), (500, 560, 0.5), (12, 3, 0.8), (2, 2, 0.5),
              (0, 30, 0.05), (1000, 5, 0.98)]
    binomial = [{"below": k, "above": m, "chance": p, "p": binomtest(k, k + m, p).pvalue} for k, m, p in counts]
    json.dump({"density": cases, "binomial": binomial}, sys.stdout)
    print()


main()
