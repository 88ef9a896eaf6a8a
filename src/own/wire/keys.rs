//! Which keys an effect may have, and of what kind each is: what `read` takes, as a table for `explain`.

/// What a key may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A node's number.
    Node,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// Any JSON, null as well.
    Any,
    /// Two times, the smaller first.
    Range,
    /// What a node stores: see `STATE`.
    State,
    /// Null, or ballot and value.
    Vote,
}

type Keys = &'static [(&'static str, Holds)];

/// An effect, by the key that names it.
pub(super) struct Form {
    /// The key that names it, and what it holds.
    pub name: &'static str,
    pub holds: Holds,
    /// What must be there.
    pub needs: Keys,
    /// Of these exactly one must be there.
    pub one_of: Keys,
    /// What may be there.
    pub may: Keys,
}

impl Form {
    const fn new(name: &'static str, holds: Holds, needs: Keys) -> Self {
        Self { name, holds, needs, one_of: &[], may: &[] }
    }

    /// Every key that it may have, beside its name and the node.
    pub fn keys(&self) -> impl Iterator<Item = &'static (&'static str, Holds)> {
        self.needs.iter().chain(self.one_of).chain(self.may)
    }
}

const BODY: (&str, Holds) = ("body", Holds::Any);
const TEXT: (&str, Holds) = ("text", Holds::Text);

/// Every effect.
pub(super) const FORMS: &[Form] = &[
    Form::new("send", Holds::Node, &[BODY]),
    Form {
        may: &[("timeout", Holds::Number)],
        ..Form::new("call", Holds::Number, &[("to", Holds::Node), BODY])
    },
    Form::new("answer", Holds::Number, &[BODY]),
    Form::new("raise", Holds::Number, &[TEXT]),
    Form {
        one_of: &[("after", Holds::Number), ("between", Holds::Range)],
        may: &[("name", Holds::Text)],
        ..Form::new("timer", Holds::Number, &[])
    },
    Form::new("cancel", Holds::Number, &[]),
    Form::new("state", Holds::State, &[]),
    Form { one_of: &[BODY, ("raised", Holds::Text)], ..Form::new("told", Holds::Number, &[]) },
    Form::new("value", Holds::Number, &[BODY]),
    Form::new("log", Holds::Text, &[]),
    Form::new("hazard", Holds::Text, &[TEXT]),
];

/// The keys of what a node stores.
pub(super) const STATE: Keys = &[
    ("promised", Holds::Any),
    ("accepted", Holds::Vote),
    ("learned", Holds::Any),
    ("counter", Holds::Number),
];

/// The keys of an answer.
pub(super) const ANSWER: &[&str] = &["lane", "effects", "stats"];
