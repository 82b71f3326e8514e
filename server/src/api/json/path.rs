//! A place in a document.

use std::fmt;

use orders::FieldError;

/// A place in a document, and the way to it. Written out it is a JSON pointer (RFC 6901).
pub(super) enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(parent, name) => {
                write!(f, "{parent}/{}", FieldError::step(name))
            }
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}
