//! What happened.

use std::fmt;

/// Counts, and everything that must not be.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Orders that were answered `201`, but for the hot product.
    pub orders: usize,
    /// Buyers who got the hot product.
    pub hot_sold: usize,
    /// Buyers who did not.
    pub hot_refused: usize,
    /// Servers that were killed.
    pub kills: usize,
    /// What the bank told, each repeat counted.
    pub callbacks: usize,
    /// Events that were told outside.
    pub events: usize,
    /// Other answers.
    pub answers: usize,
    /// `409`: sold out, not now, not any more.
    pub conflicts: usize,
    /// Other refusals.
    pub refusals: usize,
    /// `503`.
    pub unavailable: usize,
    /// `409` for a repeat whose first is still under way.
    pub in_flight: usize,
    /// Requests whose server was killed over them.
    pub cut_off: usize,
    /// What must not be.
    pub failures: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "orders        {:>7}", self.orders + self.hot_sold)?;
        writeln!(
            f,
            "hot product   {:>7} sold, {} refused",
            self.hot_sold, self.hot_refused
        )?;
        writeln!(f, "kills         {:>7}", self.kills)?;
        writeln!(f, "callbacks     {:>7}", self.callbacks)?;
        writeln!(f, "events told   {:>7}", self.events)?;
        writeln!(f, "good answers  {:>7}", self.answers)?;
        writeln!(f, "conflicts     {:>7}", self.conflicts)?;
        writeln!(f, "refusals      {:>7}", self.refusals)?;
        writeln!(f, "unavailable   {:>7}", self.unavailable)?;
        writeln!(f, "in flight     {:>7}", self.in_flight)?;
        writeln!(f, "cut off       {:>7}", self.cut_off)?;
        writeln!(f, "violations    {:>7}", self.failures.len())?;
        for failure in self.failures.iter().take(20) {
            writeln!(f, "\n{failure}")?;
        }
        Ok(())
    }
}
