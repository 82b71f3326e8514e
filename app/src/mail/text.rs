//! A letter as plain text.

use super::content::Content;
use crate::words::say;

pub(super) fn write(content: &Content) -> String {
    let mut parts = vec![
        format!("{}\n{}", content.shop, content.order),
        content.heading.clone(),
    ];
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
    let lines = content.lines.iter();
    let lines = lines.map(|it| format!("{}\n  {} = {}", it.title, it.note, it.amount));
    parts.push(lines.collect::<Vec<_>>().join("\n"));
    let sum = content.sum.iter().map(|it| {
        let row = match &it.amount {
            Some(amount) => format!("{}: {amount}", it.label),
            None => it.label.clone(),
        };
        if it.rule.is_empty() {
            row
        } else {
            format!("{row}\n  {}", it.rule)
        }
    });
    let why = say("Why this total", "Warum diese Summe");
    parts.push(format!("{why}\n{}", sum.collect::<Vec<_>>().join("\n")));
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
