//! Where settings are read from, whatever they mean.

use std::{fmt, str::FromStr};

/// What is wrong with a setting.
#[derive(Debug, Eq, PartialEq)]
pub struct ConfigError {
    name: String,
    why: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.why)
    }
}

impl ConfigError {
    pub(super) fn new(name: &str, why: &str) -> Self {
        Self {
            name: name.to_owned(),
            why: why.to_owned(),
        }
    }
}

/// Where settings are read from. An empty value is none.
pub(super) struct Environment<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// `NAME`, or the contents of the file that `NAME_FILE` names.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ConfigError> {
        let read = |name: &str| (self.0)(name).filter(|it| !it.trim().is_empty());
        let file_name = format!("{name}_FILE");
        match (read(name), read(&file_name)) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                &file_name,
                &format!("and {name} are both set"),
            )),
            (Some(text), None) => Ok(Some(text)),
            (None, Some(path)) => std::fs::read_to_string(path.trim())
                .map(|text| Some(text.trim_end().to_owned()))
                .map_err(|error| ConfigError::new(&file_name, &format!("cannot be read: {error}"))),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &str,
        default: T,
        why: &str,
    ) -> Result<T, ConfigError> {
        match self.text(name)? {
            Some(text) => text.trim().parse().map_err(|_| ConfigError::new(name, why)),
            None => Ok(default),
        }
    }

    pub(super) fn switch(&self, name: &str) -> Result<bool, ConfigError> {
        match self.text(name)?.as_deref().map(str::trim) {
            None | Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(ConfigError::new(name, "must be 1 or 0")),
        }
    }
}
