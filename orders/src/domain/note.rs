//! What staff tell each other about an order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{NoteId, Refusal};

/// A note. Buyers never see it; nobody changes it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Note {
    /// The note's id.
    pub id: NoteId,
    /// What it says.
    pub text: String,
    /// Who wrote it: a person's name, or how history names a program.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A note to be kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"text": "Called, wants it on Friday."})))]
pub struct NewNote {
    /// What it says, at most 2,000 characters.
    #[serde(default)]
    pub text: String,
}

impl NewNote {
    /// The text, trimmed. People write notes in several lines.
    ///
    /// # Errors
    /// Missing, too long, or not printable.
    pub fn parse(&self) -> Result<String, Refusal> {
        let is_printable = !self
            .text
            .chars()
            .any(|it| it.is_control() && !matches!(it, '\n' | '\r' | '\t'));
        let lines: Vec<_> = self.text.lines().map(str::trim_end).collect();
        match lines.join("\n").trim() {
            "" => Err("is missing"),
            text if text.chars().count() > 2_000 => Err("is too long"),
            _ if !is_printable => Err("has characters that cannot be printed"),
            text => Ok(text.to_owned()),
        }
        .map_err(|it| Refusal::field("/text", it))
    }
}
