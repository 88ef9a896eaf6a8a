//! Tokens survive any bytes.

use synod::run::{Record, Token};

use super::{Draw, scenario};

#[test]
fn a_hundred_thousand_damaged_tokens_are_read_or_refused() {
    let scenario = scenario("duel");
    let wanted =
        "calm,ties,1.start=5ms,2.1.wait=3.25ms,1.1.1a.3=late,2.1.1b.2=lost,2.1.2a.1=copy@4ms,1.1.2b.2=7us";
    let whole = Record::with(&scenario, 7, &super::parsed(wanted)).expect("plays").token.to_string();
    let (mut draw, mut read) = (Draw(2), 0);
    for _ in 0..100_000 {
        let text = draw.mutated(&whole, ":,.=@-+synodcalmtieulkvrwab0123456789x \n\u{0}é😀");
        if let Ok(token) = text.parse::<Token>() {
            assert_eq!(token.to_string().parse(), Ok(token), "{text:?}");
            read += 1;
        }
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn damaged_deviations_that_can_still_be_read_can_be_played() {
    let scenario = scenario("w2");
    let whole = "1.start=5ms,2.1.wait=3.25ms,1.1.1a.3=late,2.1.1b.2=lost,2.1.2a.1=copy@4ms,1.1.2b.2=7us";
    let (mut draw, mut played) = (Draw(3), 0);
    for seed in 0..20_000 {
        let text = draw.mutated(whole, ",.=@123ablostkepms");
        let Ok(deviations) = text.parse() else { continue };
        let Ok(record) = Record::with(&scenario, seed, &deviations) else { continue };
        let again = Record::with(&scenario, seed, &record.token.deviations).expect("plays");
        assert_eq!(again.digest, record.digest, "{text}");
        assert!(record.outcome.violated.is_empty(), "{text}");
        played += 1;
    }
    assert!(played > 200, "{played}");
}
