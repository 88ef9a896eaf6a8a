//! Which submission a value is: by equality with what clients submit.
//!
//! A value that nobody submitted has an id above all of theirs, by order of appearance in the run; choosing it breaks validity.

use super::ballot::Misfit;
use super::view::order;
use crate::own::node::Body;
use crate::text::shown;
use crate::trace::SubmissionId;

/// The values of a run.
#[derive(Clone, Debug)]
pub(super) struct Values {
    /// In the order of bodies.
    known: Vec<(Body, SubmissionId)>,
    /// What clients submit has the ids below this.
    submitted: usize,
}

impl Values {
    /// Fails if two submissions have one value: whose it is could not be told.
    pub(super) fn new(submitted: &[Body]) -> Result<Self, Misfit> {
        let mut values = Values { known: Vec::new(), submitted: submitted.len() };
        if submitted.len() >= usize::from(SubmissionId::MAX) {
            return Err(Misfit::new(format_args!(
                "{} submissions; allowed: {}",
                submitted.len(),
                SubmissionId::MAX - 1
            )));
        }
        for (body, id) in submitted.iter().zip(0..) {
            match values.find(body) {
                Err(place) => values.known.insert(place, (body.clone(), id)),
                Ok(place) => {
                    return Err(Misfit::new(format_args!(
                        "submissions {} and {id} have the same value {}, so it could not be told whose is chosen; let them \
                         differ",
                        values.known[place].1,
                        shown(&body.to_string())
                    )));
                }
            }
        }
        Ok(values)
    }

    /// Forgets what a run has made up.
    pub(super) fn reset(&mut self) {
        let submitted = self.submitted;
        self.known.retain(|&(_, id)| usize::from(id) < submitted);
    }

    fn find(&self, body: &Body) -> Result<usize, usize> {
        self.known.binary_search_by(|(known, _)| order(known, body))
    }

    /// The submission of a value, if a client submits it.
    pub(super) fn submitted(&self, body: &Body) -> Option<SubmissionId> {
        let id = self.known[self.find(body).ok()?].1;
        (usize::from(id) < self.submitted).then_some(id)
    }

    /// The id of any value. From 2¹⁶ on, made-up values share the last.
    pub(super) fn id(&mut self, body: &Body) -> SubmissionId {
        match self.find(body) {
            Ok(place) => self.known[place].1,
            Err(place) => {
                let Ok(id) = SubmissionId::try_from(self.known.len()) else { return SubmissionId::MAX };
                self.known.insert(place, (body.clone(), id));
                id
            }
        }
    }

    /// The id of a value that a text repeats: that of the value which is written so.
    pub(super) fn in_text(&mut self, text: &str) -> SubmissionId {
        let written = |body: &Body| match body {
            Body::String(it) => it == text,
            other => serde_json::to_string(other).is_ok_and(|it| it == text),
        };
        match self.known.iter().find(|(body, _)| written(body)) {
            Some(&(_, id)) => id,
            None => self.id(&Body::from(text)),
        }
    }

    /// The value of an id.
    pub(super) fn body(&self, id: SubmissionId) -> Option<&Body> {
        self.known.iter().find(|it| it.1 == id).map(|(body, _)| body)
    }
}
