//! Merging is associative and commutative, buckets are narrow, and integer moments lose nothing.

use proptest::prelude::*;
use synod::stats::*;

fn values() -> impl Strategy<Value = Vec<u64>> {
    let value = prop_oneof![
        0..4096u64,
        0..u64::from(u32::MAX),
        any::<u64>(),
        Just(u64::MAX),
        (0..64u32).prop_map(|s| 1 << s)
    ];
    prop::collection::vec(value, 0..40)
}

fn histogram(values: &[u64]) -> Histogram {
    let mut h = Histogram::new();
    values.iter().for_each(|v| h.record(*v));
    h
}

fn moments(values: &[u64]) -> Moments {
    let mut m = Moments::default();
    values.iter().for_each(|v| m.record(*v));
    m
}

proptest! {
    #[test]
    fn merging_forgets_order_and_grouping(a in values(), b in values(), c in values()) {
        let mut reversed: Vec<u64> = a.iter().chain(&b).chain(&c).copied().collect();
        reversed.reverse();
        let (mut left, mut right) = (histogram(&a), histogram(&c));
        left.merge(&histogram(&b));
        left.merge(&histogram(&c));
        right.merge(&histogram(&b));
        right.merge(&histogram(&a));
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &histogram(&reversed));
        // As they are, where most sums of squares stay at their bound, and small enough that none comes there.
        for shift in [0, 16] {
            let [a, b, c, reversed] =
                [&a, &b, &c, &reversed].map(|v| moments(&v.iter().map(|x| x >> shift).collect::<Vec<_>>()));
            let (mut left, mut right) = (a, c);
            left.merge(&b);
            left.merge(&c);
            right.merge(&b);
            right.merge(&a);
            prop_assert_eq!(left, right);
            prop_assert_eq!(left, reversed);
        }
    }

    #[test]
    fn buckets_hold_their_values_within_a_thousandth(values in values()) {
        let h = histogram(&values);
        prop_assert_eq!(h.count(), values.len() as u64);
        let buckets: Vec<Bucket> = h.buckets().collect();
        for b in &buckets {
            let inside = values.iter().filter(|v| b.low <= **v && **v <= b.high).count() as u64;
            prop_assert_eq!(inside, b.count);
            prop_assert!(b.high - b.low <= b.low / 1024);
            prop_assert!(b.low >= 2048 || b.low == b.high);
        }
        prop_assert!(buckets.windows(2).all(|w| w[0].high < w[1].low));
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values(mut values in values(), q in 0.001..0.999f64) {
        prop_assume!(!values.is_empty());
        values.sort_unstable();
        let rank = ((q * values.len() as f64).ceil() as usize).clamp(1, values.len());
        let exact = values[rank - 1];
        let found = histogram(&values).quantile(q).unwrap();
        prop_assert!(found.value.abs_diff(exact) <= exact / 1000);
        prop_assert!(found.low.is_none_or(|l| l <= found.value) && found.high.is_none_or(|h| found.value <= h));
    }

    #[test]
    fn both_survive_a_file(values in values()) {
        let (h, m) = (histogram(&values), moments(&values));
        let text = serde_json::to_string(&(&h, &m)).unwrap();
        let back: (Histogram, Moments) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back, (h, m));
    }

    #[test]
    fn variance_survives_a_large_offset(small in prop::collection::vec(0..1000u64, 2..50), offset in 0..1u64 << 50) {
        let shifted: Vec<u64> = small.iter().map(|v| v + offset).collect();
        let (a, b) = (moments(&small).variance().unwrap(), moments(&shifted).variance().unwrap());
        prop_assert!((a - b).abs() <= 1e-12 * a);
    }
}

#[test]
fn a_value_that_is_no_bucket_is_refused() {
    assert!(serde_json::from_str::<Histogram>("[[4097, 1]]").is_err());
    assert!(serde_json::from_str::<Histogram>("[[4096, 1]]").is_ok());
}
