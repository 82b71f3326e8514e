//! What a browser's tab says.

/// A page's title before the name of the place, as HTML: titles contain what people typed, and are not escaped later.
pub(crate) fn page_title(title: &str, place: &str) -> String {
    let whole = if title.is_empty() {
        place.to_owned()
    } else {
        format!("{title} · {place}")
    };
    whole.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::page_title;

    #[test]
    fn a_title_cannot_end_itself() {
        assert_eq!(
            page_title("</title><script>", "Parcel & Post"),
            "&lt;/title>&lt;script> · Parcel &amp; Post"
        );
        assert_eq!(page_title("", "Waybill"), "Waybill");
    }
}
