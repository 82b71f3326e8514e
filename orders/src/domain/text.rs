//! Text that people type: trimmed, without control characters, of bounded length.

/// What is wrong with a field, in words that follow its label.
pub type Invalid = &'static str;

/// Parses one field of text.
pub struct Text;

impl Text {
    /// The trimmed text.
    ///
    /// # Errors
    /// Empty, longer than `limit` characters, or with control characters.
    pub fn required(raw: &str, limit: usize) -> Result<String, Invalid> {
        Self::optional(raw, limit)?.ok_or("is missing")
    }

    /// The trimmed text, `None` when nothing is left.
    ///
    /// # Errors
    /// Longer than `limit` characters, or with control characters.
    pub fn optional(raw: &str, limit: usize) -> Result<Option<String>, Invalid> {
        let text = raw.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > limit {
            return Err("is too long");
        }
        if text.chars().any(char::is_control) {
            return Err("has characters that cannot be printed");
        }
        Ok(Some(text.to_owned()))
    }
}
