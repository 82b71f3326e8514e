//! What is wrong with a document.

use std::{cell::RefCell, collections::HashSet};

use orders::FieldError;

use super::path::Path;

/// How many errors are told of; whoever has more begins with these.
const MOST_ERRORS: usize = 100;

/// All that was found so far. Readers share it.
#[derive(Default)]
pub(super) struct Found(RefCell<Everything>);

#[derive(Default)]
pub(super) struct Everything {
    /// What has not the right shape.
    pub(super) misshapen: Vec<FieldError>,
    /// What has it, and cannot be kept.
    pub(super) unfit: Vec<FieldError>,
    /// Where reading ended, if it did before the end.
    failed_at: Option<String>,
    /// What could not be read and is passed over, so that what stands behind it is read too.
    broken: HashSet<String>,
}

/// A step on the way to a place that is passed over.
pub(super) struct Step {
    /// A field, or the number of an item.
    pub(super) name: String,
    /// Whether it is that place.
    pub(super) is_end: bool,
}

impl Step {
    fn new(name: &str, is_end: bool) -> Self {
        let name = name.replace("~1", "/").replace("~0", "~");
        Self { name, is_end }
    }
}

impl Found {
    /// Notes an error. What it says is made only when there is room for it: a document may be wrong in very many places.
    pub(super) fn misshapen(&self, path: &Path<'_>, detail: impl FnOnce() -> String) {
        let errors = &mut self.0.borrow_mut().misshapen;
        if errors.len() >= MOST_ERRORS {
            return;
        }
        let pointer = path.to_string();
        // A document that is read again has its errors still.
        if errors.iter().all(|it| it.pointer != pointer) {
            errors.push(FieldError::new(pointer, detail()));
        }
    }

    /// Notes an error of what can be read, but not kept.
    pub(super) fn unfit(&self, path: &Path<'_>, detail: &str) {
        let errors = &mut self.0.borrow_mut().unfit;
        if errors.len() < MOST_ERRORS {
            errors.push(FieldError::new(path.to_string(), detail));
        }
    }

    /// The innermost place is noted; those around it fail with it.
    pub(super) fn failing<T, E>(&self, path: &Path<'_>, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            let failed_at = &mut self.0.borrow_mut().failed_at;
            failed_at.get_or_insert_with(|| path.to_string());
        }
        result
    }

    /// The next step from here to each place that is passed over.
    pub(super) fn passed_over(&self, path: &Path<'_>) -> Vec<Step> {
        let broken = &self.0.borrow().broken;
        if broken.is_empty() {
            return Vec::new();
        }
        let here = format!("{path}/");
        let ways = broken.iter().filter_map(|it| it.strip_prefix(&here));
        ways.map(|way| match way.split_once('/') {
            None => Step::new(way, true),
            Some((first, _)) => Step::new(first, false),
        })
        .collect()
    }

    /// Notes why reading failed, and passes that place over from now on. Says whether anything is left to be read.
    pub(super) fn pass_over(&self, why: &serde_json::Error) -> bool {
        let everything = &mut *self.0.borrow_mut();
        let pointer = everything.failed_at.take().unwrap_or_default();
        let inside = format!("{pointer}/");
        // What is missing inside of it may be missing only because it was passed over.
        let is_known = everything.broken.iter().any(|it| it.starts_with(&inside));
        if !is_known {
            let error = FieldError::new(pointer.clone(), why.to_string());
            everything.misshapen.push(error);
        }
        let is_left = !pointer.is_empty() && everything.misshapen.len() < MOST_ERRORS;
        everything.broken.insert(pointer);
        is_left
    }

    pub(super) fn into_everything(self) -> Everything {
        self.0.into_inner()
    }
}
