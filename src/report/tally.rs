//! Many runs of a real cluster beside the model's, in sentences.
//!
//! Absent on purpose: counting (`run::lab`).

use std::fmt::Write;

use super::names::printable;
use super::numbers::{counted, grouped, percent, percent_interval};
use crate::run::lab::{Client, Tally};
use crate::stats::{binomial_p, clopper_pearson};
use crate::sweep::{ALPHA, Meetings};

/// What runs of a real cluster come to, each share beside that of the model's runs.
pub fn tally_text(clients: &[Client], tally: &Tally, model: &Meetings, again: &str) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, clients, tally, model, again);
    out
}

fn write_all(
    out: &mut String,
    clients: &[Client],
    tally: &Tally,
    model: &Meetings,
    again: &str,
) -> std::fmt::Result {
    writeln!(
        out,
        "{} in the text, each beside {} of the model\n",
        counted(tally.runs, "run"),
        counted(model.runs, "run")
    )?;
    for line in &tally.contradictions {
        writeln!(
            out,
            "TWO VALUES  in the run that begins in line {line}: clients were told different ones\n"
        )?;
    }
    for (client, (&won, of_model)) in clients.iter().zip(tally.winners.iter().zip(&model.winners)) {
        let name = format!("{} wins", printable(&client.name));
        row(out, &name, (won, tally.runs), (of_model.iter().sum(), model.runs))?;
    }
    row(out, "nobody told SUCCEEDED", (tally.undecided, tally.runs), (model.undecided, model.runs))?;
    let mut kinds: Vec<(usize, u8, usize)> = tally.failures.keys().copied().collect();
    kinds.extend(model.failures.keys().map(|it| (usize::from(it.proposer), it.phase, usize::from(it.count))));
    kinds.sort_unstable();
    kinds.dedup();
    for kind @ (client, phase, count) in kinds {
        let of_kind =
            |it: &&crate::sweep::Cause| (usize::from(it.proposer), it.phase, usize::from(it.count)) == kind;
        let of_model = model.failures.iter().filter(|(it, _)| of_kind(it)).map(|(_, (runs, _))| runs).sum();
        let what = if phase == 1 { "promises" } else { "accepts" };
        let name = clients.get(client).map_or("?", |client| client.name.as_str());
        let name = format!("{} FAILED in Phase {phase} (only {count} {what})", printable(name));
        row(out, &name, (*tally.failures.get(&kind).unwrap_or(&0), tally.runs), (of_model, model.runs))?;
    }
    writeln!(
        out,
        "\np is of the exact binomial test of each line alone, two-sided, as if the model's share were known; where many lines are\n\
         looked at, one in twenty is below 0.05 by chance. For what one run means, give its lines alone."
    )?;
    writeln!(out, "reproduce  {again}")
}

/// A share of the text's runs and of the model's; nothing where both are 0.
fn row(out: &mut String, name: &str, (k, n): (u64, u64), (of_model, runs): (u64, u64)) -> std::fmt::Result {
    if (k == 0 && of_model == 0) || n == 0 || runs == 0 {
        return Ok(());
    }
    let (share, expected) = (k as f64 / n as f64, of_model as f64 / runs as f64);
    let (here, there) = (clopper_pearson(k, n, ALPHA), clopper_pearson(of_model, runs, ALPHA));
    let chance = match binomial_p(k, n, expected) {
        p if p < 0.001 => "< 0.001".to_owned(),
        p => format!("{p:.3}"),
    };
    writeln!(
        out,
        "{name:<42} {} of {}  {} % {}  model {} %  p {}",
        grouped(k),
        grouped(n),
        percent(share, here),
        percent_interval(here),
        percent(expected, there),
        chance
    )
}
