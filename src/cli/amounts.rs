//! Seeds, counts and amounts of memory as arguments.

/// A seed: any u64, decimal or hexadecimal.
pub fn seed(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| {
        "a seed is a whole number from 0 to 18446744073709551615, or 0x and hex digits".to_owned()
    })
}

/// A count of at least one; `100000`, `100_000`, `100,000`, `100k` and `1e5` are the same.
pub fn count(text: &str) -> Result<u64, String> {
    match scaled(text) {
        Some(0) => Err("must be at least 1".to_owned()),
        Some(count) => Ok(count),
        None => Err("must be a whole number from 1, as 100000, 100_000, 100,000, 100k or 1e5".to_owned()),
    }
}

/// Digits, and a power of ten behind them.
fn scaled(text: &str) -> Option<u64> {
    let (digits, power) = match (text.split_once(['e', 'E']), text.strip_suffix(['k', 'M', 'G'])) {
        (Some((digits, power)), _) => (digits, digits_of(power)?),
        (None, Some(digits)) if text.ends_with('k') => (digits, 3),
        (None, Some(digits)) if text.ends_with('M') => (digits, 6),
        (None, Some(digits)) => (digits, 9),
        (None, None) => (text, 0),
    };
    let power = 10_u64.checked_pow(u32::try_from(power).ok()?)?;
    digits_of(digits)?.checked_mul(power)
}

/// Digits; commas stand before groups of three.
fn digits_of(text: &str) -> Option<u64> {
    let mut groups = text.split(',');
    let (first, has_groups) = (groups.next()?, text.contains(','));
    let is_grouped = !has_groups || (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_grouped && is_number { digits.parse().ok() } else { None }
}

/// Units of memory, the longer ones first.
const UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// An amount of memory in bytes: a whole number and a unit, as `500MB` or `4GiB`.
pub fn memory(text: &str) -> Result<u64, String> {
    let read = UNITS.iter().find_map(|(unit, bytes)| {
        digits_of(text.strip_suffix(unit)?.trim_end()).map(|digits| digits.checked_mul(*bytes))
    });
    match read {
        Some(Some(0)) => Err("must be more than nothing, as 500MB or 4GiB".to_owned()),
        Some(Some(bytes)) => Ok(bytes),
        Some(None) => Err("is more than any machine has; write as 500MB or 4GiB".to_owned()),
        None => {
            let units = UNITS.map(|(unit, _)| unit).join(", ");
            Err(format!("must be a whole number with a unit, as 500MB or 4GiB (units: {units})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{count, memory};

    #[test]
    fn memory_has_a_unit() {
        for (text, bytes) in
            [("4GiB", 4 << 30), ("500MB", 500_000_000), ("1 KiB", 1024), ("1,000TB", 10_u64.pow(15))]
        {
            assert_eq!(memory(text), Ok(bytes), "{text}");
        }
        for text in ["", "4", "4G", "GiB", "1.5GiB", "-1GB", "4 gib"] {
            assert!(memory(text).is_err_and(|why| why.contains("units: KiB, MiB")), "{text}");
        }
        assert!(memory("0MB").is_err_and(|why| why.contains("more than nothing")));
        assert!(memory("99999999999TB").is_err_and(|why| why.contains("any machine")));
    }

    #[test]
    fn a_count_may_be_written_in_many_ways() {
        for text in ["100000", "100_000", "100,000", "100k", "1e5", "10E4"] {
            assert_eq!(count(text), Ok(100_000), "{text}");
        }
        assert_eq!((count("18446744073709551615"), count("3M")), (Ok(u64::MAX), Ok(3_000_000)));
        let wrong = [
            "", "k", "1e", "e5", "1,00", "1,0000", ",100", "1.5e6", "-1", "+1", "1e20", "2e19", "1kk", "0x5",
        ];
        for text in wrong {
            assert!(count(text).is_err_and(|why| why.contains("a whole number")), "{text}");
        }
        assert_eq!(count("0"), Err("must be at least 1".to_owned()));
    }
}
