//! Least squares: how much of one figure of a run others explain.
//!
//! Absent on purpose: tests of coefficients. Whoever uses them to predict holds the prediction against other runs.

/// What a column may keep of its own variance beside those before it, at least; less is rounding, or nearly a sum of the others.
const OF_ITS_OWN: f64 = 1e-6;

/// The coefficients for which the values less Σ coefficient · column have the least variance; each row has a number per column.
/// 0 for a column that does not vary, or that those before it explain. Sums go in the order of the rows, so equal rows give equal
/// bits.
pub fn least_squares(rows: &[Vec<f64>], values: &[f64]) -> Vec<f64> {
    let columns = rows.first().map_or(0, Vec::len);
    let n = rows.len().min(values.len()) as f64;
    let of = |column: usize, row: usize| if column < columns { rows[row][column] } else { values[row] };
    let each = || 0..rows.len().min(values.len());
    let means: Vec<f64> =
        (0..=columns).map(|column| each().map(|row| of(column, row)).sum::<f64>() / n).collect();
    let product =
        |a: usize, b: usize| each().map(|row| (of(a, row) - means[a]) * (of(b, row) - means[b])).sum::<f64>();
    // The normal equations, in units of each column's own spread; the last column is what is to be explained.
    let spread: Vec<f64> = (0..=columns).map(|column| product(column, column).sqrt()).collect();
    let unit = |column: usize| if spread[column] > 0.0 { spread[column] } else { 1.0 };
    let mut table: Vec<Vec<f64>> =
        (0..columns).map(|a| (0..=columns).map(|b| product(a, b) / (unit(a) * unit(b))).collect()).collect();
    let mut kept = Vec::new();
    for column in 0..columns {
        if table[column][column] < OF_ITS_OWN {
            continue;
        }
        kept.push(column);
        let pivot = table[column].clone();
        for row in table.iter_mut().skip(column + 1) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    let mut found = vec![0.0; columns];
    for &column in kept.iter().rev() {
        let known: f64 =
            kept.iter().filter(|it| **it > column).map(|&it| table[column][it] * found[it]).sum();
        found[column] = (table[column][columns] - known) / table[column][column];
    }
    (0..columns).map(|column| found[column] * unit(columns) / unit(column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern that matters.
    fn scattered(i: u64) -> f64 {
        (i.wrapping_mul(2_654_435_761) % 1009) as f64
    }

    #[test]
    fn what_is_a_sum_of_columns_is_found_again() {
        let row = |i| vec![scattered(i), 1e9 * scattered(i + 7_000), 3.0];
        let rows: Vec<Vec<f64>> = (0..500).map(row).collect();
        let values: Vec<f64> = rows.iter().map(|row| 2.0 * row[0] - 4e-9 * row[1] + 11.0).collect();
        let found = least_squares(&rows, &values);
        assert!((found[0] - 2.0).abs() < 1e-9 && (found[1] + 4e-9).abs() < 1e-18, "{found:?}");
        assert_eq!(found[2], 0.0, "what does not vary explains nothing");
    }

    #[test]
    fn a_column_that_others_explain_gets_nothing() {
        let row = |i: u64| vec![scattered(i), 1000.0 - scattered(i), scattered(i + 9_000)];
        let rows: Vec<Vec<f64>> = (0..300).map(row).collect();
        let values: Vec<f64> = rows.iter().map(|row| 5.0 * row[0] + row[2]).collect();
        let found = least_squares(&rows, &values);
        assert!(
            (found[0] - 5.0).abs() < 1e-9 && found[1] == 0.0 && (found[2] - 1.0).abs() < 1e-9,
            "{found:?}"
        );
    }

    /// What is left has nothing in common with any column: that is what the least sum of squares means.
    #[test]
    fn what_is_left_is_uncorrelated_with_the_columns() {
        let rows: Vec<Vec<f64>> =
            (0..400).map(|i| vec![scattered(i), scattered(3 * i + 1) * scattered(i)]).collect();
        let values: Vec<f64> = rows.iter().map(|row| (row[0] - 300.0) * (row[0] - 300.0)).collect();
        let found = least_squares(&rows, &values);
        let left: Vec<f64> = rows
            .iter()
            .zip(&values)
            .map(|(row, value)| value - row.iter().zip(&found).map(|(x, c)| x * c).sum::<f64>())
            .collect();
        let mean = |of: &dyn Fn(usize) -> f64| (0..400).map(of).sum::<f64>() / 400.0;
        let spread = |of: &dyn Fn(usize) -> f64| mean(&|i| (of(i) - mean(of)) * (of(i) - mean(of))).sqrt();
        for column in [0, 1] {
            let x = |i: usize| rows[i][column];
            let y = |i: usize| left[i];
            let together = mean(&|i| (x(i) - mean(&x)) * (y(i) - mean(&y)));
            assert!((together / (spread(&x) * spread(&y))).abs() < 1e-9, "column {column}");
        }
        assert_eq!(least_squares(&[], &[]), Vec::<f64>::new());
    }
}
