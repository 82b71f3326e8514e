//! A letter as plain text.

use super::content::{Content, SumRow};
use crate::words::say;

pub(super) fn write(content: &Content) -> String {
    let head: Vec<_> = std::iter::once(&content.shop)
        .chain(&content.order)
        .cloned()
        .collect();
    let mut parts = vec![head.join("\n"), content.heading.clone()];
    parts.extend(content.paragraphs.iter().cloned());
    if let Some(parcel) = &content.parcel {
        let mut lines = vec![parcel.contents.clone()];
        lines.extend(
            parcel
                .facts
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.extend(
            parcel
                .tracking
                .iter()
                .map(|(words, url)| format!("{words}: {url}")),
        );
        parts.push(lines.join("\n"));
    }
    let (words, link) = &content.action;
    parts.push(format!("{words}:\n{link}"));
    if !content.lines.is_empty() {
        let lines = content.lines.iter();
        let lines = lines.map(|it| format!("{}\n  {} = {}", it.title, it.note, it.amount));
        parts.push(lines.collect::<Vec<_>>().join("\n"));
    }
    if !content.sum.is_empty() {
        let why = say("Why this total", "Warum diese Summe");
        let rows: Vec<_> = content.sum.iter().map(sum_row).collect();
        parts.push(format!("{why}\n{}", rows.join("\n")));
    }
    if !content.going_to.is_empty() {
        let heading = say("Going to", "Geht an");
        parts.push(format!("{heading}\n{}", content.going_to.join("\n")));
    }
    parts.extend(content.delivery.clone());
    if !content.sender.is_empty() {
        // What mail programs take for a signature (RFC 3676).
        parts.push(format!("-- \n{}", content.sender.join("\n")));
    }
    parts.join("\n\n") + "\n"
}

fn sum_row(row: &SumRow) -> String {
    let said = match &row.amount {
        Some(amount) => format!("{}: {amount}", row.label),
        None => row.label.clone(),
    };
    if row.rule.is_empty() {
        said
    } else {
        format!("{said}\n  {}", row.rule)
    }
}
