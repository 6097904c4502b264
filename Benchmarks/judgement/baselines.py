#!/usr/bin/env python3
"""An isolation forest over what `assay arena score --features FILE` wrote, as a table beside Assay's own.

    python3 -m venv env && env/bin/pip install scikit-learn==1.9.1
    env/bin/python Benchmarks/judgement/baselines.py FITTING.json SCORING.json

The forest learns on all sessions of kinds seen in fitting, without labels. Its line is drawn as the judge's is: as low as
honest people of those kinds have a finding in so few person-months that the one-sided 95 % upper bound (Clopper and
Pearson) is 1 in 200, or in none where there are too few months to show that. All of it is on simulated organisations.
"""

import argparse
import json
from collections import defaultdict

import numpy as np
from scipy.stats import beta
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score

COLUMNS = [
    "tokens", "output", "turns", "calls", "reads", "edits", "commands", "failures", "repetitions", "minutes",
    "meanPause", "pauseVariation", "hour", "promptBytes", "answerBytes", "commitsMeanwhile",
]
LOGARITHMIC = {"tokens", "output", "minutes", "meanPause", "promptBytes", "answerBytes"}
HELD_OUT = {
    "reviewer", "writer", "flaky", "prototyper", "pair", "office-hours", "chains", "quota", "filler", "rule-aware",
}
MONTH = 365.25 / 12 * 86_400_000


def matrix(rows):
    values = np.array([[float(row[name]) for name in COLUMNS] for row in rows])
    for index, name in enumerate(COLUMNS):
        if name in LOGARITHMIC:
            values[:, index] = np.log1p(np.maximum(values[:, index], 0))
    return values


def milliseconds(instant):
    return instant["milliseconds"] if isinstance(instant, dict) else instant


def months(rows, scores, line=None):
    """The highest score of an honest session in each month of each person that has sessions."""
    first = min(milliseconds(row["started"]) for row in rows)
    best = defaultdict(lambda: -np.inf)
    for row, score in zip(rows, scores):
        key = (row["kind"], row["person"], int((milliseconds(row["started"]) - first) / MONTH))
        best[key] = max(best[key], -np.inf if row["isPerformed"] else score)
    return best


def bound(count, total):
    return 1.0 if count >= total else float(beta.ppf(0.95, count + 1, total - count))


def line(rows, scores):
    highest = np.array(sorted(months(rows, scores).values(), reverse=True))
    allowed = 0
    while bound(allowed + 1, len(highest)) <= 1 / 200:
        allowed += 1
    return np.nextafter(highest[allowed], np.inf)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fitting")
    parser.add_argument("scoring")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with open(options.fitting) as file:
        fitting = [row for row in json.load(file) if row["kind"] not in HELD_OUT]
    with open(options.scoring) as file:
        scoring = json.load(file)
    forest = IsolationForest(n_estimators=300, random_state=options.seed).fit(matrix(fitting))
    threshold = line(fitting, -forest.score_samples(matrix(fitting)))
    scores = -forest.score_samples(matrix(scoring))
    found = scores >= threshold
    recall = defaultdict(lambda: [0, 0])
    wrong = defaultdict(lambda: [0, 0])
    for row, hit in zip(scoring, found):
        if row["isBurner"]:
            recall[row["kind"]][0] += row["performedTokens"] * bool(hit)
            recall[row["kind"]][1] += row["performedTokens"]
    for (kind, _, _), best in months(scoring, scores).items():
        wrong[kind][0] += bool(best >= threshold)
        wrong[kind][1] += 1
    labels = [row["isPerformed"] for row in scoring]
    result = {"detector": "isolation forest", "averagePrecision": average_precision_score(labels, scores)}
    for name, seen in [("seen", True), ("unseen", False)]:
        shares = [a / b for kind, (a, b) in recall.items() if b and (kind not in HELD_OUT) == seen]
        result[f"{name}TokenRecall"] = float(np.mean(shares)) if shares else None
    honest = {row["kind"] for row in scoring if not row["isBurner"]}
    result["worstHonestBound"] = max(bound(a, b) for kind, (a, b) in wrong.items() if kind in honest)
    result["falseMonths"] = {kind: wrong[kind] for kind in sorted(honest)}
    result["tokenRecall"] = {kind: a / b for kind, (a, b) in sorted(recall.items()) if b}
    result["note"] = "on simulated organisations"
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
