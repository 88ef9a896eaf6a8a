"""How often the interval of a mean that few values carry contains it: the formula of src/stats/skew.rs beside Hall's alone.

    python3 benches/means.py [REPETITIONS]

needs numpy and scipy. Values are 0 but for a few events, whose sizes follow a law; or follow a law of their own. Only n, the sum, the
sum of squares and that of cubes are known, as in a sweep. Samples whose values are all alike have no interval and do not count.
"""

import sys

import numpy as np
from scipy import stats


def signed(up, sizes):
    return lambda rng, k: np.where(rng.random(k) < up, 1.0, -1.0) * sizes(rng, k)


def ones(_, k):
    return np.ones(k)


def exponential(rng, k):
    return rng.exponential(1.0, k)


def lognormal(sigma):
    return lambda rng, k: np.exp(sigma * rng.standard_normal(k))


def geometric(p):
    return lambda rng, k: rng.geometric(p, k).astype(float)


# Sizes of events with their mean.
EVENTS = {
    "all equal": (ones, 1.0),
    "geometric, 1/2": (geometric(0.5), 2.0),
    "geometric, 1/10": (geometric(0.1), 10.0),
    "exponential": (exponential, 1.0),
    "lognormal, σ = 1": (lognormal(1.0), np.exp(0.5)),
    "uniform": (lambda rng, k: rng.random(k), 0.5),
    "± equal": (signed(0.5, ones), 0.0),
    "± equal, 4 : 1": (signed(0.8, ones), 0.6),
    "± exponential": (signed(0.5, exponential), 0.0),
    "± exponential, 7 : 3": (signed(0.7, exponential), 0.4),
    "+3 or −1, 1 : 3": (lambda rng, k: np.where(rng.random(k) < 0.25, 3.0, -1.0), 0.0),
    "1, one in ten 10": (lambda rng, k: np.where(rng.random(k) < 0.1, 10.0, 1.0), 1.9),
}
# Laws of all values.
WHOLE = {
    "geometric, 3/10": (geometric(0.3), 1 / 0.3),
    "lognormal, σ = 1": (lognormal(1.0), np.exp(0.5)),
    "exponential": (exponential, 1.0),
    "uniform": (lambda rng, k: rng.random(k), 0.5),
    "normal": (lambda rng, k: rng.standard_normal(k), 0.0),
}
RUNS = [100, 500, 4096]
EXPECTED = [2, 3, 5, 8, 12, 20, 40, 100]


def sums(rng, repetitions, runs, expected, sizes):
    """Σx, Σx², Σx³ of each repetition."""
    rows, left = [], repetitions
    while left:
        some = min(left, max(1, int(2e6 / expected)))
        left -= some
        counts = rng.binomial(runs, expected / runs, some)
        values, which = sizes(rng, int(counts.sum())), np.repeat(np.arange(some), counts)
        rows.append(np.column_stack([np.bincount(which, values**power, some) for power in (1, 2, 3)]))
    return np.vstack(rows)


def intervals(sums, n):
    """Hall's interval with Student's point for n − 1 degrees of freedom, and the one that is printed; and the degrees of freedom."""
    mean = sums[:, 0] / n
    second = sums[:, 1] / n - mean**2
    third = sums[:, 2] / n - 3 * mean * sums[:, 1] / n + 2 * mean**3
    differ = second > 1e-12
    mean, second, third = mean[differ], second[differ], third[differ]
    skewness, error = third / second**1.5, np.sqrt(second / (n - 1))
    freedom = np.minimum(n - 1, np.maximum(1, n / np.maximum(skewness**2, 1e-300)))

    def untransformed(x):
        a = skewness / (3 * np.sqrt(n))
        a = np.where(np.abs(a) < 1e-9, 1e-9, a)
        return (np.cbrt(1 + 3 * a * (x - a / 2)) - 1) / a

    hall, wide = stats.t.ppf(0.975, n - 1), stats.t.ppf(0.975, freedom)
    alone = mean - error * untransformed(hall), mean - error * untransformed(-hall)
    low = mean - error * np.maximum(untransformed(wide), wide)
    high = mean - error * np.minimum(untransformed(-wide), -wide)
    return alone, (low, high), freedom


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    rng, cells = np.random.default_rng(1), []
    print("law                    runs  events   alone  printed   wider  ≥ 25 degrees")
    for family, laws in (EXPECTED, EVENTS), ([None], WHOLE):
        for law, (sizes, size) in laws.items():
            for runs in RUNS:
                for events in [it for it in family if it is None or it <= runs]:
                    expected = runs if events is None else events
                    found = intervals(sums(rng, repetitions, runs, expected, sizes), runs)
                    (hall, printed, freedom), truth = found, expected / runs * size
                    covers = [(low <= truth) & (truth <= high) for low, high in (hall, printed)]
                    alone, covered = (each.mean() for each in covers)
                    ample = freedom >= 25
                    wider = np.mean(printed[1] - printed[0]) / np.mean(hall[1] - hall[0])
                    then = covers[1][ample].mean() if ample.mean() > 0.5 else np.nan
                    cells.append((alone, covered, then, wider))
                    print(f"{law:22} {runs:4}  {events or '–':>6}   {alone:.3f}    {covered:.3f}   {wider:5.2f}    {then:.3f}")
    alone, covered, then, wider = np.array(cells).T
    for name, column in ("alone", alone), ("printed", covered), ("printed, ≥ 25 degrees", then):
        column = column[~np.isnan(column)]
        share = np.mean(column >= 0.93)
        print(f"{name}: least {column.min():.3f}, median {np.median(column):.3f}, ≥ 0.93 in {share:.0%} of {len(column)} cells")
    ample = ~np.isnan(then)
    print(f"wider: {np.nanmedian(wider[ample]):.2f} times with 25 degrees or more, else {np.nanmedian(wider[~ample]):.2f}")


main()
