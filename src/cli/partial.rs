//! What an interrupted command prints of the runs that it made, and how it says that these are not all.

use super::exit::Exit;
use super::interrupt;
use super::printer::Printer;
use crate::report::grouped;

/// So many of what was asked for are done, because somebody wished for an end.
#[derive(Clone, Copy, Debug)]
pub struct Partial {
    done: u64,
    all: u64,
    unit: &'static str,
}

impl Partial {
    /// None if all are done. What is printed from now on is not cut short by the wish.
    pub fn of(done: u64, all: u64, unit: &'static str) -> Option<Partial> {
        (done < all && interrupt::caught()).then_some(Partial { done, all, unit })
    }

    /// What stands above a text of so few.
    pub fn head(this: Option<Partial>) -> String {
        this.map_or_else(String::new, |it| {
            format!("PARTIAL   interrupted after {}; what follows is of these alone\n", it.count())
        })
    }

    /// Puts into an object whether it is of so few.
    pub fn mark(this: Option<Partial>, mut object: serde_json::Value) -> serde_json::Value {
        if let Some(keys) = object.as_object_mut() {
            keys.insert("interrupted".to_owned(), this.is_some().into());
        }
        object
    }

    /// Says so, and last the command that does the rest, if one can.
    pub fn say(self, rest: Option<&str>, printer: &Printer) -> Exit {
        let count = self.count();
        match rest {
            None => printer.error(&format!("interrupted after {count}; what is printed is of these alone")),
            Some(rest) => {
                printer.error(&format!(
                    "interrupted after {count}; what is printed is of these alone, and this does the rest:"
                ));
                printer.last_line(rest);
            }
        }
        Exit::Interrupted
    }

    fn count(self) -> String {
        format!("{} of {} {}", grouped(self.done), grouped(self.all), self.unit)
    }
}
