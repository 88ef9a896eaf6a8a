//! Pure arithmetic on integers: counts, histograms, intervals.
